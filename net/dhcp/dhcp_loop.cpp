#include "net/dhcp/dhcp_loop.hpp"

#include "config/log.hpp"
#include "net/bridge/answer_fork.hpp"
#include "net/dhcp/own_addresses.hpp"

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
constexpr std::uint32_t probe_slot = 0xFFFFFFFEu;
constexpr std::size_t relay_buckets = 16384;
constexpr std::size_t client_buckets = 65536;
constexpr std::size_t most_port_devices = std::size_t{1} << 20;
constexpr duration own_addresses_age = seconds{60};

std::uint64_t random_number() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
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

dhcp_server::loop::loop(const config::dhcp_settings& settings, const dhcp_ports& ports)
  : settings_{settings}
  , ports_{ports}
  , order_{order_of(settings.identify)}
  , requests_{dhcp_listener_bit, settings.max_in_flight}
  , relay_rates_{settings.per_relay_rate, relay_buckets, random_number()}
  , client_rates_{settings.per_client_rate, client_buckets, random_number()}
  , ends_{settings.max_in_flight, 1, 0}
  , port_devices_{settings.clients_per_port, most_port_devices} {}

dhcp_server::loop::~loop() {
  stop(duration{0});
  if (epoll_ >= 0)
    ::close(epoll_);
}

result<void> dhcp_server::loop::add_listener(batch_socket socket, std::string interface,
                                             std::string& reason) {
  const auto slot = static_cast<std::uint32_t>(listeners_.size());
  listeners_.push_back({std::move(interface), std::move(socket), std::nullopt});
  return watch(epoll_, listeners_.back().socket.descriptor(), slot, reason);
}

result<void> dhcp_server::loop::listen_directly(const std::string& interface, std::string& reason) {
  const auto failed = [&](errc why) {
    reason = interface + ": " + reason;
    return why;
  };
  auto socket = batch_socket::open({{}, ports_.relay},
                                   socket_wish{settings_.receive_buffer, interface, true}, reason);
  if (!socket)
    return failed(errc::io_failed);
  auto frames = frame_socket::open(interface, reason);
  if (!frames)
    return failed(errc::io_failed);
  if (const auto ok = add_listener(std::move(*socket), interface, reason); !ok)
    return failed(errc::io_failed);
  listeners_.back().frames.emplace(std::move(*frames));
  return {};
}

result<void> dhcp_server::loop::listen(std::string& reason) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  const bool shared = !settings_.interfaces.empty();
  for (const auto& text : settings_.listen) {
    const auto at = parse_endpoint(text);
    if (!at) {
      reason = text + ": not an address and port";
      return at.error();
    }
    auto socket =
      batch_socket::open(*at, socket_wish{settings_.receive_buffer, {}, shared}, reason);
    if (!socket) {
      reason = text + ": " + reason;
      return socket.error();
    }
    if (const auto ok = add_listener(std::move(*socket), {}, reason); !ok)
      return ok.error();
  }
  for (const auto& interface : settings_.interfaces)
    if (const auto ok = listen_directly(interface, reason); !ok)
      return ok.error();
  std::string why;
  if (auto probe = address_probe::open(why)) {
    probe_.emplace(std::move(*probe));
    if (const auto ok = watch(epoll_, probe_->descriptor(), probe_slot, reason); !ok)
      return ok.error();
  } else {
    log::dhcp.warn("ping-unavailable", "addresses are offered without a ping before: {}", why);
  }
  return watch(epoll_, answers.descriptor(), answers_slot, reason);
}

std::uint16_t dhcp_server::loop::port() const {
  return listeners_.empty() ? std::uint16_t{0} : listeners_.front().socket.local().port;
}

void dhcp_server::loop::start(dhcp_neighbours neighbours) {
  neighbours_ = std::move(neighbours);
  thread_ = std::thread{[this] { run(); }};
  ::pthread_setname_np(thread_.native_handle(), "dhcp");
}

void dhcp_server::loop::stop(duration grace) {
  if (!thread_.joinable())
    return;
  grace_us_ = grace.count();
  stopping_ = true;
  answers.wake();
  thread_.join();
  neighbours_ = {};
}

void dhcp_server::loop::run() {
  std::array<epoll_event, 16> ready{};
  instant end;
  while (true) {
    const bool idle = answers.may_sleep();
    const int n =
      ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), idle ? wait_time() : 0);
    const std::span came{ready.data(), static_cast<std::size_t>(std::max(n, 0))};
    answers.awake(
      std::ranges::any_of(came, [](const auto& e) { return e.data.u32 == answers_slot; }));
    now_ = neighbours_.time->now();
    refresh_desk();
    refresh_own_addresses();
    const bool stopping = stopping_.load();
    if (stopping && !end)
      end = now_ + duration{grace_us_.load()};
    for (const auto& one : came) {
      const auto slot = one.data.u32;
      if (slot == probe_slot)
        take_pings();
      else if (slot != answers_slot && !stopping)
        receive(slot);
    }
    take_answers();
    release_due();
    flush();
    requests_.expire(now_, settings_.deadline);
    counters.in_use.store(requests_.in_use(), std::memory_order_relaxed);
    counters.waiting_for_sync.store(unsynced_.size(), std::memory_order_relaxed);
    if (stopping && (requests_.in_use() == 0 || now_ >= end))
      return;
  }
}

int dhcp_server::loop::wait_time() const {
  // Expiry is not in a hurry; the end of a ping is.
  std::int64_t ms = 100;
  if (!pings_.empty())
    ms = std::min(ms, std::max<std::int64_t>(0, (pings_.front().until - now_).count() / 1000 + 1));
  return static_cast<int>(stopping_ ? std::min<std::int64_t>(ms, 10) : ms);
}

void dhcp_server::loop::refresh_desk() {
  const auto version = neighbours_.desk->version();
  if (relays_ && desk_version_ == version)
    return;
  const auto desk = neighbours_.desk->current();
  desk_version_ = desk->version;
  relays_.emplace(desk);
  terms_.refresh(desk);
}

void dhcp_server::loop::refresh_own_addresses() {
  if (own_read_ && own_read_ <= now_ && now_ - own_read_ < own_addresses_age)
    return;
  own_ = read_own_addresses();
  own_read_ = now_;
}

void dhcp_server::loop::receive(std::uint32_t socket) {
  // A few batches at a time, so that answers are not starved by a flood of requests.
  for (int round = 0; round < 4; ++round)
    if (listeners_[socket].socket.receive([&](const datagram& d) { take_datagram(socket, d); }) <
        batch_socket::batch)
      return;
}

void dhcp_server::loop::flush() {
  std::uint64_t unsent = 0;
  for (auto& l : listeners_) {
    l.socket.flush();
    unsent += l.socket.dropped();
  }
  counters.unsent.store(unsent, std::memory_order_relaxed);
  requests_.clear_sent();
}

} // namespace uzel::net
