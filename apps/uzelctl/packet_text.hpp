// RADIUS packets between hex and FreeRADIUS's attribute notation, with what a secret proves.
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "apps/uzelctl/json.hpp"
#include "protocols/radius/dictionary.hpp"
#include "protocols/radius/packet.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

// Hex digits with or without spaces, colons, line ends and a leading 0x.
[[nodiscard]] outcome<std::vector<std::uint8_t>> read_hex(std::string_view text);
std::string to_hex(radius::octets bytes);

// What the person knows besides the packet.
struct packet_keys {
  std::optional<std::string> secret;
  std::optional<radius::authenticator> request_authenticator; // of the request that a reply answers
};

// A packet in words: its attributes, and with a secret whether its signatures are right and what
// its User-Password is.
struct packet_words {
  std::string text;
  json structured;
};
[[nodiscard]] outcome<packet_words>
decode_radius(radius::octets datagram, const radius::dictionary& words, const packet_keys& keys);

struct packet_order {
  std::string attributes; // in notation
  radius::code code = radius::code::access_request;
  std::uint8_t id = 0;
  // Access-Request and Status-Server: it stands in the packet. Other codes reckon theirs.
  std::optional<radius::authenticator> own_authenticator;
  packet_keys keys;
};
// The packet; signed when there is a secret. Without an authenticator a random one is taken.
[[nodiscard]] outcome<std::vector<std::uint8_t>> encode_radius(const packet_order& order,
                                                               const radius::dictionary& words);

// "Access-Request", or a number.
std::optional<radius::code> read_code(std::string_view text);

[[nodiscard]] outcome<radius::authenticator> read_authenticator(std::string_view hex);

} // namespace uzel::ctl
