// Octets written as hex in test tables.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uzel::proof {

// Spaces are ignored; the digits must pair up.
inline std::string unhex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string out;
  int high = -1;
  for (const char c : text) {
    if (c == ' ')
      continue;
    if (high < 0) {
      high = digit(c);
    } else {
      out += static_cast<char>(high * 16 + digit(c));
      high = -1;
    }
  }
  return out;
}

// Upper case, as RFCs print it.
inline std::string hex(std::string_view octets) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

template <class Octets>
std::string hex_of(const Octets& octets) {
  return hex({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

} // namespace uzel::proof
