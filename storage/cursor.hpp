// Where a page ended, as an opaque text for whoever asks for the next one.
#pragma once

#include "domain/entities/value.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace uzel::storage {

// The last row of a page: its sort value in stored form and its id. The question is a hash of what
// was asked: a cursor of another question is refused.
struct cursor {
  std::uint64_t question = 0;
  value sort;
  std::int64_t id = 0;
  bool operator==(const cursor&) const = default;
};

// Base64url without padding.
std::string write_cursor(const cursor& c);
// invalid_input for anything that write_cursor() did not make for this question.
[[nodiscard]] result<cursor> read_cursor(std::string_view text, std::uint64_t question);

} // namespace uzel::storage
