#include "protocols/option82/decode.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace uzel::option82 {
namespace {

using octets = std::span<const std::uint8_t>;
using namespace std::string_view_literals;

constexpr auto built_in = std::to_array<rule>({
  {.vendor = "zte-onu",
   .when = shape::text_prefix,
   .pattern = "ZTE",
   .mac = mac_place::remote_text},
  {.vendor = "huawei-onu",
   .when = shape::text_prefix,
   .pattern = "HWTC",
   .mac = mac_place::circuit_serial_54_43},
  {.vendor = "eltex-onu",
   .when = shape::text_prefix,
   .pattern = "ELTX",
   .mac = mac_place::remote_text_or_binary},
  {.vendor = "bdcom-epon",
   .when = shape::text_prefix,
   .pattern = "EPON",
   .mac = mac_place::remote_text_or_binary},
  {.vendor = "bdcom-gpon",
   .when = shape::text_prefix,
   .pattern = "GPON",
   .mac = mac_place::remote_text_or_binary},
  {.vendor = "huawei-switch",
   .when = shape::text_contains,
   .pattern = "Ethernet",
   .mac = mac_place::remote_text_or_binary,
   .port = port_place::circuit_after_last,
   .port_argument = '/',
   .vlan = vlan_place::circuit_after_colon},
  {.vendor = "huawei-switch",
   .when = shape::text_prefix,
   .pattern = "XGE",
   .mac = mac_place::remote_text_or_binary,
   .port = port_place::circuit_after_last,
   .port_argument = '/',
   .vlan = vlan_place::circuit_after_colon},
  {.vendor = "mikrotik",
   .when = shape::text_contains,
   .pattern = "ether",
   .mac = mac_place::remote_text_or_binary,
   .port = port_place::circuit_last_number},
  {.vendor = "mikrotik",
   .when = shape::text_prefix,
   .pattern = "sfp",
   .mac = mac_place::remote_text_or_binary,
   .port = port_place::circuit_last_number},
  {.vendor = "tr-101",
   .when = shape::text_contains,
   .pattern = " eth ",
   .mac = mac_place::remote_text_or_binary,
   .port = port_place::circuit_after_last,
   .port_argument = '/',
   .vlan = vlan_place::circuit_after_colon},
  {.vendor = "d-link",
   .when = shape::octet_prefix,
   .pattern = "\x00\x04"sv,
   .circuit_length = 6,
   .remote_length = 8,
   .mac = mac_place::remote_last_six,
   .port = port_place::circuit_octet,
   .port_argument = 5,
   .vlan = vlan_place::circuit_binary},
  {.vendor = "generic",
   .mac = mac_place::remote_text_or_six,
   .port = port_place::circuit_last_octet,
   .vlan = vlan_place::circuit_binary},
});

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr int hex_digit(char c) {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string_view as_text(octets bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Equipment ends text ids with zeros or spaces.
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\0' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

using buffer = std::array<std::uint8_t, 127>;

// "0x0004..." as the octets it spells; anything else as it came.
octets without_hex(octets bytes, buffer& space) {
  const auto text = trimmed(as_text(bytes));
  if (text.size() < 4 || text.size() % 2 != 0 || text.size() > 2 + 2 * space.size() ||
      text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
    return bytes;
  std::size_t used = 0;
  for (std::size_t i = 2; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0)
      return bytes;
    space[used++] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return octets{space}.first(used);
}

bool matches(const rule& row, octets circuit, octets remote) {
  if ((row.circuit_length != 0 && circuit.size() != row.circuit_length) ||
      (row.remote_length != 0 && remote.size() != row.remote_length))
    return false;
  const auto text = as_text(circuit);
  switch (row.when) {
  case shape::any:
    return true;
  case shape::text_prefix:
    return text.size() >= row.pattern.size() &&
           std::equal(row.pattern.begin(), row.pattern.end(), text.begin(),
                      [](char a, char b) { return upper(a) == upper(b); });
  case shape::text_contains:
    return is_printable(trimmed(text)) && text.find(row.pattern) != text.npos;
  case shape::octet_prefix:
    return text.starts_with(row.pattern);
  }
  return false;
}

mac_address last_six(octets bytes) {
  if (bytes.size() < 6)
    return {};
  std::uint64_t value = 0;
  for (const auto octet : bytes.last(6))
    value = (value << 8) | octet;
  return mac_address{value};
}

mac_address mac_in_text(octets bytes) {
  const auto mac = parse_mac(trimmed(as_text(bytes)));
  return mac ? *mac : mac_address{};
}

// Eight hex digits, and nothing behind them, after 54:43.
mac_address huawei_serial(std::string_view text, std::size_t prefix) {
  text = trimmed(text);
  if (text.size() != prefix + 8)
    return {};
  std::uint64_t value = 0x5443;
  for (const char c : text.substr(prefix)) {
    const int digit = hex_digit(c);
    if (digit < 0)
      return {};
    value = (value << 4) | static_cast<std::uint64_t>(digit);
  }
  return mac_address{value};
}

mac_address find_mac(const rule& row, octets circuit, octets remote) {
  switch (row.mac) {
  case mac_place::none:
    return {};
  case mac_place::remote_last_six:
    return last_six(remote);
  case mac_place::remote_text:
    return mac_in_text(remote);
  case mac_place::remote_text_or_six: {
    const auto mac = mac_in_text(remote);
    return mac ? mac : last_six(remote);
  }
  case mac_place::remote_text_or_binary: {
    const auto mac = mac_in_text(remote);
    const auto name = trimmed(as_text(remote));
    return mac ? mac : name.size() > 6 && is_printable(name) ? mac_address{} : last_six(remote);
  }
  case mac_place::circuit_serial_54_43:
    return huawei_serial(as_text(circuit), row.pattern.size());
  }
  return {};
}

// The digits at the front of text; 0 for none and for what is no port number.
std::uint32_t leading_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  return ec == std::errc{} && end != text.data() && number <= 65535 ? number : 0;
}

std::uint32_t last_number(std::string_view text) {
  const auto last = std::find_if(text.rbegin(), text.rend(), is_digit);
  const auto first = std::find_if_not(last, text.rend(), is_digit);
  return leading_number(text.substr(static_cast<std::size_t>(text.rend() - first)));
}

std::string_view word_behind_pattern(const rule& row, std::string_view text) {
  if (row.when == shape::text_contains)
    text.remove_prefix(std::min(text.size(), text.find(row.pattern) + row.pattern.size()));
  else if (row.when == shape::text_prefix)
    text.remove_prefix(row.pattern.size());
  else
    return text;
  return text.substr(0, text.find(' '));
}

std::uint32_t find_port(const rule& row, octets circuit) {
  const auto text = as_text(circuit);
  switch (row.port) {
  case port_place::none:
    return 0;
  case port_place::circuit_last_octet:
    return circuit.empty() ? 0 : circuit.back();
  case port_place::circuit_octet:
    return row.port_argument < circuit.size() ? circuit[row.port_argument] : 0;
  case port_place::circuit_last_number:
    return last_number(text);
  case port_place::circuit_after_last: {
    const auto word = word_behind_pattern(row, text);
    const auto at = word.rfind(static_cast<char>(row.port_argument));
    return at == word.npos ? 0 : leading_number(word.substr(at + 1));
  }
  }
  return 0;
}

constexpr std::uint16_t as_vlan(std::uint32_t number) {
  return number <= 4094 ? static_cast<std::uint16_t>(number) : std::uint16_t{0};
}

std::uint16_t vlan_in_text(std::string_view word) {
  const auto colon = word.rfind(':');
  if (colon == word.npos)
    return 0;
  const auto tags = word.substr(colon + 1);
  const auto dot = tags.find('.');
  const auto inner =
    dot == tags.npos ? std::uint16_t{0} : as_vlan(leading_number(tags.substr(dot + 1)));
  return inner != 0 ? inner : as_vlan(leading_number(tags));
}

std::uint16_t find_vlan(const rule& row, octets circuit) {
  switch (row.vlan) {
  case vlan_place::none:
    return 0;
  case vlan_place::circuit_binary:
    return circuit.size() == 6 && circuit[0] == 0 && circuit[1] == 4
             ? as_vlan(static_cast<std::uint32_t>(circuit[2]) << 8 | circuit[3])
             : std::uint16_t{0};
  case vlan_place::circuit_after_colon:
    return vlan_in_text(word_behind_pattern(row, trimmed(as_text(circuit))));
  }
  return 0;
}

} // namespace

std::span<const rule> default_rules() {
  return built_in;
}

location decode(octets circuit_id, octets remote_id, std::span<const rule> rules) {
  if (circuit_id.size() > 255 || remote_id.size() > 255)
    return {};
  buffer circuit_space;
  buffer remote_space;
  const auto circuit = without_hex(circuit_id, circuit_space);
  const auto remote = without_hex(remote_id, remote_space);
  const auto row = std::find_if(rules.begin(), rules.end(),
                                [&](const rule& r) { return matches(r, circuit, remote); });
  if (row == rules.end())
    return {};
  return {find_mac(*row, circuit, remote), find_port(*row, circuit), find_vlan(*row, circuit),
          row->vendor};
}

} // namespace uzel::option82
