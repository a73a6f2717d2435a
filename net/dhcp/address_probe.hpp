// Asks by ICMP echo whether somebody uses an address (RFC 2131 section 3.1, point 2).
#pragma once

#include "domain/ipv4.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace uzel::net {

// Not thread-safe: one thread owns it.
class address_probe {
 public:
  // Whom an answer is for.
  struct asker {
    std::uint32_t slot = 0;
    std::uint64_t generation = 0;
    ipv4 address;
  };

  // Errors: io_failed; `reason` then says what the system said.
  [[nodiscard]] static result<address_probe> open(std::string& reason);
  address_probe(address_probe&& other) noexcept;
  address_probe& operator=(address_probe&&) = delete;
  ~address_probe();

  int descriptor() const noexcept { return fd_; }
  // False: the kernel did not take it.
  bool ask(const asker& who);
  // Reads what is there and tells who was answered by the address that he asked.
  void receive(const std::function<void(const asker&)>& answered);

 private:
  address_probe(int fd, bool raw, std::uint64_t cookie) : fd_{fd}, raw_{raw}, cookie_{cookie} {}

  int fd_ = -1;
  bool raw_ = false;     // answers come with their IP header
  std::uint64_t cookie_; // answers without it are to somebody else
  std::uint16_t sequence_ = 0;
};

} // namespace uzel::net
