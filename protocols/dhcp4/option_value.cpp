#include "protocols/dhcp4/option_value.hpp"

#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "protocols/dhcp4/domain_names.hpp"
#include "protocols/dhcp4/value_reader.hpp"

#include <algorithm>

namespace uzel::dhcp4 {
namespace {

using k = value_kind;

ipv4 address_at(octets value, std::size_t i) {
  return {value[i], value[i + 1], value[i + 2], value[i + 3]};
}

std::uint32_t number_of(octets value) {
  std::uint32_t out = 0;
  for (const std::uint8_t octet : value)
    out = out << 8 | octet;
  return out;
}

std::string hex_text(octets value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "hex:";
  for (const std::uint8_t b : value) {
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

void separate(std::string& out) {
  if (!out.empty())
    out += ',';
}

// Calls f(prefix, router) for each route; false when the octets are none (RFC 3442).
template <class F>
bool walk_routes(octets value, F f) {
  while (!value.empty()) {
    const std::uint8_t length = value[0];
    const std::size_t significant = (length + 7u) / 8u;
    if (length > 32 || value.size() < 5 + significant)
      return false;
    std::uint32_t network = 0;
    for (std::size_t i = 0; i < 4; ++i)
      network = network << 8 | (i < significant ? value[1 + i] : 0u);
    const prefix4 to{ipv4{network}, length};
    if ((network & ~to.mask()) != 0)
      return false;
    f(to, address_at(value, 1 + significant));
    value = value.subspan(5 + significant);
  }
  return true;
}

std::string routes_text(octets value) {
  std::string out;
  walk_routes(value, [&](const prefix4& to, ipv4 router) {
    separate(out);
    out += to_string(to) + " via " + to_string(router);
  });
  return out;
}

std::string addresses_text(octets value, bool pairs) {
  std::string out;
  for (std::size_t i = 0; i + 4 <= value.size(); i += 4) {
    if (pairs && i % 8 == 4)
      out += " via ";
    else
      separate(out);
    out += to_string(address_at(value, i));
  }
  return out;
}

std::string codes_text(octets value) {
  std::string out;
  for (const std::uint8_t code : value) {
    separate(out);
    const auto name = row_of(static_cast<option>(code)).name;
    out += name.empty() ? std::to_string(code) : std::string{name};
  }
  return out;
}

std::string client_identifier_text(octets value) {
  if (value.size() != 7 || value[0] != 1)
    return hex_text(value);
  return "ethernet " + to_string(mac_address{std::uint64_t{number_of(value.subspan(1, 2))} << 32 |
                                             number_of(value.subspan(3))});
}

std::size_t number_size(value_kind kind) {
  if (kind == k::u8)
    return 1;
  return kind == k::u16 ? 2 : 4;
}

} // namespace

bool well_formed(value_kind kind, octets value) {
  switch (kind) {
  case k::raw:
  case k::relay_information:
    return true;
  case k::flag:
    return value.empty();
  case k::boolean:
    return value.size() == 1 && value[0] <= 1;
  case k::u8:
  case k::u16:
  case k::u32:
  case k::i32:
    return value.size() == number_size(kind);
  case k::text:
    return !value.empty() && std::ranges::count(value, std::uint8_t{0}) == 0;
  case k::address:
    return value.size() == 4;
  case k::addresses:
    return !value.empty() && value.size() % 4 == 0;
  case k::address_pairs:
    return !value.empty() && value.size() % 8 == 0;
  case k::routes:
    return !value.empty() && walk_routes(value, [](const prefix4&, ipv4) {});
  case k::domains:
    return domain_names(value).has_value();
  case k::codes:
    return !value.empty();
  case k::message_type:
    return value.size() == 1 && value[0] >= 1 && value[0] <= 8;
  case k::client_identifier:
    return value.size() >= 2;
  }
  return false;
}

std::string quoted(octets text) {
  std::string out = "\"";
  for (const std::uint8_t c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    if (c >= 0x20 && c < 0x7f)
      out += static_cast<char>(c);
    else
      out += "\\x" + hex_text({&c, 1}).substr(4);
  }
  return out + '"';
}

std::string value_text(value_kind kind, octets value) {
  if (!well_formed(kind, value))
    // Many clients end their texts with a zero octet.
    return kind == k::text && !value.empty() ? quoted(value) : hex_text(value);
  switch (kind) {
  case k::raw:
  case k::relay_information:
    return hex_text(value);
  case k::flag:
    return "yes";
  case k::boolean:
    return value[0] == 0 ? "no" : "yes";
  case k::u8:
  case k::u16:
  case k::u32:
    return std::to_string(number_of(value));
  case k::i32:
    return std::to_string(static_cast<std::int32_t>(number_of(value)));
  case k::text:
    return quoted(value);
  case k::address:
  case k::addresses:
    return addresses_text(value, false);
  case k::address_pairs:
    return addresses_text(value, true);
  case k::routes:
    return routes_text(value);
  case k::domains:
    return *domain_names(value);
  case k::codes:
    return codes_text(value);
  case k::message_type:
    return std::string{name_of(static_cast<message_type>(value[0]))};
  case k::client_identifier:
    return client_identifier_text(value);
  }
  return hex_text(value);
}

std::optional<std::string> encode_value(value_kind kind, std::string_view text,
                                        std::vector<std::uint8_t>& out) {
  const std::size_t before = out.size();
  value_reader reader{text, out};
  if (text.starts_with("hex:")) {
    if (auto problem = reader.hex())
      return problem;
    const auto value = octets{out}.subspan(before);
    return well_formed(kind, value) ? std::nullopt
                                    : std::optional<std::string>{"these octets are no such value"};
  }
  switch (kind) {
  case k::raw:
    if (!text.starts_with('"'))
      return "octets are written as hex:0a0b or as \"text\"";
    return reader.text();
  case k::text:
    return reader.text();
  case k::boolean:
    return reader.boolean();
  case k::u8:
  case k::u16:
  case k::u32:
    return reader.number(number_size(kind));
  case k::i32:
    return reader.signed_number();
  case k::address:
    return reader.addresses(1);
  case k::addresses:
    return reader.addresses(max_listed);
  case k::address_pairs:
    return reader.address_pairs();
  case k::routes:
    return reader.routes();
  case k::domains:
    return reader.domains();
  case k::flag:
  case k::codes:
  case k::message_type:
  case k::client_identifier:
  case k::relay_information:
    break;
  }
  return "it can be written as hex: only";
}

} // namespace uzel::dhcp4
