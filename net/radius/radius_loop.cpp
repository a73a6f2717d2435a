#include "net/radius/radius_loop.hpp"

#include "config/log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <pthread.h>
#include <random>
#include <sys/epoll.h>
#include <unistd.h>

namespace uzel::net {
namespace {

constexpr std::uint32_t answers_slot = 0xFFFFFFFFu;

bool is_answers(const epoll_event& e) {
  return e.data.u32 == answers_slot;
}

result<void> watch(int epoll, int descriptor, std::uint32_t slot, std::string& reason) {
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.u32 = slot;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &e) == 0)
    return {};
  reason = std::string{"epoll: "} + std::strerror(errno);
  return errc::io_failed;
}

} // namespace

radius_server::loop::loop(const config::radius_settings& settings, radius::seal_key class_key)
  : settings_{settings}
  , class_key_{class_key}
  // Kept replies come on top of what is in flight, so that a burst does not push them out.
  , requests_{0, settings.max_in_flight + 4 * settings.duplicate_entries_per_client,
              settings.duplicate_entries_per_client, settings.duplicate_window}
  , limiter_{settings.per_source_rate, settings.rate_limit_loopback}
  , salt_{static_cast<std::uint16_t>(std::random_device{}())} {}

radius_server::loop::~loop() {
  stop(duration{0});
  if (epoll_ >= 0)
    ::close(epoll_);
}

result<void> radius_server::loop::listen(std::string& reason) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  const auto open_all = [&](const std::vector<std::string>& texts, service what) -> result<void> {
    for (const auto& text : texts) {
      const auto at = parse_endpoint(text);
      if (!at) {
        reason = text + ": not an address and port";
        return at.error();
      }
      auto socket = batch_socket::open(*at, settings_.receive_buffer, reason);
      if (!socket) {
        reason = text + ": " + reason;
        return socket.error();
      }
      const auto slot = static_cast<std::uint32_t>(listeners_.size());
      if (const auto ok = watch(epoll_, socket->descriptor(), slot, reason); !ok)
        return ok.error();
      listeners_.push_back({what, std::move(*socket)});
    }
    return {};
  };
  if (const auto ok = open_all(settings_.auth_listen, service::login); !ok)
    return ok.error();
  if (const auto ok = open_all(settings_.acct_listen, service::accounting); !ok)
    return ok.error();
  return watch(epoll_, answers.descriptor(), answers_slot, reason);
}

std::uint16_t radius_server::loop::port(bool accounting) const {
  for (const auto& l : listeners_)
    if ((l.what == service::accounting) == accounting)
      return l.socket.local().port;
  return 0;
}

void radius_server::loop::start(radius_neighbours neighbours) {
  neighbours_ = std::move(neighbours);
  thread_ = std::thread{[this] { run(); }};
  ::pthread_setname_np(thread_.native_handle(), "radius");
}

void radius_server::loop::stop(duration grace) {
  if (!thread_.joinable())
    return;
  grace_us_ = grace.count();
  stopping_ = true;
  answers.wake();
  thread_.join();
  neighbours_ = {};
}

void radius_server::loop::run() {
  std::array<epoll_event, 16> ready{};
  instant end;
  while (true) {
    const bool idle = answers.may_sleep();
    const int n =
      ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), idle ? wait_time() : 0);
    const std::span came{ready.data(), static_cast<std::size_t>(std::max(n, 0))};
    answers.awake(std::ranges::any_of(came, is_answers));
    now_ = neighbours_.time->now();
    refresh_clients();
    const bool stopping = stopping_.load();
    if (stopping && !end)
      end = now_ + duration{grace_us_.load()};
    for (const auto& one : came)
      if (!is_answers(one) && !stopping)
        receive(one.data.u32);
    take_answers();
    release_due();
    requests_.expire(now_, settings_.login_deadline);
    counters.in_use.store(requests_.in_use(), std::memory_order_relaxed);
    counters.waiting_for_sync.store(unsynced_.size(), std::memory_order_relaxed);
    for (auto& l : listeners_)
      l.socket.flush();
    if (stopping && (requests_.waiting() == 0 || now_ >= end))
      return;
  }
}

