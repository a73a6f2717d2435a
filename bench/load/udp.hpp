// Sockets for load: batches of datagrams per system call, large buffers, and waiting on many at
// once.
#pragma once

#include <array>
#include <cstdint>
#include <netinet/in.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace uzel::load {

// Monotonic nanoseconds.
std::uint64_t now_ns() noexcept;

struct address_and_port {
  std::uint32_t address = 0; // host order
  std::uint16_t port = 0;
};

// One non-blocking UDP socket; closed when it goes.
class udp_socket {
 public:
  udp_socket() = default;
  udp_socket(udp_socket&& other) noexcept;
  udp_socket& operator=(udp_socket&& other) noexcept;
  ~udp_socket();

  // Bound to `at` (port 0 = any). A connected one takes datagrams from `to` alone and hears of
  // ICMP.
  bool open(const address_and_port& at, const address_and_port& to, bool connected,
            std::string& why);
  int descriptor() const { return fd_; }
  // Where send() goes when the socket is not connected; null when it is.
  sockaddr_in* destination() { return connected_ ? nullptr : &to_; }

 private:
  int fd_ = -1;
  bool connected_ = false;
  sockaddr_in to_{};
};

// One system call's worth of datagrams, to send or received.
class datagram_batch {
 public:
  static constexpr unsigned size = 64;
  static constexpr std::size_t largest = 4096;

  datagram_batch();
  datagram_batch(const datagram_batch&) = delete;
  datagram_batch& operator=(const datagram_batch&) = delete;

  // Sends up to `size` datagrams; returns how many the kernel took. `unreachable` counts ICMP
  // errors.
  unsigned send(udp_socket& by, std::span<const std::span<const std::uint8_t>> what,
                std::uint64_t& unreachable);
  // Reads what is there; returns how many, received() tells each.
  unsigned receive(const udp_socket& at, std::uint64_t& unreachable);
  std::span<std::uint8_t> received(unsigned i) { return {buffers_[i].data(), in_[i].msg_len}; }
  const sockaddr_in& sender(unsigned i) const { return senders_[i]; }

 private:
  static constexpr std::size_t largest_segment = 1200; // fits every MTU
  static constexpr std::size_t most_bytes = 60'000;
  struct cut {
    alignas(cmsghdr) std::uint8_t room[CMSG_SPACE(sizeof(std::uint16_t))];
  };

  unsigned neighbours(unsigned first, unsigned count) const;
  // Makes messages of the places from `first` to `count`; returns how many.
  unsigned describe(udp_socket& by, unsigned first, unsigned count);

  std::vector<std::array<std::uint8_t, largest>> buffers_;
  std::array<iovec, size> in_places_{}, out_places_{};
  std::array<mmsghdr, size> in_{}, out_{};
  std::array<cut, size> cuts_{};
  bool segments_ = true; // the kernel cuts, as far as is known
  std::array<sockaddr_in, size> senders_{};
};

} // namespace uzel::load
