#include "net/radius/dynauth_client.hpp"

#include "net/udp/batch_socket.hpp"
#include "protocols/radius/dynauth.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace uzel::net {
namespace {

struct order {
  nas_id nas;
  std::uint64_t number = 0;
  client_id via;
  ipv4 address;
  session what;
};

struct dialogue {
  nas_id nas;
  std::uint64_t number = 0;
  endpoint peer;
  radius::disconnect_dialogue talk;
  std::chrono::steady_clock::time_point due;
};

} // namespace

class dynauth_client::loop {
 public:
  explicit loop(const config::radius_settings& settings)
    : settings_{settings}
    , event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {}
  ~loop() {
    stop();
    if (event_ >= 0)
      ::close(event_);
  }

  result<void> start(dynauth_neighbours neighbours, std::string& reason) {
    auto socket = batch_socket::open({}, settings_.receive_buffer, reason);
    if (!socket)
      return socket.error();
    socket_.emplace(std::move(*socket));
    neighbours_ = std::move(neighbours);
    thread_ = std::thread{[this] { run(); }};
    return {};
  }
  void stop() {
    if (!thread_.joinable())
      return;
    stopping_ = true;
    wake();
    thread_.join();
  }
  void push(order o) {
    {
      const std::lock_guard lock{mutex_};
      if (!ended_) {
        orders_.push_back(std::move(o));
        wake();
        return;
      }
    }
    finish(o.nas, o.number, disconnect_outcome::not_possible, 0);
  }

  dynauth_counters counters;

 private:
  using key = std::pair<std::uint64_t, std::uint8_t>; // peer, id

  static std::uint64_t peer_key(const endpoint& e) {
    return (std::uint64_t{e.address.value} << 16) | e.port;
  }
  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(event_, &one, sizeof one);
  }
  void run();
  void end();
  int wait_time() const;
  void take_orders();
  void begin(const order& o);
  void act(std::map<key, dialogue>::iterator at, const radius::dynauth_action& action);
  void finish(nas_id nas, std::uint64_t number, disconnect_outcome outcome, std::uint32_t cause);
  void receive();
  void time_out();
  std::optional<std::uint8_t> free_id(const endpoint& peer) const;

  config::radius_settings settings_;
  dynauth_neighbours neighbours_;
  std::optional<batch_socket> socket_;
  std::shared_ptr<const client_table> clients_;
  std::map<key, dialogue> dialogues_;
  std::uint8_t next_id_ = 0;
  std::mutex mutex_;
  std::vector<order> orders_;
  bool ended_ = false;
  std::atomic<bool> stopping_{false};
  int event_ = -1;
  std::thread thread_;
};

void dynauth_client::loop::run() {
  while (!stopping_) {
    std::array<pollfd, 2> fds{pollfd{socket_->descriptor(), POLLIN, 0}, pollfd{event_, POLLIN, 0}};
    (void)::poll(fds.data(), fds.size(), wait_time());
    std::uint64_t times = 0;
    while (::read(event_, &times, sizeof times) > 0) {
    }
    receive();
    take_orders();
    time_out();
    socket_->flush();
  }
  end();
}

// Whoever waits is told; orders that come later are refused where they come.
void dynauth_client::loop::end() {
  std::vector<order> late;
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    late.swap(orders_);
  }
  for (const auto& o : late)
    finish(o.nas, o.number, disconnect_outcome::not_possible, 0);
  for (const auto& [k, d] : dialogues_)
    finish(d.nas, d.number, disconnect_outcome::no_answer, 0);
  dialogues_.clear();
}

