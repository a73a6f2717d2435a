#include "apps/uzelctl/text_table.hpp"

#include "protocols/proof/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace uzel::ctl {
namespace {

struct code_range {
  std::uint32_t first;
  std::uint32_t last;
};

// Unicode 15, EastAsianWidth W and F, joined to blocks.
constexpr std::array wide{
  code_range{0x1100, 0x115F},   code_range{0x2E80, 0x303E},   code_range{0x3041, 0x33FF},
  code_range{0x3400, 0x4DBF},   code_range{0x4E00, 0x9FFF},   code_range{0xA000, 0xA4CF},
  code_range{0xAC00, 0xD7A3},   code_range{0xF900, 0xFAFF},   code_range{0xFE30, 0xFE6F},
  code_range{0xFF00, 0xFF60},   code_range{0xFFE0, 0xFFE6},   code_range{0x1F300, 0x1F64F},
  code_range{0x1F900, 0x1F9FF}, code_range{0x20000, 0x3FFFD},
};
// Marks that stand on the character before, and characters without a shape.
constexpr std::array zero{
  code_range{0x0300, 0x036F}, code_range{0x0483, 0x0489}, code_range{0x0591, 0x05BD},
  code_range{0x0610, 0x061A}, code_range{0x064B, 0x065F}, code_range{0x1AB0, 0x1AFF},
  code_range{0x1DC0, 0x1DFF}, code_range{0x200B, 0x200F}, code_range{0x20D0, 0x20FF},
  code_range{0xFE00, 0xFE0F}, code_range{0xFE20, 0xFE2F},
};
// Direction overrides make a line read as what it is not.
constexpr std::array turning{code_range{0x202A, 0x202E}, code_range{0x2066, 0x2069}};

template <std::size_t N>
bool within(const std::array<code_range, N>& ranges, std::uint32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const code_range& r) { return r.first <= c && c <= r.last; });
}

void add_escaped(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char byte : bytes) {
    const auto b = static_cast<std::uint8_t>(byte);
    out.append("\\x").append(1, digits[b >> 4]).append(1, digits[b & 15]);
  }
}

void add_cell(std::string& line, const std::string& cell, std::size_t width, bool last) {
  line += cell;
  if (!last)
    line.append(width - display_width(cell) + 2, ' ');
}

} // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    std::uint32_t c = 0;
    const auto before = text;
    if (!proof::take_code_point(text, c)) {
      text = before.substr(1);
      ++width;
    } else if (!within(zero, c)) {
      width += within(wide, c) ? 2 : 1;
    }
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::uint32_t c = 0;
    const auto before = text;
    if (!proof::take_code_point(text, c)) {
      add_escaped(out, before.substr(0, 1));
      text = before.substr(1);
      continue;
    }
    const auto bytes = before.substr(0, before.size() - text.size());
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || within(turning, c))
      add_escaped(out, bytes);
    else
      out += bytes;
  }
  return out;
}

std::string render(const text_table& table) {
  std::vector<std::vector<std::string>> shown{table.heads};
  for (const auto& row : table.rows) {
    auto& cells = shown.emplace_back();
    for (std::size_t i = 0; i < table.heads.size(); ++i)
      cells.push_back(i < row.size() ? printable(row[i]) : std::string{});
  }
  std::vector<std::size_t> widths(table.heads.size());
  for (const auto& cells : shown)
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], display_width(cells[i]));
  std::string out;
  for (std::size_t at = 0; at < shown.size(); ++at) {
    std::string line;
    for (std::size_t i = 0; i < shown[at].size(); ++i)
      add_cell(line, shown[at][i], widths[i], i + 1 == shown[at].size());
    out.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
    if (at > 0 || widths.empty())
      continue;
    for (std::size_t i = 0; i < widths.size(); ++i)
      out.append(i ? "  " : "").append(widths[i], '-');
    out += '\n';
  }
  return out;
}

std::string render_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::size_t width = 0;
  for (const auto& [name, value] : pairs)
    width = std::max(width, display_width(name) + 1);
  std::string out;
  for (const auto& [name, value] : pairs) {
    std::string line = name + ":";
    line.append(width - display_width(name), ' ').append(printable(value));
    out.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
  }
  return out;
}

} // namespace uzel::ctl
