// Points in time: UTC, microseconds. Domain code never asks for the time; «now» is a parameter.
#pragma once

#include <chrono>
#include <cstdint>

namespace uzel {

using duration = std::chrono::microseconds;
using std::chrono::seconds;

// Microseconds since 1970-01-01 UTC; 0 means «never / not yet».
struct instant {
  std::int64_t us = 0;

  constexpr instant() = default;
  constexpr explicit instant(std::int64_t microseconds) : us{microseconds} {}
  constexpr explicit operator bool() const { return us != 0; }
  auto operator<=>(const instant&) const = default;

  static constexpr instant from_unix(std::int64_t s) { return instant{s * 1'000'000}; }
  constexpr std::int64_t unix_seconds() const { return us / 1'000'000; }
};

constexpr instant operator+(instant t, duration d) {
  return instant{t.us + d.count()};
}
constexpr instant operator-(instant t, duration d) {
  return instant{t.us - d.count()};
}
constexpr duration operator-(instant a, instant b) {
  return duration{a.us - b.us};
}

template <class Inspector>
auto inspect(Inspector& f, instant& x) {
  return f(x.us);
}

} // namespace uzel
