// The log: log::radius.warn("request-dropped", "no secret for {}", nas). A stable event id first,
// then a sentence. Never a password, a secret or a whole packet. Every id of a warn or error has a
// paragraph in docs/operations/log-messages.md.
#pragma once

#include "config/log_level.hpp"

#include <atomic>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::config {
struct log_settings;
}

namespace uzel::log {

// One part of the daemon that speaks under its own name and level. Thread-safe; a silent level
// costs one load. Of warn and error, at most `burst` lines per event id and second are written; the
// rest is counted and told later.
class component {
 public:
  static constexpr unsigned burst = 20;

  explicit constexpr component(const char* name) : name_{name} {}
  component(const component&) = delete;
  component& operator=(const component&) = delete;

  template <class... Args>
  void debug(std::string_view id, fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(level::debug))
      write(level::debug, id, text, fmt::make_format_args(args...));
  }
  template <class... Args>
  void info(std::string_view id, fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(level::info))
      write(level::info, id, text, fmt::make_format_args(args...));
  }
  template <class... Args>
  void warn(std::string_view id, fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(level::warn))
      write(level::warn, id, text, fmt::make_format_args(args...));
  }
  template <class... Args>
  void error(std::string_view id, fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(level::error))
      write(level::error, id, text, fmt::make_format_args(args...));
  }

  bool enabled(level at) const noexcept { return at >= level_.load(std::memory_order_relaxed); }
  void set_level(level to) noexcept { level_.store(to, std::memory_order_relaxed); }
  std::string_view name() const noexcept { return name_; }

 private:
  void write(level at, std::string_view id, fmt::string_view text, fmt::format_args args) const;

  const char* name_;
  std::atomic<level> level_{level::info};
};

extern component radius, dhcp, store, journal, actors, http, live, clock, directory, pool, nas,
  config, main, desk;

// The component of that name, or null.
component* find_component(std::string_view name) noexcept;

// All of them, for the manual and for "unknown component" hints.
std::vector<std::string_view> component_names();

// Sets format, destination and levels; called at start and at every reload (reopens the file, so
// that it can be rotated). False when the file cannot be opened: the old destination stays.
[[nodiscard]] bool configure(const uzel::config::log_settings& settings);

// Writes out what is buffered; called before the process ends.
void flush();

// For tests: while it lives, lines go to memory instead of the destination. One at a time.
class capture {
 public:
  capture();
  ~capture();
  capture(const capture&) = delete;
  capture& operator=(const capture&) = delete;

  std::vector<std::string> lines() const;
  bool contains(std::string_view part) const;

 private:
  struct sink;
  std::shared_ptr<sink> sink_;
};

} // namespace uzel::log
