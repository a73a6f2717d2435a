#include "bench/load/udp.hpp"

#include "bench/load/pattern.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <netinet/udp.h>
#include <unistd.h>
#include <utility>

namespace uzel::load {
namespace {

constexpr int buffer_bytes = 8 << 20;

sockaddr_in socket_address(const address_and_port& a) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(a.address);
  out.sin_port = htons(a.port);
  return out;
}

// Beyond the system's limit where that is allowed: a reply lost here would count against the
// server.
void widen(int fd, int forced, int plain) {
  if (::setsockopt(fd, SOL_SOCKET, forced, &buffer_bytes, sizeof buffer_bytes) != 0)
    (void)::setsockopt(fd, SOL_SOCKET, plain, &buffer_bytes, sizeof buffer_bytes);
}

} // namespace

std::uint64_t now_ns() noexcept {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(t.tv_nsec);
}

udp_socket::udp_socket(udp_socket&& other) noexcept
  : fd_{std::exchange(other.fd_, -1)}
  , connected_{other.connected_}
  , to_{other.to_} {}

udp_socket& udp_socket::operator=(udp_socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(connected_, other.connected_);
  std::swap(to_, other.to_);
  return *this;
}

udp_socket::~udp_socket() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool udp_socket::open(const address_and_port& at, const address_and_port& to, bool connected,
                      std::string& why) {
  const auto fail = [&](const address_and_port& whose) {
    why = fmt::format("{}:{}: {}", address_text(whose.address), whose.port, std::strerror(errno));
    return false;
  };
  fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0)
    return fail(at);
  widen(fd_, SO_RCVBUFFORCE, SO_RCVBUF);
  widen(fd_, SO_SNDBUFFORCE, SO_SNDBUF);
  const auto own = socket_address(at);
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
    return fail(at);
  to_ = socket_address(to);
  connected_ = connected;
  if (connected && ::connect(fd_, reinterpret_cast<const sockaddr*>(&to_), sizeof to_) != 0)
    return fail(to);
  return true;
}

datagram_batch::datagram_batch() : buffers_(size) {
  for (unsigned i = 0; i < size; ++i) {
    in_places_[i] = {buffers_[i].data(), largest};
    in_[i].msg_hdr.msg_iov = &in_places_[i];
    in_[i].msg_hdr.msg_iovlen = 1;
    in_[i].msg_hdr.msg_name = &senders_[i];
  }
}

// How many from `first` on may leave as one message that the kernel cuts (UDP_SEGMENT): neighbours
// of one size, as many as fit one datagram.
unsigned datagram_batch::neighbours(unsigned first, unsigned count) const {
  const auto each = out_places_[first].iov_len;
  unsigned together = 1;
  if (!segments_ || each == 0 || each > largest_segment)
    return together;
  while (first + together < count && out_places_[first + together].iov_len == each &&
         (together + 1) * each <= most_bytes)
    ++together;
  return together;
}

unsigned datagram_batch::describe(udp_socket& by, unsigned first, unsigned count) {
  unsigned messages = 0;
  for (auto i = first; i < count;) {
    const auto together = neighbours(i, count);
    auto& h = out_[messages].msg_hdr;
    h = {};
    h.msg_iov = &out_places_[i];
    h.msg_iovlen = together;
    h.msg_name = by.destination();
    h.msg_namelen = by.destination() ? sizeof(sockaddr_in) : 0;
    if (together > 1) {
      h.msg_control = cuts_[messages].room;
      h.msg_controllen = sizeof cuts_[messages].room;
      auto* const c = CMSG_FIRSTHDR(&h);
      c->cmsg_level = IPPROTO_UDP;
      c->cmsg_type = UDP_SEGMENT;
      c->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
      const auto segment = static_cast<std::uint16_t>(out_places_[i].iov_len);
      std::memcpy(CMSG_DATA(c), &segment, sizeof segment);
    }
    ++messages;
    i += together;
  }
  return messages;
}

unsigned datagram_batch::send(udp_socket& by, std::span<const std::span<const std::uint8_t>> what,
                              std::uint64_t& unreachable) {
  const auto count = static_cast<unsigned>(std::min<std::size_t>(what.size(), size));
  for (unsigned i = 0; i < count; ++i)
    // The system call does not write to what it sends.
    out_places_[i] = {const_cast<std::uint8_t*>(what[i].data()), what[i].size()};
  auto messages = describe(by, 0, count);
  unsigned gone = 0;
  unsigned sent = 0;
  while (gone < messages) {
    const int n = ::sendmmsg(by.descriptor(), &out_[gone], messages - gone, 0);
    for (int i = 0; i < n; ++i)
      sent += static_cast<unsigned>(out_[gone++].msg_hdr.msg_iovlen);
    if (n > 0)
      continue;
    if (errno == ECONNREFUSED)
      ++unreachable; // of an earlier datagram; this one was not tried yet
    else if (segments_ && (errno == EIO || errno == EINVAL || errno == EMSGSIZE)) {
      segments_ = false; // a path on which the kernel cannot cut
      messages = describe(by, sent, count);
      gone = 0;
    } else if (errno != EINTR)
      break;
  }
  return sent;
}

unsigned datagram_batch::receive(const udp_socket& at, std::uint64_t& unreachable) {
  for (auto& m : in_)
    m.msg_hdr.msg_namelen = sizeof(sockaddr_in);
  const int n = ::recvmmsg(at.descriptor(), in_.data(), size, MSG_DONTWAIT, nullptr);
  if (n < 0 && errno == ECONNREFUSED)
    ++unreachable;
  return n > 0 ? static_cast<unsigned>(n) : 0;
}

} // namespace uzel::load
