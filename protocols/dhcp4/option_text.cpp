#include "protocols/dhcp4/option_text.hpp"

#include "protocols/dhcp4/option_value.hpp"

#include <algorithm>
#include <charconv>

namespace uzel::dhcp4 {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Cuts the text before the next separator outside of quotes.
std::string_view next_entry(std::string_view& rest) {
  bool in_quotes = false;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (in_quotes && c == '\\')
      ++i;
    else if (c == '"')
      in_quotes = !in_quotes;
    else if (!in_quotes && (c == ';' || c == '\n'))
      break;
  }
  const auto entry = rest.substr(0, i);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return trimmed(entry);
}

std::optional<option_row> row_named(std::string_view name) {
  if (const auto* row = find_option(name))
    return *row;
  std::uint8_t code = 0;
  const auto end = name.data() + name.size();
  const auto [rest, fault] = std::from_chars(name.data(), end, code);
  if (fault != std::errc{} || rest != end || code == 0 || code == 255)
    return {};
  return row_of(static_cast<option>(code));
}

std::optional<violation> read_entry(std::string_view entry, option_set& out) {
  const auto sign = entry.find('=');
  auto name = trimmed(entry.substr(0, sign));
  const auto wrong = [&](std::string problem) {
    return violation{std::string{name.substr(0, 64)}, std::move(problem)};
  };
  const bool forced = name.starts_with('!');
  if (forced)
    name = trimmed(name.substr(1));
  if (sign == std::string_view::npos)
    return wrong("a value is missing: write option=value");
  const auto row = row_named(name);
  if (!row)
    return wrong("there is no such option: write its name or a number from 1 to 254");
  if (row->computed)
    return wrong("the server sets this option itself");
  std::vector<std::uint8_t> value;
  if (auto problem = encode_value(row->kind, trimmed(entry.substr(sign + 1)), value))
    return wrong(std::move(*problem));
  if (out.find(row->code))
    return wrong("the option stands there twice");
  if (!out.add(row->code, value, forced))
    return wrong("the value, or all of them together, are too long");
  return {};
}

// Names may stand compressed in octets that were given as hex: these go back as hex.
std::string text_of(value_kind kind, octets value) {
  auto text = value_text(kind, value);
  std::vector<std::uint8_t> again;
  if (encode_value(kind, text, again) || !std::ranges::equal(again, value))
    return value_text(value_kind::raw, value);
  return text;
}

} // namespace

boost::system::result<option_set, violation> parse_option_text(std::string_view text) {
  if (text.size() > max_option_text)
    return violation{"", "the text is longer than " + std::to_string(max_option_text) + " octets"};
  option_set out;
  while (!text.empty())
    if (const auto entry = next_entry(text); !entry.empty())
      if (auto fault = read_entry(entry, out))
        return std::move(*fault);
  return out;
}

std::string option_text(const option_set& options) {
  std::string out;
  for (const auto& e : options.entries()) {
    const auto row = row_of(e.code);
    if (!out.empty())
      out += "; ";
    if (e.forced)
      out += '!';
    out += row.name.empty() ? std::to_string(static_cast<int>(e.code)) : std::string{row.name};
    out += '=' + text_of(row.kind, options.value_of(e));
  }
  return out;
}

} // namespace uzel::dhcp4
