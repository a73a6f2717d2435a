#include "config/values.hpp"

#include "config/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace uzel::config {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor; // in the smallest unit of its table
};
constexpr std::array time_units{unit{"d", 86'400'000}, unit{"h", 3'600'000}, unit{"m", 60'000},
                                unit{"s", 1000}, unit{"ms", 1}};
constexpr std::array size_units{unit{"TiB", 1ull << 40}, unit{"GiB", 1ull << 30},
                                unit{"MiB", 1ull << 20}, unit{"KiB", 1ull << 10}, unit{"B", 1}};

// The text of a value that came as a string or from the environment.
const std::string* text_of(const raw_value& from) {
  if (const auto* text = std::get_if<std::string>(&from))
    return text;
  const auto* plain = std::get_if<plain_text>(&from);
  return plain ? &plain->text : nullptr;
}

std::string kind_of(const raw_value& from) {
  constexpr std::array names{"true or false", "a number", "a text", "a list", "a text", "a table"};
  const auto* foreign = std::get_if<foreign_value>(&from);
  return foreign ? foreign->what : names[from.index()];
}

std::string expected(std::string_view what, const raw_value& from) {
  if (const auto* text = text_of(from))
    return fmt::format("must be {}, not {}", what, in_quotes(*text));
  return fmt::format("must be {}, not {}", what, kind_of(from));
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

// "15m" by a table of units; nothing when malformed or too large for 63 bits.
template <std::size_t N>
std::optional<std::uint64_t> with_unit(std::string_view text, const std::array<unit, N>& units) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = whole_number(text.substr(0, digits));
  for (const unit& each : units) {
    constexpr auto most = std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    if (number && text.substr(digits) == each.name && *number <= most / each.factor)
      return *number * each.factor;
  }
  return std::nullopt;
}

// The largest unit that divides the value, so that nothing is rounded; zero is written in
// `zero_unit`.
template <std::size_t N>
std::string print_with_unit(std::uint64_t value, const std::array<unit, N>& units,
                            std::string_view zero_unit) {
  for (const unit& each : units)
    if (value != 0 && value % each.factor == 0)
      return fmt::format("\"{}{}\"", value / each.factor, each.name);
  return fmt::format("\"0{}\"", zero_unit);
}

template <class Number>
std::string read_number(const raw_value& from, Number& to) {
  std::optional<std::uint64_t> value;
  if (const auto* number = std::get_if<std::int64_t>(&from)) {
    if (*number >= 0)
      value = static_cast<std::uint64_t>(*number);
    else
      return fmt::format("must not be negative, is {}", *number);
  } else if (const auto* plain = std::get_if<plain_text>(&from)) {
    value = whole_number(plain->text);
  }
  if (!value)
    return expected("a whole number", from);
  if (*value > std::numeric_limits<Number>::max())
    return fmt::format("must be at most {}, is {}", std::numeric_limits<Number>::max(), *value);
  to = static_cast<Number>(*value);
  return {};
}

template <class Duration>
std::string read_duration(const raw_value& from, Duration& to) {
  const std::string* text = text_of(from);
  const auto ms = text ? with_unit(*text, time_units) : std::nullopt;
  if (!ms)
    return expected("a time such as \"500ms\", \"10s\", \"5m\", \"1h\" or \"2d\"", from);
  const milliseconds exact{static_cast<std::int64_t>(*ms)};
  const auto value = std::chrono::duration_cast<Duration>(exact);
  if (value != exact)
    return fmt::format("must be a whole number of seconds, is {}", *text);
  to = value;
  return {};
}

template <class Enum, std::size_t N>
std::string read_name(const raw_value& from, Enum& to,
                      const std::array<std::string_view, N>& names) {
  const std::string* text = text_of(from);
  const auto at = text ? std::find(names.begin(), names.end(), *text) : names.end();
  if (at == names.end())
    return expected(fmt::format("one of {}", fmt::join(names, ", ")), from);
  to = static_cast<Enum>(at - names.begin());
  return {};
}

// In the order of the enums.
constexpr std::array<std::string_view, 6> level_names{"trace", "debug", "info",
                                                      "warn",  "error", "off"};
constexpr std::array<std::string_view, 2> format_names{"text", "json"};
constexpr std::array<std::string_view, 2> durability_names{"journal", "store"};

} // namespace

std::string read_value(const raw_value& from, bool& to) {
  if (const auto* value = std::get_if<bool>(&from))
    return to = *value, std::string{};
  const auto* plain = std::get_if<plain_text>(&from);
  if (!plain || (plain->text != "true" && plain->text != "false"))
    return expected("true or false", from);
  to = plain->text == "true";
  return {};
}

std::string read_value(const raw_value& from, std::uint16_t& to) {
  return read_number(from, to);
}
std::string read_value(const raw_value& from, std::uint32_t& to) {
  return read_number(from, to);
}

