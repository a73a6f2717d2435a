#include "domain/mac_address.hpp"

#include <array>

namespace uzel {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

// Groups of hex digits between separators, at most 7 of at most 12 digits.
struct groups {
  std::array<std::uint64_t, 7> value{};
  std::array<std::size_t, 7> digits{};
  std::size_t count = 0;
};

result<groups> split(std::string_view text) {
  groups out;
  char separator = 0;
  out.count = 1;
  for (char c : text) {
    if (const int d = hex_digit(c); d >= 0) {
      auto& digits = out.digits[out.count - 1];
      if (++digits > 12)
        return errc::invalid_input;
      out.value[out.count - 1] = (out.value[out.count - 1] << 4) | static_cast<std::uint64_t>(d);
      continue;
    }
    if ((c != ':' && c != '-' && c != '.') || (separator != 0 && c != separator))
      return errc::invalid_input;
    separator = c;
    if (out.digits[out.count - 1] == 0 || out.count == out.value.size())
      return errc::invalid_input;
    ++out.count;
  }
  if (out.digits[out.count - 1] == 0)
    return errc::invalid_input;
  return out;
}

} // namespace

result<mac_address> parse_mac(std::string_view text) {
  const auto parts = split(text);
  if (!parts)
    return parts.error();
  const auto& g = *parts;
  std::size_t first = 0;
  if (g.count == 7 && g.value[0] == 1 && g.digits[0] <= 2)
    first = 1;
  const auto count = g.count - first;
  const std::size_t width = count == 6 ? 2 : count == 3 ? 4 : count == 1 ? 12 : 0;
  if (width == 0)
    return errc::invalid_input;
  std::uint64_t value = 0;
  for (std::size_t i = first; i < g.count; ++i) {
    if (g.digits[i] > width || (width != 2 && g.digits[i] != width))
      return errc::invalid_input;
    value = (value << (4 * width)) | g.value[i];
  }
  return mac_address{value};
}

std::string to_string(mac_address mac) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out(17, ':');
  for (std::size_t i = 0; i < 6; ++i) {
    const auto octet = (mac.value >> (40 - 8 * i)) & 0xFF;
    out[3 * i] = digits[octet >> 4];
    out[3 * i + 1] = digits[octet & 15];
  }
  return out;
}

} // namespace uzel
