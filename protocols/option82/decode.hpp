// Which device and port does an option 82 name? Every vendor writes circuit-id and remote-id its
// own way; each way is one row of a table.
#pragma once

#include "domain/mac_address.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace uzel::option82 {

// What a row looks at before it claims an option.
enum class shape : std::uint8_t {
  any,           // the row that catches the rest
  text_prefix,   // circuit-id begins with `pattern`, ASCII letters in either case
  text_contains, // circuit-id is printable text that contains `pattern`, case matters
  octet_prefix,  // circuit-id begins with `pattern` and, where given, circuit-id and remote-id have
                 // these lengths
};

// Where the MAC of the access device stands.
enum class mac_place : std::uint8_t {
  none,
  remote_last_six,    // the last 6 octets of remote-id
  remote_text,        // remote-id as text, in any spelling of parse_mac
  remote_text_or_six, // text if it reads as a MAC, the last 6 octets otherwise
  // as remote_text_or_six, but a name ("sw-lenina-5") is no MAC: its end would collide with others
  remote_text_or_binary,
  circuit_serial_54_43 // 54:43 and the four hex pairs after the prefix of circuit-id (a Huawei
                       // ONU's serial number)
};

// Where the port stands; ports of a PON tree are not told apart.
enum class port_place : std::uint8_t {
  none,
  circuit_last_octet,
  circuit_octet,       // the octet at `port_argument`
  circuit_last_number, // the last run of digits: "ether5", "bridge1/ether12"
  // the digits after the last character `port_argument` of the word behind the pattern (of the
  // whole id where the row has no text pattern): "sw7 eth 1/0/24:100" with " eth " and '/' is 24
  circuit_after_last,
};

// Where the customer's VLAN stands.
enum class vlan_place : std::uint8_t {
  none,
  circuit_binary, // octets 2 and 3 of the six of circuit-id 00 04 vlan vlan module port
  // behind the last ':' of the word that names the port: "eth 1/0/24:100"; of "200.100" (outer and
  // inner tag) the inner one
  circuit_after_colon,
};

// One vendor's way. A row that matches but finds no MAC where it should be still ends the search:
// the device is unknown.
struct rule {
  std::string_view vendor = {};
  shape when = shape::any;
  std::string_view pattern = {};
  std::uint8_t circuit_length = 0; // 0 = any
  std::uint8_t remote_length = 0;  // 0 = any
  mac_place mac = mac_place::none;
  port_place port = port_place::none;
  std::uint8_t port_argument = 0;
  vlan_place vlan = vlan_place::none;
};

// The answer: device 0 = not named, port 0 = not named or not told apart, vlan 0 = unknown or
// untagged.
struct location {
  mac_address device;
  std::uint32_t port = 0;
  std::uint16_t vlan = 0;
  std::string_view vendor; // the row that decided; points into the table
  bool operator==(const location&) const = default;
};

// The built-in rows, tried in order: ZTE and Huawei ONUs, text of Eltex and BDCOM OLTs, Huawei
// switches, MikroTik and TR-101 access nodes, D-Link's binary form, and at last the form that most
// switches share (port = last octet of circuit-id, MAC = last 6 octets of remote-id).
std::span<const rule> default_rules();

// Applies the first row that matches. Either id may be text "0x..." (as some NASes quote it), which
// is hex-decoded first; ids longer than 255 octets name nothing. Allocates nothing.
[[nodiscard]] location decode(std::span<const std::uint8_t> circuit_id,
                              std::span<const std::uint8_t> remote_id,
                              std::span<const rule> rules = default_rules());

} // namespace uzel::option82
