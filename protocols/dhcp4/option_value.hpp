// One option's value between octets and the text that people read and write.
#pragma once

#include "protocols/dhcp4/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::dhcp4 {

// Whether octets are a value of that kind: lengths, and for routes and domains the whole grammar.
bool well_formed(value_kind kind, octets value);

// The value in words: 10.0.0.1,10.0.0.2 · 10.0.0.0/8 via 10.1.0.1 · "text" · 3600 · yes. What is
// not well-formed, and raw octets, appear as hex:0a0b.
std::string value_text(value_kind kind, octets value);

// Appends the octets of such a text; every kind may be given as hex:…, text and raw octets in
// quotes with \" \\ \xHH. Tells what is wrong with it, or nothing.
[[nodiscard]] std::optional<std::string> encode_value(value_kind kind, std::string_view text,
                                                      std::vector<std::uint8_t>& out);

// Text in quotes; all but printable ASCII as \xHH.
std::string quoted(octets text);

} // namespace uzel::dhcp4
