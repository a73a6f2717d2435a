#include "config/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace uzel::config {
namespace {

// Levenshtein distance with one row of memory.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

} // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out.append({'\\', c});
    else if (byte < 0x20 || byte == 0x7F)
      out += fmt::format("\\u{:04X}", byte);
    else
      out += c;
  }
  return out + '"';
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    part = part.substr(0, part.find_last_not_of(' ') + 1);
    parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string upper_case(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string nearest(std::string_view typed, const std::vector<std::string>& known) {
  // Longer input is no misspelling of anything; the bound keeps hostile files cheap.
  if (typed.size() > 100)
    return {};
  std::pair<std::size_t, std::size_t> best{std::max<std::size_t>(2, typed.size() / 4) + 1, 0};
  std::string found;
  for (const std::string& name : known) {
    // The right name in the wrong section is as good a guess as one wrong letter; of several
    // sections the one that is spelled alike.
    const std::size_t edits = edits_between(typed, name);
    const std::pair distance{last_part(typed) == last_part(name) ? 1 : edits, edits};
    if (distance < best) {
      best = distance;
      found = name;
    }
  }
  return found;
}

} // namespace uzel::config