std::string read_value(const raw_value& from, byte_count& to) {
  const std::string* text = text_of(from);
  const auto value = text ? with_unit(*text, size_units) : std::nullopt;
  if (value)
    return to = *value, std::string{};
  if (std::holds_alternative<std::string>(from) || !read_number(from, to).empty())
    return expected("a size such as \"512KiB\", \"64MiB\" or \"8GiB\", or a number of bytes", from);
  return {};
}

std::string read_value(const raw_value& from, seconds& to) {
  return read_duration(from, to);
}
std::string read_value(const raw_value& from, milliseconds& to) {
  return read_duration(from, to);
}

std::string read_value(const raw_value& from, std::string& to) {
  const std::string* text = text_of(from);
  if (!text)
    return expected("a text", from);
  to = *text;
  return {};
}

std::string read_value(const raw_value& from, std::vector<std::string>& to) {
  if (const auto* plain = std::get_if<plain_text>(&from))
    to = split(plain->text, ',');
  else if (const auto* list = std::get_if<std::vector<std::string>>(&from))
    to = *list;
  else
    return expected("a list of texts", from);
  return {};
}

std::string read_value(const raw_value& from, std::map<std::string, log::level>& to) {
  std::vector<table_entry> entries;
  if (const auto* entry = std::get_if<table_entry>(&from)) {
    entries.push_back(*entry);
  } else if (const auto* plain = std::get_if<plain_text>(&from)) {
    for (const std::string& part : split(plain->text, ',')) {
      const auto sign = part.find('=');
      if (sign == std::string::npos)
        return expected("pairs such as radius=debug,http=warn", from);
      entries.push_back({part.substr(0, sign), part.substr(sign + 1)});
    }
  } else {
    return expected("a table of component = level", from);
  }
  auto changed = to;
  for (const table_entry& entry : entries) {
    if (auto why = read_value(raw_value{entry.text}, changed[entry.key]); !why.empty())
      return fmt::format("the level of {} {}", in_quotes(entry.key), why);
  }
  to = std::move(changed);
  return {};
}

std::string read_value(const raw_value& from, log::level& to) {
  return read_name(from, to, level_names);
}
std::string read_value(const raw_value& from, log_format& to) {
  return read_name(from, to, format_names);
}
std::string read_value(const raw_value& from, config::durability& to) {
  return read_name(from, to, durability_names);
}

std::string print_value(bool value) {
  return value ? "true" : "false";
}
std::string print_value(std::uint16_t value) {
  return fmt::to_string(value);
}
std::string print_value(std::uint32_t value) {
  return fmt::to_string(value);
}
std::string print_value(byte_count value) {
  return print_with_unit(value, size_units, "B");
}
std::string print_value(seconds value) {
  return print_value(milliseconds{value});
}
std::string print_value(milliseconds value) {
  return print_with_unit(static_cast<std::uint64_t>(value.count()), time_units, "s");
}
std::string print_value(const std::string& value) {
  return in_quotes(value);
}

std::string print_value(const std::vector<std::string>& value) {
  std::vector<std::string> parts;
  for (const std::string& each : value)
    parts.push_back(in_quotes(each));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

std::string print_value(const std::map<std::string, log::level>& value) {
  std::vector<std::string> parts;
  for (const auto& [key, level] : value)
    parts.push_back(fmt::format("{} = {}", in_quotes(key), print_value(level)));
  return parts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

std::string print_value(log::level value) {
  return fmt::format("\"{}\"", level_names[static_cast<std::size_t>(value)]);
}
std::string print_value(log_format value) {
  return fmt::format("\"{}\"", format_names[static_cast<std::size_t>(value)]);
}
std::string print_value(config::durability value) {
  return fmt::format("\"{}\"", durability_names[static_cast<std::size_t>(value)]);
}

std::string type_name(const bool*) {
  return "boolean";
}
std::string type_name(const std::uint16_t*) {
  return "number";
}
std::string type_name(const std::uint32_t*) {
  return "number";
}
std::string type_name(const byte_count*) {
  return "size";
}
std::string type_name(const seconds*) {
  return "time";
}
std::string type_name(const milliseconds*) {
  return "time";
}
std::string type_name(const std::string*) {
  return "text";
}
std::string type_name(const std::vector<std::string>*) {
  return "list of texts";
}
std::string type_name(const std::map<std::string, log::level>*) {
  return "table of levels";
}
std::string type_name(const log::level*) {
  return fmt::format("{}", fmt::join(level_names, ", "));
}
std::string type_name(const log_format*) {
  return fmt::format("{}", fmt::join(format_names, ", "));
}
std::string type_name(const config::durability*) {
  return fmt::format("{}", fmt::join(durability_names, ", "));
}

} // namespace uzel::config
