// Ethernet addresses, compared as 48 bits however they were written.
#pragma once

#include "domain/result.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace uzel {

// A 48-bit MAC in the low bits; 0 means «none».
struct mac_address {
  std::uint64_t value = 0;

  constexpr mac_address() = default;
  constexpr explicit mac_address(std::uint64_t v) : value{v} {}
  constexpr explicit operator bool() const { return value != 0; }
  auto operator<=>(const mac_address&) const = default;
};

// Every spelling that equipment sends: aa:bb:cc:dd:ee:ff, AA-BB-…, aabb.ccdd.eeff, aabbccddeeff,
// one-digit octets between separators, and RouterOS's client-id prefix "1:aa:bb:…".
[[nodiscard]] result<mac_address> parse_mac(std::string_view text);
// Lower case with colons.
std::string to_string(mac_address mac);

template <class Inspector>
auto inspect(Inspector& f, mac_address& x) {
  return f(x.value);
}

} // namespace uzel

template <>
struct std::hash<uzel::mac_address> {
  std::size_t operator()(const uzel::mac_address& m) const noexcept {
    return m.value * 0x9E3779B97F4A7C15ull;
  }
};
