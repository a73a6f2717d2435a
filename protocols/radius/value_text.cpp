#include "protocols/radius/value_text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <limits>

namespace uzel::radius {
namespace {

using bytes = std::vector<std::uint8_t>;

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) noexcept {
  Number n{};
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, n, base);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return n;
}

bytes big_endian(std::uint64_t number, std::size_t size) {
  bytes out(size);
  for (std::size_t i = 0; i < size; ++i)
    out[size - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return out;
}

std::string ipv6_to_text(octets value) {
  std::array<std::uint8_t, 16> whole{};
  std::ranges::copy(value, whole.begin());
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, whole.data(), text.data(), text.size());
  return text.data();
}

std::optional<bytes> ipv6_from_text(std::string_view text) {
  bytes out(16);
  if (text.find('\0') != std::string_view::npos ||
      inet_pton(AF_INET6, std::string{text}.c_str(), out.data()) != 1)
    return std::nullopt;
  return out;
}

std::optional<bytes> ipv4_from_text(std::string_view text) {
  const auto address = parse_ipv4(text);
  return address ? std::optional{big_endian(address->value, 4)} : std::nullopt;
}

// Groups of hex digits with colons: ether (6 x 1 octet), ifid (4 x 2 octets).
std::string groups_to_text(octets value, std::size_t group) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i != 0 && i % group == 0)
      out += ':';
    out += hex_text(value.subspan(i, 1)).substr(2);
  }
  return out;
}

std::optional<bytes> groups_from_text(std::string_view text, std::size_t count, std::size_t group) {
  bytes out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto size = std::min(text.find(':'), text.size());
    const auto n = parse_number<std::uint32_t>(text.substr(0, size), 16);
    if (!n || size > 2 * group || (i + 1 == count) != (size == text.size()))
      return std::nullopt;
    const bytes part = big_endian(*n, group);
    out.insert(out.end(), part.begin(), part.end());
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return out;
}

// RFC 3162 section 2.3: reserved octet, prefix length, as many octets as the length needs.
std::optional<std::string> prefix6_to_text(octets value) {
  if (value.size() < 2 || value.size() > 18 || value[1] > 128)
    return std::nullopt;
  return ipv6_to_text(value.subspan(2)) + "/" + std::to_string(value[1]);
}

std::optional<bytes> prefix6_from_text(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto address = ipv6_from_text(text.substr(0, slash));
  const auto length = slash == text.size() ? std::optional<std::uint8_t>{std::uint8_t{128}}
                                           : parse_number<std::uint8_t>(text.substr(slash + 1));
  if (!address || !length || *length > 128)
    return std::nullopt;
  bytes out{0, *length};
  out.insert(out.end(), address->begin(), address->begin() + (*length + 7) / 8);
  return out;
}

// RFC 8044 section 3.11: reserved octet, prefix length, four octets.
std::optional<std::string> prefix4_to_text(octets value) {
  if (value.size() != 6 || value[1] > 32)
    return std::nullopt;
  return to_string(*read_ipv4(value.subspan(2))) + "/" + std::to_string(value[1]);
}

std::optional<bytes> prefix4_from_text(std::string_view text) {
  const auto prefix = parse_prefix4(text);
  if (!prefix)
    return std::nullopt;
  bytes out{0, prefix->length};
  const bytes address = big_endian(prefix->network.value, 4);
  out.insert(out.end(), address.begin(), address.end());
  return out;
}

std::string time_to_text(std::uint32_t seconds_since_1970) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds at{seconds{seconds_since_1970}};
  const auto day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{at - day};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::optional<bytes> time_from_text(std::string_view text) {
  namespace chrono = std::chrono;
  if (const auto n = parse_number<std::uint32_t>(text))
    return big_endian(*n, 4);
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) {
    return parse_number<std::uint16_t>(text.substr(at, size)).value_or(9999);
  };
  const chrono::year_month_day date{chrono::year{part(0, 4)}, chrono::month{part(5, 2)},
                                    chrono::day{part(8, 2)}};
  if (!date.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 59)
    return std::nullopt;
  const auto at = chrono::sys_days{date}.time_since_epoch() + chrono::hours{part(11, 2)} +
                  chrono::minutes{part(14, 2)} + chrono::seconds{part(17, 2)};
  const auto n = chrono::duration_cast<chrono::seconds>(at).count();
  if (n < 0 || n > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  return big_endian(static_cast<std::uint64_t>(n), 4);
}

// Length of the UTF-8 character that starts the text; 0 when there is none. Overlong forms and
// surrogates are none.
std::size_t utf8_size(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = at(0);
  const std::size_t size = first < 0x80                    ? 1u
                           : first >= 0xc2 && first < 0xe0 ? 2u
                           : first >= 0xe0 && first < 0xf0 ? 3u
                           : first >= 0xf0 && first < 0xf5 ? 4u
                                                           : 0u;
  if (size == 0 || size > text.size())
    return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((at(i) & 0xc0) != 0x80)
      return 0;
  if ((first == 0xe0 && at(1) < 0xa0) || (first == 0xed && at(1) > 0x9f) ||
      (first == 0xf0 && at(1) < 0x90) || (first == 0xf4 && at(1) > 0x8f))
    return 0;
  return size;
}

} // namespace

