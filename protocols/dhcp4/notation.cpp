#include "protocols/dhcp4/notation.hpp"

#include "protocols/dhcp4/option_value.hpp"

#include <algorithm>

namespace uzel::dhcp4 {
namespace {

std::string hex_number(std::uint32_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "0x";
  for (int shift = 28; shift >= 0; shift -= 4)
    out += digits[(value >> shift) & 15];
  return out;
}

std::string label_of(const shown_option& o) {
  return (o.name.empty() ? "option" : o.name) + "(" + std::to_string(o.code) + ")";
}

bool printable(octets value) {
  return !value.empty() &&
         std::ranges::all_of(value, [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
}

struct sub_option_row {
  std::uint8_t code;
  std::string_view name;
  value_kind kind;
};

// RFC 3046, 3527, 3993, 5010, 5107.
constexpr sub_option_row sub_options[] = {
  {1, "circuit-id", value_kind::raw},
  {2, "remote-id", value_kind::raw},
  {5, "link-selection", value_kind::address},
  {6, "subscriber-id", value_kind::text},
  {9, "vendor-specific", value_kind::raw},
  {10, "relay-flags", value_kind::raw},
  {11, "server-identifier-override", value_kind::address},
};

shown_option shown_sub_option(std::uint8_t code, octets value) {
  const auto* row = std::ranges::find(sub_options, code, &sub_option_row::code);
  const bool known = row != std::end(sub_options);
  shown_option out{code, known ? std::string{row->name} : std::string{}, {}, {}};
  out.value = value_text(known ? row->kind : value_kind::raw, value);
  if (out.value.starts_with("hex:") && printable(value))
    out.value += " " + quoted(value);
  return out;
}

// Octets that are no list of sub-options stay one value.
std::vector<shown_option> shown_sub_options(octets content) {
  std::vector<shown_option> out;
  while (!content.empty()) {
    if (content.size() < 2 || content.size() - 2 < content[1])
      return {};
    out.push_back(shown_sub_option(content[0], content.subspan(2, content[1])));
    content = content.subspan(2u + content[1]);
  }
  return out;
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append("\t").append(name).append(value.empty() ? ":" : ": ").append(value).append("\n");
}

void append_address(std::string& out, std::string_view name, ipv4 address) {
  if (address)
    append_line(out, name, to_string(address));
}

void append_head(std::string& out, const packet_view& packet) {
  const auto type = packet.type();
  const auto name = name_of(type);
  out += name == "?" ? "message " + std::to_string(static_cast<int>(type)) : std::string{name};
  out += packet.op() == boot_request ? ", request, xid " : ", reply, xid ";
  out += hex_number(packet.xid()) + "\n";
  if (packet.mac())
    append_line(out, "hardware", "ethernet " + to_string(packet.mac()));
  else
    append_line(out, "hardware",
                "type " + std::to_string(packet.hardware_type()) + " " +
                  value_text(value_kind::raw, packet.hardware_address()));
  append_line(out, "hops", std::to_string(packet.hops()));
  append_line(out, "secs", std::to_string(packet.secs()));
  append_line(out, "flags", packet.broadcast() ? "broadcast" : "none");
  append_address(out, "ciaddr", packet.client_address());
  append_address(out, "yiaddr", packet.your_address());
  append_address(out, "siaddr", packet.next_server());
  append_address(out, "giaddr", packet.relay());
  const auto text = [](std::string_view s) {
    return quoted({reinterpret_cast<const std::uint8_t*>(s.data()), s.size()});
  };
  if (!packet.server_name().empty())
    append_line(out, "sname", text(packet.server_name()));
  if (!packet.boot_file().empty())
    append_line(out, "file", text(packet.boot_file()));
}

} // namespace

std::vector<shown_option> shown_options(const packet_view& packet) {
  std::vector<shown_option> out;
  std::array<std::uint8_t, 256> order{};
  const std::size_t n = packet.codes(order);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = row_of(static_cast<option>(order[i]));
    const auto value = packet.value(row.code);
    shown_option one{order[i], std::string{row.name}, {}, {}};
    if (row.kind == value_kind::relay_information)
      one.parts = shown_sub_options(value);
    if (one.parts.empty())
      one.value = value_text(row.kind, value);
    if (row.kind == value_kind::raw && printable(value))
      one.value += " " + quoted(value);
    out.push_back(std::move(one));
  }
  return out;
}

std::string decode_packet(const packet_view& packet) {
  std::string out;
  append_head(out, packet);
  const auto options = shown_options(packet);
  for (const auto& o : options) {
    append_line(out, label_of(o), o.value);
    for (const auto& part : o.parts)
      append_line(out, "\t" + label_of(part), part.value);
  }
  return out;
}

} // namespace uzel::dhcp4
