// The options of DHCPv4 that have a name here, and what their values look like.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace uzel::dhcp4 {

using octets = std::span<const std::uint8_t>;

// Option codes. On-wire values: RFC 2132 unless another is named; any other code is valid too.
enum class option : std::uint8_t {
  pad = 0,
  subnet_mask = 1,
  time_offset = 2,
  routers = 3,
  dns = 6,
  host_name = 12,
  domain = 15,
  interface_mtu = 26,
  broadcast = 28,
  static_routes = 33,
  ntp = 42,
  vendor_information = 43,
  requested_address = 50,
  lease_time = 51,
  overload = 52,
  message_type = 53,
  server_identifier = 54,
  parameter_list = 55,
  message = 56,
  max_message_size = 57,
  renewal_time = 58,
  rebinding_time = 59,
  vendor_class = 60,
  client_identifier = 61,
  tftp_server = 66,
  boot_file = 67,
  user_class = 77,        // RFC 3004
  rapid_commit = 80,      // RFC 4039
  fqdn = 81,              // RFC 4702
  relay_information = 82, // RFC 3046
  ipv6_only = 108,        // RFC 8925
  auto_configure = 116,   // RFC 2563
  subnet_selection = 118, // RFC 3011
  domain_search = 119,    // RFC 3397
  classless_routes = 121, // RFC 3442
  tftp_addresses = 150,   // RFC 5859
  microsoft_routes = 249, // as 121, asked for by old Windows
  end = 255,
};

// Values of option 53 (RFC 2132 9.6).
enum class message_type : std::uint8_t {
  discover = 1,
  offer = 2,
  request = 3,
  decline = 4,
  ack = 5,
  nak = 6,
  release = 7,
  inform = 8,
};

// "DISCOVER"; "?" for what is no message.
std::string_view name_of(message_type type) noexcept;

// What the octets of a value mean.
enum class value_kind : std::uint8_t {
  raw,
  flag, // no value at all
  boolean,
  u8,
  u16,
  u32,
  i32,
  text,
  address,
  addresses,         // one or more
  address_pairs,     // destination and router (RFC 2132 5.8)
  routes,            // prefix and router (RFC 3442)
  domains,           // names in the wire form of DNS (RFC 3397)
  codes,             // option codes
  message_type,      // one octet with a name
  client_identifier, // type and identifier, often a MAC
  relay_information, // sub-options
};

// One known option: its name in words and in the operator's text. The server reckons `computed`
// ones itself, so that nobody may set them.
struct option_row {
  option code = option::pad;
  std::string_view name;
  value_kind kind = value_kind::raw;
  bool computed = false;
};

// All known options, by code.
std::span<const option_row> known_options() noexcept;
// The row of a code, or a row without a name that holds raw octets.
option_row row_of(option code) noexcept;
// The row of a name ("dns"), or nullptr.
const option_row* find_option(std::string_view name) noexcept;

} // namespace uzel::dhcp4