std::size_t integer_size(value_type type) noexcept {
  switch (type) {
  case value_type::byte:
    return 1;
  case value_type::short_:
    return 2;
  case value_type::integer:
  case value_type::signed_:
    return 4;
  case value_type::integer64:
    return 8;
  default:
    return 0;
  }
}

std::optional<std::uint64_t> value_to_number(value_type type, octets value) noexcept {
  if (integer_size(type) == 0 || value.size() != integer_size(type))
    return std::nullopt;
  std::uint64_t n = 0;
  for (const std::uint8_t b : value)
    n = n << 8 | b;
  return n;
}

std::optional<std::vector<std::uint8_t>> value_from_number(value_type type, std::uint64_t number) {
  const std::size_t size = integer_size(type);
  if (size == 0 || (size < 8 && number >> (8 * size) != 0))
    return std::nullopt;
  return big_endian(number, size);
}

std::optional<std::string> value_to_text(value_type type, octets value) {
  switch (type) {
  case value_type::text:
    return std::string{read_text(value)};
  case value_type::byte:
  case value_type::short_:
  case value_type::integer:
  case value_type::integer64: {
    const auto n = value_to_number(type, value);
    return n ? std::optional{std::to_string(*n)} : std::nullopt;
  }
  case value_type::signed_: {
    const auto n = value_to_number(type, value);
    return n ? std::optional{std::to_string(static_cast<std::int32_t>(*n))} : std::nullopt;
  }
  case value_type::ipaddr: {
    const auto address = read_ipv4(value);
    return address ? std::optional{to_string(*address)} : std::nullopt;
  }
  case value_type::combo_ip:
    if (value.size() == 4)
      return to_string(*read_ipv4(value));
    [[fallthrough]];
  case value_type::ipv6addr:
    return value.size() == 16 ? std::optional{ipv6_to_text(value)} : std::nullopt;
  case value_type::ipv6prefix:
    return prefix6_to_text(value);
  case value_type::ipv4prefix:
    return prefix4_to_text(value);
  case value_type::date: {
    const auto n = read_u32(value);
    return n ? std::optional{time_to_text(*n)} : std::nullopt;
  }
  case value_type::ether:
    return value.size() == 6 ? std::optional{groups_to_text(value, 1)} : std::nullopt;
  case value_type::ifid:
    return value.size() == 8 ? std::optional{groups_to_text(value, 2)} : std::nullopt;
  case value_type::raw:
  case value_type::tlv:
  case value_type::abinary:
  case value_type::vsa:
    return hex_text(value);
  }
  return std::nullopt;
}

std::optional<std::vector<std::uint8_t>> value_from_text(value_type type, std::string_view text) {
  switch (type) {
  case value_type::text:
    return bytes{text.begin(), text.end()};
  case value_type::byte:
  case value_type::short_:
  case value_type::integer:
  case value_type::integer64: {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const auto n = parse_number<std::uint64_t>(hex ? text.substr(2) : text, hex ? 16 : 10);
    return n ? value_from_number(type, *n) : std::nullopt;
  }
  case value_type::signed_: {
    const auto n = parse_number<std::int32_t>(text);
    return n ? std::optional{big_endian(static_cast<std::uint32_t>(*n), 4)} : std::nullopt;
  }
  case value_type::ipaddr:
    return ipv4_from_text(text);
  case value_type::combo_ip:
    return text.find(':') == std::string_view::npos ? ipv4_from_text(text) : ipv6_from_text(text);
  case value_type::ipv6addr:
    return ipv6_from_text(text);
  case value_type::ipv6prefix:
    return prefix6_from_text(text);
  case value_type::ipv4prefix:
    return prefix4_from_text(text);
  case value_type::date:
    return time_from_text(text);
  case value_type::ether:
    return groups_from_text(text, 6, 1);
  case value_type::ifid:
    return groups_from_text(text, 4, 2);
  case value_type::raw:
  case value_type::tlv:
  case value_type::abinary:
  case value_type::vsa:
    return hex_value(text);
  }
  return std::nullopt;
}

std::string hex_text(octets value) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "0x";
  out.reserve(2 + 2 * value.size());
  for (const std::uint8_t b : value) {
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

std::optional<std::vector<std::uint8_t>> hex_value(std::string_view text) {
  if (text.size() % 2 != 0 || !(text.starts_with("0x") || text.starts_with("0X")))
    return std::nullopt;
  bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 2; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string quoted_text(std::string_view value) {
  std::string out = "\"";
  while (!value.empty()) {
    const std::size_t size = utf8_size(value);
    const char c = value[0];
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (size > 1 || (size == 1 && c >= ' ' && c != 0x7f))
      out += value.substr(0, size);
    else {
      const auto b = static_cast<std::uint8_t>(c);
      out += {'\\', static_cast<char>('0' + (b >> 6)), static_cast<char>('0' + (b >> 3 & 7)),
              static_cast<char>('0' + (b & 7))};
    }
    value.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out += '"';
}

} // namespace uzel::radius
