// IPv4 addresses and prefixes as plain numbers in host order.
#pragma once

#include "domain/result.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace uzel {

// One address; 0.0.0.0 means «none» wherever an address is optional.
struct ipv4 {
  std::uint32_t value = 0;

  constexpr ipv4() = default;
  constexpr explicit ipv4(std::uint32_t v) : value{v} {}
  constexpr ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d)
    : value{(std::uint32_t{a} << 24) | (std::uint32_t{b} << 16) | (std::uint32_t{c} << 8) | d} {}
  constexpr explicit operator bool() const { return value != 0; }
  auto operator<=>(const ipv4&) const = default;
};

// A network: address bits below the length are zero.
struct prefix4 {
  ipv4 network;
  std::uint8_t length = 0;

  auto operator<=>(const prefix4&) const = default;
  constexpr std::uint32_t mask() const {
    return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
  }
  constexpr bool contains(ipv4 a) const { return (a.value & mask()) == network.value; }
};

// Dotted quad only: no octal, no missing parts, no spaces.
[[nodiscard]] result<ipv4> parse_ipv4(std::string_view text);
// "10.0.0.0/8", or a bare address as /32; bits below the mask are refused.
[[nodiscard]] result<prefix4> parse_prefix4(std::string_view text);
std::string to_string(ipv4 address);
std::string to_string(const prefix4& prefix);

template <class Inspector>
auto inspect(Inspector& f, ipv4& x) {
  return f(x.value);
}
template <class Inspector>
auto inspect(Inspector& f, prefix4& x) {
  return f(x.network, x.length);
}

} // namespace uzel

template <>
struct std::hash<uzel::ipv4> {
  std::size_t operator()(const uzel::ipv4& a) const noexcept {
    return a.value * 0x9E3779B97F4A7C15ull;
  }
};