int radius_server::loop::wait_time() const {
  // Expiry is not in a hurry; a delayed reject is due at its time.
  std::int64_t ms = 100;
  if (!rejects_.empty())
    ms = std::min(ms, std::max<std::int64_t>(0, (rejects_.front().at - now_).count() / 1000 + 1));
  return static_cast<int>(stopping_ ? std::min<std::int64_t>(ms, 10) : ms);
}

void radius_server::loop::refresh_clients() {
  if (clients_ && clients_->version() == neighbours_.desk->version())
    return;
  desk_ = neighbours_.desk->current();
  clients_ = std::make_shared<const client_table>(*desk_, neighbours_.open_secret);
}

void radius_server::loop::receive(std::uint32_t socket) {
  // A few batches at a time, so that answers are not starved by a flood of requests.
  for (int round = 0; round < 4; ++round)
    if (listeners_[socket].socket.receive([&](const datagram& d) { take_datagram(socket, d); }) <
        batch_socket::batch)
      return;
}

void radius_server::loop::take_datagram(std::uint32_t socket, const datagram& d) {
  auto from = clients_->find(d.from.address);
  if (!from)
    return count_drop(admission_verdict::unknown_client);
  if (!limiter_.allows(d.from.address, now_))
    return count_drop(admission_verdict::rate_limited);
  const auto packet = radius::packet_view::parse(d.bytes);
  if (!packet)
    return count_drop(admission_verdict::malformed);
  const auto wanted = listeners_[socket].what == service::login ? radius::code::access_request
                                                                : radius::code::accounting_request;
  if (packet->code() != wanted && packet->code() != radius::code::status_server)
    return count_drop(admission_verdict::wrong_code);
  bool alarm = false;
  const auto verdict = admit(*packet, *from, habits_[from->row.id], alarm);
  if (alarm && neighbours_.alarm)
    neighbours_.alarm(
      "mixed-message-authenticator", from->row.name,
      "the client sends Message-Authenticator in some requests only; those without are dropped");
  if (verdict != admission_verdict::admitted) {
    if (log::radius.enabled(log::level::debug))
      log::radius.debug("request-dropped", "from {}: {}", to_string(d.from), name_of(verdict));
    return count_drop(verdict);
  }
  take_packet(socket, d, *packet, std::move(from));
}

void radius_server::loop::take_packet(std::uint32_t socket, const datagram& d,
                                      const radius::packet_view& packet,
                                      std::shared_ptr<const radius_client> from) {
  const auto found = requests_.enter(socket, d, packet, std::move(from), now_);
  if (found.what == arrival::refused)
    return count_drop(admission_verdict::table_full);
  if (found.what == arrival::in_progress)
    return count_drop(admission_verdict::duplicate);
  if (found.what == arrival::repeated) {
    count(counters.repeated);
    auto& s = requests_.at(found.slot);
    listeners_[s.socket].socket.send(s.from, s.local, s.reply);
    // At once: the slot's bytes may make room for another request of this batch.
    return listeners_[s.socket].socket.flush();
  }
  count_drop(admission_verdict::admitted);
  const bool is_login = listeners_[socket].what == service::login;
  if (packet.code() == radius::code::status_server) {
    count(counters.status);
    const auto code = is_login ? radius::code::access_accept : radius::code::accounting_response;
    keep_reply(found.slot,
               write_empty_reply(writer_, code, packet, *requests_.at(found.slot).client));
    release(found.slot, requests_.at(found.slot).generation, {});
    return listeners_[socket].socket.flush(); // at once, for the same reason
  }
  is_login ? ask_directory(found.slot, packet) : ask_nas(found.slot, packet);
}

} // namespace uzel::net
