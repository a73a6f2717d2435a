// Rows for a terminal: columns aligned by what is seen, not by bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

struct text_table {
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;
};

// Cells of a terminal that a UTF-8 text takes: wide characters two, combining marks none.
std::size_t display_width(std::string_view text);

// The text without what would move the cursor or change colours: control characters and broken
// UTF-8 become \xHH.
std::string printable(std::string_view text);

// Heads, a line, and the rows; two spaces between columns, nothing after the last.
std::string render(const text_table& table);

// "name: value" lines with the values under each other.
std::string render_pairs(const std::vector<std::pair<std::string, std::string>>& pairs);

} // namespace uzel::ctl
