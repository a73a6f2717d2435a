// The relay agent information option of DHCPv4 as a list of sub-options (RFC 3046).
#pragma once

#include "domain/ipv4.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <span>

namespace uzel::option82 {

// Sub-option codes. On-wire values: RFC 3046 2.0, 3527 3, 3993, 5107 4.
enum class sub_option : std::uint8_t {
  circuit_id = 1,
  remote_id = 2,
  link_selection = 5,
  subscriber_id = 6,
  server_identifier_override = 11,
};

// What a relay said. The spans look into the parsed octets; an absent sub-option is an empty span
// or 0.0.0.0.
struct relay_information {
  std::span<const std::uint8_t> circuit_id;
  std::span<const std::uint8_t> remote_id;
  std::span<const std::uint8_t> subscriber_id;
  ipv4 link_selection; // choose the subnet by this instead of giaddr (RFC 3527)
  ipv4 server_identifier_override;
};

// Parses the content of option 82 (without its code and length). invalid_input when a sub-option
// runs past the end, when there is none, when an address has not 4 octets, or when a known
// sub-option comes twice: two identities prove nothing. Unknown sub-options are skipped.
[[nodiscard]] result<relay_information>
parse_relay_information(std::span<const std::uint8_t> content);

} // namespace uzel::option82
