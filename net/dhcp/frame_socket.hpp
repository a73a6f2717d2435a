// Sends UDP datagrams to a hardware address: a client that has no address yet answers no ARP.
#pragma once

#include "domain/mac_address.hpp"
#include "domain/result.hpp"
#include "net/udp/batch_socket.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace uzel::net {

// The IPv4 and UDP headers before such a payload, with both checksums (RFC 791, RFC 768).
std::array<std::uint8_t, 28> ip_udp_header(const endpoint& from, const endpoint& to,
                                           std::span<const std::uint8_t> payload);

// Not thread-safe: one thread owns it. It hears nothing.
class frame_socket {
 public:
  // Errors: io_failed; `reason` then says what the system said.
  [[nodiscard]] static result<frame_socket> open(const std::string& interface, std::string& reason);
  frame_socket(frame_socket&& other) noexcept;
  frame_socket& operator=(frame_socket&&) = delete;
  ~frame_socket();

  // False: the kernel did not take it.
  bool send(mac_address hardware, const endpoint& from, const endpoint& to,
            std::span<const std::uint8_t> payload);

 private:
  frame_socket(int fd, int interface) : fd_{fd}, interface_{interface} {}

  int fd_ = -1;
  int interface_ = 0;
};

} // namespace uzel::net
