// How one line of the log is written; pure, so that tests and the fuzzer see it without a sink.
#pragma once

#include "config/log_level.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace uzel::log {

// What a line says.
struct line_parts {
  std::chrono::system_clock::time_point at;
  log::level level{};
  std::string_view component;
  std::string_view id;
  std::string_view sentence;
};

// "2026-01-31T12:00:00.123456Z WARN radius request-dropped: sentence"; control characters are
// escaped, so a value from the network cannot forge a second line.
std::string text_line(const line_parts& parts);

// One JSON object per line: time, level, component, event, text. Bytes that are no UTF-8 become
// U+FFFD.
std::string json_line(const line_parts& parts);

std::string_view name_of(level at) noexcept;

} // namespace uzel::log
