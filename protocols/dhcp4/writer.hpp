// Writing the reply to a DHCPv4 request into a caller's buffer: nothing is allocated.
// Sources: RFC 2131 section 4.1, 4.3 and table 3, RFC 3046 2.2, RFC 3396, RFC 3442, RFC 6842.
#pragma once

#include "protocols/dhcp4/option_set.hpp"
#include "protocols/dhcp4/packet.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace uzel::dhcp4 {

// What fits into one Ethernet frame; a client that takes more gets no more.
inline constexpr std::size_t max_reply_size = 1472;
using reply_buffer = std::array<std::uint8_t, max_reply_size>;

// What the server decided. Zero and empty members are left out of the reply.
struct reply {
  message_type type = message_type::offer;
  ipv4 server_identifier;
  ipv4 your_address;
  ipv4 next_server;             // siaddr
  std::string_view server_name; // sname, at most 63 octets
  std::string_view boot_file;   // file, at most 127 octets
  std::uint32_t lease_time = 0; // seconds; 0 in the answer to an INFORM
  std::uint32_t renewal_time = 0;
  std::uint32_t rebinding_time = 0;
  ipv4 subnet_mask;         // before any of the options
  std::string_view message; // only a NAK carries it; at most 255 octets
  // The first set that has a code decides: subscriber, then pool, then network.
  std::span<const option_set* const> options = {};
};

// The reply as it goes out, and what did not fit.
struct written_reply {
  octets bytes; // in the caller's buffer
  std::uint16_t options_left_out = 0;
  bool relay_information_left_out = false;
};

// Echoes xid, hardware address, flags, giaddr, client identifier and, last, the relay's option. A
// client that lists its parameters gets these, in its order, and besides them subnet mask, routers,
// DNS, domain and what is forced; a client that lists none gets all. Classless routes precede
// routers. Never longer than the client's maximum (option 57, else 576) or the buffer; what the
// options field does not hold goes into file and sname when they are free. At least 300 octets, as
// old relays demand. A NAK carries options 53, 54, 56, 61 and 82 only. buffer_full when the client
// identifier or what precedes it does not fit.
[[nodiscard]] result<written_reply> write_reply(const packet_view& request, const reply& what,
                                                std::span<std::uint8_t> buffer) noexcept;

} // namespace uzel::dhcp4
