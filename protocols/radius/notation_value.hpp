// The value half of «Name:tag = value»: shared by both directions so that decoding can prove that
// it can be undone.
#pragma once

#include "protocols/radius/notation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace uzel::radius {

// What stands right of the equals sign; escapes of quoted text are already undone.
struct notation_word {
  std::string text;
  bool quoted = false;
};

struct encoded_value {
  std::vector<std::uint8_t> bytes; // as they stand in the attribute, tag and hiding included
  std::string problem;             // not empty: why there are no bytes
};

// The octets of a value under its definition. `tag` counts only for definitions with has_tag.
[[nodiscard]] encoded_value encode_value(const dictionary& words, const attribute_definition& a,
                                         std::optional<std::uint8_t> tag, const notation_word& word,
                                         const hiding& hide);

// The largest tag (RFC 2868 section 3).
inline constexpr std::uint8_t largest_tag = 0x1f;

} // namespace uzel::radius
