#include "domain/ipv4.hpp"

#include <charconv>

namespace uzel {
namespace {

// Reads a decimal without leading zeros up to max and drops it from text.
bool take_number(std::string_view& text, unsigned max, unsigned& out) {
  const auto* first = text.data();
  const auto* last = first + text.size();
  const auto [next, ec] = std::from_chars(first, last, out);
  if (ec != std::errc{} || next == first || out > max || (*first == '0' && next - first > 1))
    return false;
  text.remove_prefix(static_cast<std::size_t>(next - first));
  return true;
}

} // namespace

result<ipv4> parse_ipv4(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (text.empty() || text.front() != '.')
        return errc::invalid_input;
      text.remove_prefix(1);
    }
    unsigned octet = 0;
    if (text.empty() || !take_number(text, 255, octet))
      return errc::invalid_input;
    value = (value << 8) | octet;
  }
  if (!text.empty())
    return errc::invalid_input;
  return ipv4{value};
}

result<prefix4> parse_prefix4(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ipv4(text.substr(0, slash));
  if (!address)
    return address.error();
  unsigned length = 32;
  if (slash != std::string_view::npos) {
    auto rest = text.substr(slash + 1);
    if (rest.empty() || !take_number(rest, 32, length) || !rest.empty())
      return errc::invalid_input;
  }
  const prefix4 prefix{*address, static_cast<std::uint8_t>(length)};
  if (!prefix.contains(*address))
    return errc::invalid_input;
  return prefix;
}

std::string to_string(ipv4 a) {
  char text[16];
  char* out = text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (shift != 24)
      *out++ = '.';
    out = std::to_chars(out, text + sizeof text, (a.value >> shift) & 0xFFu).ptr;
  }
  return {text, out};
}

std::string to_string(const prefix4& p) {
  return to_string(p.network) + '/' + std::to_string(p.length);
}

} // namespace uzel
