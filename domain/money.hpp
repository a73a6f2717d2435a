// Money: an integer number of minor units (kopecks), never a floating-point number.
#pragma once

#include <compare>
#include <cstdint>

namespace uzel {

struct money {
  std::int64_t minor = 0;
  auto operator<=>(const money&) const = default;
};

constexpr money operator+(money a, money b) {
  return {a.minor + b.minor};
}
constexpr money operator-(money a, money b) {
  return {a.minor - b.minor};
}

template <class Inspector>
auto inspect(Inspector& f, money& x) {
  return f(x.minor);
}

} // namespace uzel
