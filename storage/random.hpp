// Names that nothing else has.
#pragma once

#include "storage/journal/store_error.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace uzel::storage {

// From the operating system's generator. Errors: io_failed.
[[nodiscard]] store_result<std::array<std::uint8_t, 16>> random_id();
std::string to_hex(const std::array<std::uint8_t, 16>& id);
// False when the text is not 32 hex digits.
[[nodiscard]] bool from_hex(std::string_view text, std::array<std::uint8_t, 16>& out);

} // namespace uzel::storage
