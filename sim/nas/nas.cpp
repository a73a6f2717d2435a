#include "sim/nas/nas.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sim {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using seconds = std::chrono::duration<double>;

constexpr std::uint32_t acct_start = 1, acct_stop = 2, acct_interim = 3;

int udp(const std::string& server, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  if (::inet_pton(AF_INET, server.c_str(), &to.sin_addr) != 1 ||
      ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

} // namespace

nas::nas(options o) : options_{std::move(o)}, random_{options_.seed} {
  for (unsigned i = 0; i < options_.subscribers; ++i) {
    subscriber s;
    s.login = options_.login_prefix + std::to_string(i + 1);
    char mac[18];
    std::snprintf(mac, sizeof mac, "02:00:5E:%02X:%02X:%02X", (i >> 16) & 255u, (i >> 8) & 255u,
                  i & 255u);
    s.mac = mac;
    subscribers_.push_back(std::move(s));
  }
}

nas::~nas() {
  for (const int fd : {auth_, acct_, dynauth_})
    if (fd >= 0)
      ::close(fd);
}

bool nas::open(std::string& why) {
  auth_ = udp(options_.server, options_.auth_port);
  acct_ = udp(options_.server, options_.acct_port);
  if (auth_ < 0 || acct_ < 0) {
    why = options_.server + " is no address";
    return false;
  }
  dynauth_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(options_.dynauth_port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(dynauth_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) {
    why = "port " + std::to_string(options_.dynauth_port) + ": " + std::strerror(errno);
    return false;
  }
  return true;
}

bool nas::chance(double share) {
  return std::uniform_real_distribution<>{0, 1}(random_) < share;
}

packet nas::request(std::uint8_t code, unsigned who) {
  const auto& s = subscribers_[who];
  packet p;
  p.code = code;
  p.authenticator = random_authenticator();
  p.add(1, s.login);                                 // User-Name
  p.add(4, std::uint32_t{0x7F000001});               // NAS-IP-Address
  p.add(32, options_.name);                          // NAS-Identifier
  p.add(6, std::uint32_t{2});                        // Service-Type = Framed
  p.add(7, std::uint32_t{1});                        // Framed-Protocol = PPP
  p.add(31, s.mac);                                  // Calling-Station-Id
  p.add(87, "ether" + std::to_string(who % 24 + 1)); // NAS-Port-Id
  return p;
}

void nas::send(packet p, bool accounting, unsigned who, const std::string& password) {
  // An id that is not waiting: at most 256 requests are out per port, as in a real NAS.
  for (unsigned i = 0; i < 256; ++i) {
    p.id = next_id_[accounting]++;
    const auto key = static_cast<std::uint16_t>((accounting ? 256 : 0) | p.id);
    if (waiting_.contains(key))
      continue;
    waiting w;
    w.accounting = accounting;
    w.subscriber = who;
    w.raw = accounting ? digest_request(p, options_.secret)
                       : access_request(p, password, options_.secret);
    std::copy_n(w.raw.begin() + 4, 16, w.authenticator.begin());
    w.again = clock::now() + milliseconds{1500};
    if (!chance(options_.lose))
      transmit(w);
    if (chance(options_.duplicate))
      transmit(w);
    waiting_[key] = std::move(w);
    return;
  }
}

void nas::transmit(const waiting& w) {
  (void)::send(w.accounting ? acct_ : auth_, w.raw.data(), w.raw.size(), 0);
}

void nas::begin_login() {
  const auto who = std::uniform_int_distribution<unsigned>{
    0, static_cast<unsigned>(subscribers_.size() - 1)}(random_);
  if (subscribers_[who].now == phase::offline)
    send_login(who);
}

void nas::send_login(unsigned who) {
  auto& s = subscribers_[who];
  s.now = phase::asking;
  s.session = "S" + std::to_string(random_() & 0xFFFFFFFF) + "-" + std::to_string(++sessions_);
  send(request(1, who), false, who, chance(options_.wrong_password) ? "wrong" : s.login);
}

void nas::account(unsigned who, std::uint32_t status) {
  auto& s = subscribers_[who];
  auto p = request(4, who);
  const auto age = duration_cast<std::chrono::seconds>(clock::now() - s.began).count();
  const auto octets = static_cast<std::uint64_t>(age) * 1'250'000;
  p.add(40, status);
  p.add(44, s.session);
  p.add(8, s.address);
  p.add(46, static_cast<std::uint32_t>(age));
  p.add(42, static_cast<std::uint32_t>(octets / 10));
  p.add(43, static_cast<std::uint32_t>(octets));
  p.add(52, static_cast<std::uint32_t>((octets / 10) >> 32));
  p.add(53, static_cast<std::uint32_t>(octets >> 32));
  p.add(55, static_cast<std::uint32_t>(std::time(nullptr)));
  if (!s.class_value.empty())
    p.add(25, s.class_value);
  send(std::move(p), true, who, {});
}

void nas::end(unsigned who, std::uint32_t) {
  auto& s = subscribers_[who];
  if (s.now != phase::online)
    return;
  if (!chance(options_.forget_stop))
    account(who, acct_stop);
  if (chance(options_.reorder))
    account(who, acct_interim);
  s.now = phase::offline;
  s.address = 0;
}

void nas::receive(int socket) {
  std::array<std::uint8_t, 4096> buffer{};
  for (ssize_t n = 0; (n = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;)
    if (const auto p = parse(buffer.data(), static_cast<std::size_t>(n)))
      take_reply(*p, bytes{buffer.data(), buffer.data() + n}, socket == acct_);
}

void nas::take_reply(const packet& p, const bytes& raw, bool accounting) {
  const auto at = waiting_.find(static_cast<std::uint16_t>((accounting ? 256 : 0) | p.id));
  if (at == waiting_.end())
    return;
  if (!authentic(p, raw, at->second.authenticator, options_.secret)) {
    ++tally_.forged;
    return;
  }
  const auto who = at->second.subscriber;
  waiting_.erase(at);
  if (accounting)
    ++tally_.responses;
  else
    take_access(p, who);
}

void nas::take_access(const packet& p, unsigned who) {
  auto& s = subscribers_[who];
  if (p.code != 2) {
    ++tally_.rejects;
    s.now = phase::offline;
    return;
  }
  ++tally_.accepts;
  s.now = phase::online;
  s.address = p.number(8);
  s.class_value = p.text(25);
  for (unsigned other = 0; other < subscribers_.size(); ++other)
    if (other != who && subscribers_[other].now == phase::online &&
        subscribers_[other].address == s.address)
      ++tally_.address_conflicts;
  s.began = clock::now();
  const auto stay = std::exponential_distribution<>{1 / options_.session_seconds}(random_);
  s.ends = s.began + duration_cast<clock::duration>(seconds{stay});
  s.next_interim = s.began + duration_cast<clock::duration>(seconds{options_.interim_seconds});
  account(who, acct_start);
}

void nas::receive_dynauth() {
  std::array<std::uint8_t, 4096> buffer{};
  sockaddr_in from{};
  socklen_t size = sizeof from;
  for (ssize_t n = 0; (n = ::recvfrom(dynauth_, buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from), &size)) > 0;) {
    const bytes raw{buffer.data(), buffer.data() + n};
    const auto p = parse(raw.data(), raw.size());
    if (!p || p->code != 40 || !authentic_request(raw, options_.secret)) {
      ++tally_.forged;
      continue;
    }
    packet answer;
    answer.code = 42;
    const auto session = p->text(44);
    for (unsigned who = 0; who < subscribers_.size(); ++who)
      if (subscribers_[who].now == phase::online && subscribers_[who].session == session) {
        answer.code = 41;
        ++tally_.disconnects;
        account(who, acct_stop);
        subscribers_[who].now = phase::offline;
        subscribers_[who].address = 0;
      }
    if (answer.code == 42)
      answer.add(101, std::uint32_t{503}); // Session-Context-Not-Found
    const auto out = reply(answer, *p, options_.secret);
    (void)::sendto(dynauth_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

void nas::retry() {
  const auto now = clock::now();
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    auto& w = at->second;
    if (w.again > now) {
      ++at;
      continue;
    }
    if (++w.tries > 3) {
      ++tally_.unanswered;
      if (!w.accounting)
        subscribers_[w.subscriber].now = phase::offline;
      at = waiting_.erase(at);
      continue;
    }
    ++tally_.retries;
    w.again = now + milliseconds{1500};
    transmit(w);
    ++at;
  }
}

void nas::live() {
  const auto now = clock::now();
  login_credit_ += seconds{now - last_}.count() * options_.logins_per_second;
  last_ = now;
  for (; login_credit_ >= 1; --login_credit_)
    begin_login();
  for (unsigned who = 0; who < subscribers_.size(); ++who) {
    auto& s = subscribers_[who];
    if (s.now != phase::online)
      continue;
    if (now >= s.ends) {
      end(who, 1);
    } else if (now >= s.next_interim) {
      s.next_interim = now + duration_cast<clock::duration>(seconds{options_.interim_seconds});
      account(who, acct_interim);
    }
  }
}

void nas::run(const volatile int& stop) {
  const auto began = clock::now();
  last_ = began;
  bool leaving = false;
  clock::time_point leave_by{};
  while (true) {
    std::array<pollfd, 3> fds{pollfd{auth_, POLLIN, 0}, pollfd{acct_, POLLIN, 0},
                              pollfd{dynauth_, POLLIN, 0}};
    (void)::poll(fds.data(), fds.size(), 20);
    receive(auth_);
    receive(acct_);
    receive_dynauth();
    retry();
    const auto now = clock::now();
    const bool over =
      options_.run_seconds > 0 && seconds{now - began}.count() >= options_.run_seconds;
    if (!leaving && (stop != 0 || over)) {
      leaving = true;
      leave_by = now + std::chrono::seconds{3};
      for (unsigned who = 0; who < subscribers_.size(); ++who)
        end(who, 6);
    }
    if (!leaving)
      live();
    else if (waiting_.empty() || now >= leave_by)
      return;
  }
}

} // namespace sim
