// Strict UTF-8 (RFC 3629), one code point at a time.
#pragma once

#include <cstdint>
#include <string_view>

namespace uzel::proof {

// Reads one code point and drops it from a text that is not empty; false on overlong, cut,
// surrogate or too large forms.
[[nodiscard]] bool take_code_point(std::string_view& text, std::uint32_t& out);

} // namespace uzel::proof
