#include "config/log_line.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <iterator>

namespace uzel::log {
namespace {

std::string stamp(std::chrono::system_clock::time_point at) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch());
  const auto whole = std::chrono::floor<std::chrono::seconds>(us);
  const std::chrono::system_clock::time_point second{whole};
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                     (us - whole).count());
}

// The length of the well-formed UTF-8 sequence at the front (RFC 3629), 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool beyond = first == 0xF4 && second > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& out, std::string_view text, bool json) {
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    const std::size_t length = sequence_length(text);
    if (length == 0)
      json ? out.append("\\ufffd") : out.append(fmt::format("\\x{:02x}", c));
    else if (json && (c == '"' || c == '\\'))
      out.append({'\\', static_cast<char>(c)});
    else if (c < 0x20 || c == 0x7F)
      out.append(json ? fmt::format("\\u{:04x}", c) : fmt::format("\\x{:02x}", c));
    else
      out.append(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

} // namespace

std::string_view name_of(level at) noexcept {
  switch (at) {
  case level::trace:
    return "trace";
  case level::debug:
    return "debug";
  case level::info:
    return "info";
  case level::warn:
    return "warn";
  case level::error:
    return "error";
  case level::off:
    break;
  }
  return "off";
}

std::string text_line(const line_parts& parts) {
  std::string line = fmt::format("{} {:5} {} {}: ", stamp(parts.at), name_of(parts.level),
                                 parts.component, parts.id);
  append_escaped(line, parts.sentence, false);
  return line;
}

std::string json_line(const line_parts& parts) {
  std::string line =
    fmt::format(R"({{"time":"{}","level":"{}","component":"{}","event":"{}","text":")",
                stamp(parts.at), name_of(parts.level), parts.component, parts.id);
  append_escaped(line, parts.sentence, true);
  line += "\"}";
  return line;
}

} // namespace uzel::log
