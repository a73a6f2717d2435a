// One value between wire octets and text, by its dictionary type.
#pragma once

#include "protocols/radius/dictionary.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::radius {

// The text of a value without quotes; nothing when the octets are no value of that type.
// Times are ISO 8601 in UTC; octets, tlv and vendor-specific are 0x hex.
[[nodiscard]] std::optional<std::string> value_to_text(value_type type, octets value);

// The octets of a text; nothing when it is no value of that type. Numbers are decimal or 0x hex.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> value_from_text(value_type type,
                                                                       std::string_view text);

// Octets of integer types as a number; nothing for other types and sizes.
[[nodiscard]] std::optional<std::uint64_t> value_to_number(value_type type, octets value) noexcept;
// Nothing when the number does not fit.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> value_from_number(value_type type,
                                                                         std::uint64_t number);
// How many octets an integer type has; 0 for other types.
[[nodiscard]] std::size_t integer_size(value_type type) noexcept;

// "0x" and lower-case digits.
[[nodiscard]] std::string hex_text(octets value);
// Reads what hex_text() writes; "0x" alone is the empty value.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> hex_value(std::string_view text);

// A string in double quotes; what is not printable UTF-8 becomes \ooo.
[[nodiscard]] std::string quoted_text(std::string_view value);

} // namespace uzel::radius
