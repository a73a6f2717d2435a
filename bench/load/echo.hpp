// The physical limit: datagrams that come back as they went. And a stateless server that answers
// RADIUS or DHCP correctly without knowing anything, to see what the generator itself can do.
#pragma once

#include "bench/load/plan.hpp"
#include "bench/load/udp.hpp"

#include <cstdint>
#include <string>

namespace uzel::load {

class echo_protocol : public protocol {
 public:
  explicit echo_protocol(std::size_t size) : size_{size} {}
  std::span<const std::string_view> kinds() const override;
  unsigned group_of(const step&) const override { return 0; }
  std::size_t write(const step& s, std::uint32_t slot, std::uint32_t local,
                    std::span<std::uint8_t> room) override;
  std::optional<std::uint32_t> slot_of(octets datagram, std::uint32_t first,
                                       std::uint32_t count) const override;
  reading read(const step& s, octets request, std::span<std::uint8_t> datagram) override;

 private:
  std::size_t size_;
  std::uint64_t serial_ = 0;
};

enum class answer_as : std::uint8_t { echo, radius, dhcp };

struct echo_server_options {
  address_and_port listen;
  answer_as as = answer_as::echo;
  std::string secret; // radius
  std::uint64_t spoil =
    0; // every so many answers one is wrong, to see that it is noticed; 0 = none
  std::uint64_t twice = 0; // every so many answers one gives an address that others got, too
};

// Answers until the process ends. Returns false with a sentence when it cannot listen.
bool serve_echo(const echo_server_options& o, std::string& why);

} // namespace uzel::load
