// A UDP socket that moves datagrams in batches: one system call reads up to 64 of them or writes up
// to 256, which is what makes 100,000 requests a second affordable.
#pragma once

#include "domain/ipv4.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace uzel::net {

// An IPv4 address and a UDP or TCP port.
struct endpoint {
  ipv4 address;
  std::uint16_t port = 0;
  bool operator==(const endpoint&) const = default;
};

// "127.0.0.1:1812"; the port is required.
[[nodiscard]] result<endpoint> parse_endpoint(std::string_view text);
std::string to_string(const endpoint& e);

// One received datagram; the bytes live until the next receive().
struct datagram {
  endpoint from;
  ipv4 local; // the address that was asked: the answer must leave from it
  std::span<const std::uint8_t> bytes;
  bool broadcast = false; // sent to everybody; `local` is then our address on that interface
};

// What a socket is besides its address.
struct socket_wish {
  std::size_t receive_buffer = 0;
  std::string device;  // hear and speak on this interface only; empty = any
  bool shared = false; // other sockets with the same wish may have the port too
};

// Not thread-safe: one thread owns a socket.
class batch_socket {
 public:
  static constexpr unsigned batch = 64;        // datagrams that one call receives at most
  static constexpr unsigned queue = 256;       // ... and that wait to be sent
  static constexpr std::size_t largest = 4096; // longer datagrams arrive cut to this size

  // Errors: io_failed; `reason` then says what the system said.
  [[nodiscard]] static result<batch_socket> open(const endpoint& listen, std::size_t receive_buffer,
                                                 std::string& reason);
  [[nodiscard]] static result<batch_socket> open(const endpoint& listen, const socket_wish& wish,
                                                 std::string& reason);
  batch_socket(batch_socket&&) noexcept;
  batch_socket& operator=(batch_socket&&) noexcept;
  ~batch_socket();

  int descriptor() const noexcept;
  // Where it listens: the real port when 0 was asked for.
  endpoint local() const noexcept;

  // Reads what is there, at most one batch; returns how many came.
  unsigned receive(const std::function<void(const datagram&)>& take);

  // Queues one datagram; its bytes must stay until flush(). A full queue flushes by itself.
  void send(const endpoint& to, ipv4 from, std::span<const std::uint8_t> bytes);
  // Sends the queue; datagrams of one size between the same two addresses as one that the kernel
  // cuts, for half of what an answer costs is its way through the kernel. What it does not take is
  // dropped and counted: the asker retries.
  void flush();
  std::uint64_t dropped() const noexcept;

 private:
  struct state;
  explicit batch_socket(std::unique_ptr<state> s);
  std::unique_ptr<state> state_;
};

} // namespace uzel::net
