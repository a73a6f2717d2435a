#include "apps/uzelctl/dhcp_packet_text.hpp"

#include "apps/uzelctl/words.hpp"
#include "protocols/dhcp4/notation.hpp"
#include "protocols/option82/decode.hpp"
#include "protocols/option82/relay_information.hpp"

namespace uzel::ctl {
namespace {

json of(const std::string& text) {
  return json::of(std::string_view{text});
}

json options_of(const std::vector<dhcp4::shown_option>& options) {
  auto out = json::array();
  for (const auto& o : options) {
    auto one = json::object();
    one.set("code", json::of(std::uint64_t{o.code}));
    one.set("name", of(o.name));
    if (o.parts.empty())
      one.set("value", of(o.value));
    else
      one.set("parts", options_of(o.parts));
    out.items.push_back(std::move(one));
  }
  return out;
}

json header_of(const dhcp4::packet_view& packet) {
  auto out = json::object();
  out.set("message", json::of(dhcp4::name_of(packet.type())));
  out.set("op", json::of(std::uint64_t{packet.op()}));
  out.set("hardware_type", json::of(std::uint64_t{packet.hardware_type()}));
  out.set("hardware_address", of(to_hex(packet.hardware_address())));
  out.set("hops", json::of(std::uint64_t{packet.hops()}));
  out.set("xid", json::of(std::uint64_t{packet.xid()}));
  out.set("secs", json::of(std::uint64_t{packet.secs()}));
  out.set("broadcast", json::of(packet.broadcast()));
  out.set("ciaddr", of(to_string(packet.client_address())));
  out.set("yiaddr", of(to_string(packet.your_address())));
  out.set("siaddr", of(to_string(packet.next_server())));
  out.set("giaddr", of(to_string(packet.relay())));
  out.set("sname", json::of(packet.server_name()));
  out.set("file", json::of(packet.boot_file()));
  return out;
}

void add_location(const dhcp4::packet_view& packet, packet_words& out) {
  if (!packet.has(dhcp4::option::relay_information))
    return;
  const auto said = option82::parse_relay_information(packet.relay_information());
  if (!said) {
    out.text.append("# ").append(tr("option 82 is malformed")).append("\n");
    return;
  }
  const auto where = option82::decode(said->circuit_id, said->remote_id);
  const auto device = where.device ? to_string(where.device) : std::string{};
  const auto shown = device.empty() ? std::string{tr("unknown")} : device;
  out.text += "# " + say("device {}, port {} ({})", shown, where.port, where.vendor) + "\n";
  auto location = json::object();
  location.set("device", of(device));
  location.set("port", json::of(std::uint64_t{where.port}));
  location.set("vendor", json::of(where.vendor));
  out.structured.set("location", std::move(location));
}

} // namespace

outcome<packet_words> decode_dhcp(std::span<const std::uint8_t> datagram) {
  const auto packet = dhcp4::packet_view::parse(datagram);
  if (!packet)
    return failure{exit_code::usage, say("this is no DHCP packet: {}", packet.error().message())};
  packet_words out;
  out.text = dhcp4::decode_packet(*packet);
  out.structured = header_of(*packet);
  out.structured.set("options", options_of(dhcp4::shown_options(*packet)));
  add_location(*packet, out);
  return out;
}

} // namespace uzel::ctl
