// JSON as Kea's files have it: with comments (//, #, /* */) and commas behind last members. What is
// wrong is told with its line and column.
#pragma once

#include "apps/uzelctl/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace uzel::ctl {

struct text_fault {
  std::uint32_t line = 0; // from 1
  std::uint32_t column = 0;
  std::string reason;
  bool operator==(const text_fault&) const = default;
};

// The same text as plain JSON: comments and such commas are blanks, lines stay where they are.
[[nodiscard]] boost::system::result<std::string, text_fault> plain_json(std::string_view text);

// One document.
[[nodiscard]] boost::system::result<json, text_fault> parse_commented_json(std::string_view text);

} // namespace uzel::ctl
