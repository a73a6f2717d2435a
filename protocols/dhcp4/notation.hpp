// A DHCPv4 packet in words, for people and for tools.
#pragma once

#include "protocols/dhcp4/packet.hpp"

#include <string>
#include <vector>

namespace uzel::dhcp4 {

// One option in words; the sub-options of a relay's option are its parts.
struct shown_option {
  std::uint8_t code = 0;
  std::string name; // empty when the code has none
  std::string value;
  std::vector<shown_option> parts;
};

// The options in the order in which they stand in the packet; pieces of one option are one.
std::vector<shown_option> shown_options(const packet_view& packet);

// Kind, header, and one line per option, indented by a tab: name(code): value.
[[nodiscard]] std::string decode_packet(const packet_view& packet);

} // namespace uzel::dhcp4