int dynauth_client::loop::wait_time() const {
  auto next = std::chrono::steady_clock::now() + std::chrono::seconds{1};
  for (const auto& [k, d] : dialogues_)
    next = std::min(next, d.due);
  const auto left =
    std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void dynauth_client::loop::take_orders() {
  std::vector<order> fresh;
  {
    const std::lock_guard lock{mutex_};
    fresh.swap(orders_);
  }
  for (const auto& o : fresh)
    begin(o);
}

std::optional<std::uint8_t> dynauth_client::loop::free_id(const endpoint& peer) const {
  for (unsigned i = 0; i < 256; ++i) {
    const auto id = static_cast<std::uint8_t>(next_id_ + i);
    if (!dialogues_.contains({peer_key(peer), id}))
      return id;
  }
  return std::nullopt;
}

void dynauth_client::loop::begin(const order& o) {
  const auto desk = neighbours_.desk->current();
  if (!clients_ || clients_->version() != desk->version)
    clients_ = std::make_shared<const client_table>(*desk, neighbours_.open_secret);
  const auto client = clients_->find(o.via);
  if (!client || !o.address || dialogues_.size() >= most_dialogues)
    return finish(o.nas, o.number, disconnect_outcome::not_possible, 0);
  endpoint peer{o.address,
                client->row.dynauth_port != 0 ? client->row.dynauth_port : settings_.coa_port};
  if (const auto at = desk->nases->find(o.nas.value);
      at != desk->nases->end() && at->second.dynauth_port != 0)
    peer.port = at->second.dynauth_port;
  const auto id = free_id(peer);
  if (!id)
    return finish(o.nas, o.number, disconnect_outcome::not_possible, 0);
  next_id_ = static_cast<std::uint8_t>(*id + 1);
  radius::session_name name;
  name.user_name = o.what.user_name;
  name.acct_session_id = o.what.acct_session_id;
  name.framed_address = o.what.address;
  name.nas_port_id = o.what.place.nas_port;
  radius::dynauth_settings how;
  how.tries = static_cast<std::uint8_t>(settings_.coa_attempts);
  how.first_wait = settings_.coa_try;
  const auto [at, fresh] = dialogues_.try_emplace(
    key{peer_key(peer), *id},
    dialogue{o.nas,
             o.number,
             peer,
             radius::disconnect_dialogue{radius::code::disconnect_request, *id, name,
                                         neighbours_.time->now(), client->secret, how},
             {}});
  act(at, at->second.talk.start());
}

void dynauth_client::loop::act(std::map<key, dialogue>::iterator at,
                               const radius::dynauth_action& action) {
  auto& d = at->second;
  switch (action.step) {
  case radius::dynauth_step::wait:
    return;
  case radius::dynauth_step::send:
    ++counters.sent;
    d.due = std::chrono::steady_clock::now() + action.wait;
    socket_->send(d.peer, {}, action.datagram);
    return socket_->flush();
  case radius::dynauth_step::done:
    break;
  }
  const auto cause = action.cause ? static_cast<std::uint32_t>(*action.cause) : 0;
  auto outcome = disconnect_outcome::not_possible;
  if (action.outcome == radius::dynauth_outcome::acked)
    outcome = disconnect_outcome::acknowledged;
  else if (action.outcome == radius::dynauth_outcome::no_answer)
    outcome = disconnect_outcome::no_answer;
  else if (action.outcome == radius::dynauth_outcome::nak)
    // Session-Context-Not-Found (RFC 5176 section 3.6): the NAS has no such session, which is what
    // we wanted.
    outcome = cause == 503 ? disconnect_outcome::session_unknown : disconnect_outcome::refused;
  const auto nas = d.nas;
  const auto number = d.number;
  dialogues_.erase(at);
  finish(nas, number, outcome, cause);
}

void dynauth_client::loop::finish(nas_id nas, std::uint64_t number, disconnect_outcome outcome,
                                  std::uint32_t cause) {
  switch (outcome) {
  case disconnect_outcome::acknowledged:
  case disconnect_outcome::session_unknown:
    ++counters.acknowledged;
    break;
  case disconnect_outcome::refused:
    ++counters.refused;
    break;
  case disconnect_outcome::no_answer:
    ++counters.unanswered;
    break;
  case disconnect_outcome::not_possible:
    ++counters.not_possible;
    break;
  }
  neighbours_.done({nas, number, outcome, cause});
}

void dynauth_client::loop::receive() {
  socket_->receive([&](const datagram& d) {
    if (d.bytes.size() < 2)
      return;
    if (const auto at = dialogues_.find({peer_key(d.from), d.bytes[1]}); at != dialogues_.end())
      act(at, at->second.talk.on_datagram(d.bytes));
  });
}

void dynauth_client::loop::time_out() {
  const auto now = std::chrono::steady_clock::now();
  for (auto at = dialogues_.begin(); at != dialogues_.end();) {
    const auto here = at++;
    if (here->second.due <= now)
      act(here, here->second.talk.on_timeout());
  }
}

dynauth_client::dynauth_client(const config::radius_settings& settings)
  : loop_{std::make_unique<loop>(settings)} {}
dynauth_client::~dynauth_client() = default;

result<void> dynauth_client::start(dynauth_neighbours neighbours, std::string& reason) {
  return loop_->start(std::move(neighbours), reason);
}
void dynauth_client::stop() {
  loop_->stop();
}
const dynauth_counters& dynauth_client::counters() const {
  return loop_->counters;
}

void dynauth_client::disconnect(nas_id nas, std::uint64_t number, client_id via, ipv4 nas_address,
                                const session& what) {
  loop_->push({nas, number, via, nas_address, what});
}

} // namespace uzel::net
