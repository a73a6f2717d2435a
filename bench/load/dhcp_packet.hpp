// The generator's own DHCPv4 packets as a relay sends and receives them (RFC 2131, RFC 2132, RFC
// 3046): written into a given buffer, without allocations, and shared with nobody.
#pragma once

#include "bench/load/digest.hpp"
#include "bench/load/fault.hpp"
#include "bench/load/pattern.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace uzel::load {

// On-wire values: RFC 2132 section 9.6.
enum class dhcp_type : std::uint8_t {
  none = 0,
  discover = 1,
  offer = 2,
  request = 3,
  decline = 4,
  ack = 5,
  nak = 6,
  release = 7,
};

// What a request says. Zero and empty fields are left out.
struct dhcp_request {
  dhcp_type type = dhcp_type::none;
  std::uint32_t xid = 0;
  std::uint32_t client_address = 0; // ciaddr
  std::uint32_t relay = 0;          // giaddr
  mac hardware{};
  bool client_id = false;           // option 61: type 1 and the hardware address
  std::uint32_t wanted_address = 0; // option 50
  std::uint32_t server = 0;         // option 54
  std::string_view circuit;         // option 82 sub-option 1
  std::string_view remote;          // option 82 sub-option 2
};

// What a reply said; views are within the datagram.
struct dhcp_reply {
  dhcp_type type = dhcp_type::none;
  std::uint32_t xid = 0;
  std::uint32_t address = 0; // yiaddr
  std::uint32_t relay = 0;
  std::uint32_t server = 0;
  octets hardware;
  octets relay_information; // value of option 82, empty when absent
};

// Returns the size: at least 300, as BOOTP relays expect. 0 when the room is too small.
std::size_t write_dhcp(const dhcp_request& what, std::span<std::uint8_t> room) noexcept;

// Errors: malformed for what is no reply of DHCP.
fault read_dhcp(octets datagram, dhcp_reply& out) noexcept;

// The value of an option, empty when absent; the datagram must begin with a whole DHCP header.
octets find_option(octets datagram, std::uint8_t code) noexcept;

// A stateless answer for trying the generator: OFFER or ACK of `address`, 0 for what has no answer.
std::size_t answer_dhcp(octets request, std::uint32_t address, std::uint32_t server,
                        std::span<std::uint8_t> room) noexcept;

} // namespace uzel::load
