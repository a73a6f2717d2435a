#include "net/dhcp/question.hpp"

#include "domain/hash.hpp"
#include "protocols/option82/decode.hpp"

#include <algorithm>
#include <array>

namespace uzel::net {
namespace {

using dhcp4::message_type;
using dhcp4::octets;
using dhcp4::option;

constexpr std::uint8_t ethernet = 1;
constexpr std::uint8_t relay_source_port = 19; // sub-option of RFC 8357
constexpr std::size_t longest_identifier = 255;
constexpr mac_address multicast_bit{std::uint64_t{1} << 40};

std::string hex_of(octets bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const auto octet : bytes) {
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

// A circuit-id as people read it: text when it is text.
std::string readable(octets bytes) {
  const auto printable = [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; };
  if (std::ranges::all_of(bytes, printable))
    return {bytes.begin(), bytes.end()};
  return hex_of(bytes);
}

std::string_view text_of(octets bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool has_sub_option(octets content, std::uint8_t code) {
  while (content.size() >= 2) {
    if (content[0] == code)
      return true;
    const std::size_t length = 2u + content[1];
    if (length > content.size())
      return false;
    content = content.subspan(length);
  }
  return false;
}

// Where a renewing client is: his own address says it.
dhcp_verdict place_by_address(const dhcp4::packet_view& packet, const arrived_by& how,
                              const relay_table& relays, dhcp_question& into) {
  if (how.broadcast)
    return dhcp_verdict::overheard;
  auto used = packet.client_address();
  if (!used && packet.type() == message_type::inform)
    used = how.source.address;
  into.at = used ? relays.around(used) : nullptr;
  if (!into.at)
    return dhcp_verdict::no_network;
  into.from = relays.find(how.source.address);
  if (!into.from || into.from->routing_domain_id != into.at->routing_domain_id)
    into.from = relays.of_network(*into.at);
  return into.from ? dhcp_verdict::admitted : dhcp_verdict::unknown_relay;
}

dhcp_verdict place_by_relay(const dhcp4::packet_view& packet, const arrived_by& how,
                            const relay_table& relays, dhcp_question& into) {
  into.relayed = true;
  into.from = relays.find(packet.relay());
  if (!into.from)
    return dhcp_verdict::unknown_relay;
  // Where clients speak to us directly any of them could write a relay's address.
  if (!how.interface.empty() && !relays.find(how.source.address))
    return dhcp_verdict::unknown_relay;
  auto link = packet.relay();
  if (into.from->trust_option82) {
    if (const auto told = option82::parse_relay_information(packet.relay_information()))
      into.told = *told;
    into.relay_port = has_sub_option(packet.relay_information(), relay_source_port);
    if (into.told.link_selection)
      link = into.told.link_selection;
    else if (packet.subnet_selection())
      link = packet.subnet_selection();
  }
  into.at = relays.desk().network_at(into.domain(), link);
  return into.at ? dhcp_verdict::admitted : dhcp_verdict::no_network;
}

// Who he is, as far as the packet says it.
bool read_identity(const dhcp4::packet_view& packet, network_facts& facts) {
  const auto identifier = packet.client_identifier();
  if (identifier.size() <= longest_identifier)
    facts.client_identifier = hex_of(identifier);
  if (packet.hardware_type() == ethernet) {
    facts.mac = packet.mac();
    return facts.mac && (facts.mac.value & multicast_bit.value) == 0;
  }
  facts.calling_station = facts.client_identifier;
  return !facts.calling_station.empty();
}

void read_place(const dhcp4::packet_view& packet, const arrived_by& how, const relay_table& relays,
                dhcp_question& into) {
  auto& facts = into.facts;
  facts.from = client_id{into.from->id};
  facts.nas_address = packet.relay();
  facts.nas_name = into.relayed             ? to_string(packet.relay())
                   : !how.interface.empty() ? std::string{how.interface}
                                            : to_string(into.at->prefix.network);
  facts.nas = relays.nas_of(*into.from, facts.nas_name);
  const auto& told = into.told;
  if (told.circuit_id.empty() && told.remote_id.empty())
    return;
  facts.has_option82 = true;
  const auto where = option82::decode(told.circuit_id, told.remote_id);
  facts.device_mac = where.device;
  facts.device_port = where.port;
  facts.vlan = where.vlan;
  facts.nas_port = readable(told.circuit_id);
  const auto circuit = stable_hash(text_of(told.circuit_id), packet.relay().value);
  into.port = stable_hash(text_of(told.remote_id), circuit) | 1;
}

// RFC 2131 table 4 and section 4.3.2: which of its states a client asks from.
dhcp_verdict read_request(const dhcp4::packet_view& packet, const arrived_by& how,
                          dhcp_question& into) {
  const auto used = packet.client_address();
  const auto asked = packet.requested_address();
  into.wanted = used ? used : asked;
  if (packet.has(option::server_identifier))
    into.step = lease_step::select;
  else if (asked)
    into.step = lease_step::reboot;
  else
    into.step = into.relayed || how.broadcast ? lease_step::rebind : lease_step::renew;
  const bool names_one = static_cast<bool>(asked) != static_cast<bool>(used);
  const bool wants_asked = into.step == lease_step::select || into.step == lease_step::reboot;
  return names_one && wants_asked == static_cast<bool>(asked) ? dhcp_verdict::admitted
                                                              : dhcp_verdict::wrong_message;
}

dhcp_verdict read_wish(const dhcp4::packet_view& packet, const arrived_by& how,
                       dhcp_question& into) {
  switch (packet.type()) {
  case message_type::discover:
    into.step = lease_step::discover;
    into.wanted = packet.requested_address();
    return dhcp_verdict::admitted;
  case message_type::request:
    return read_request(packet, how, into);
  case message_type::release:
    into.wish = dhcp_wish::release;
    into.wanted = packet.client_address();
    break;
  case message_type::decline:
    into.wish = dhcp_wish::decline;
    into.wanted = packet.requested_address();
    break;
  case message_type::inform:
    into.wish = dhcp_wish::inform;
    into.wanted = packet.client_address() ? packet.client_address() : how.source.address;
    return into.wanted ? dhcp_verdict::admitted : dhcp_verdict::wrong_message;
  case message_type::offer:
  case message_type::ack:
  case message_type::nak:
    return dhcp_verdict::wrong_message;
  }
  // RFC 2131 table 5: both name the server.
  return into.wanted && packet.has(option::server_identifier) ? dhcp_verdict::admitted
                                                              : dhcp_verdict::wrong_message;
}

} // namespace

std::string_view name_of(dhcp_verdict v) {
  static constexpr std::array<std::string_view, dhcp_verdicts> names{
    "admitted", "malformed",     "wrong-message",  "unknown-relay", "no-network", "overheard",
    "not-ours", "relay-limited", "client-limited", "port-full",     "duplicate",  "table-full"};
  return names[static_cast<std::size_t>(v)];
}

dhcp_verdict place_packet(const dhcp4::packet_view& packet, const arrived_by& how,
                          const relay_table& relays, dhcp_question& into) {
  if (packet.relay())
    return place_by_relay(packet, how, relays, into);
  if (how.interface.empty())
    return place_by_address(packet, how, relays, into);
  into.at = relays.on_interface(how.interface);
  if (!into.at)
    return dhcp_verdict::no_network;
  into.from = relays.of_network(*into.at);
  return into.from ? dhcp_verdict::admitted : dhcp_verdict::unknown_relay;
}

dhcp_verdict read_question(const dhcp4::packet_view& packet, const arrived_by& how,
                           const relay_table& relays, const std::vector<ipv4>& own,
                           dhcp_question& into) {
  const auto overridden = into.told.server_identifier_override; // RFC 5107
  into.server = overridden ? overridden : how.local;
  if (!into.server)
    return dhcp_verdict::no_network; // an interface without an address cannot be answered from
  const auto named = packet.server_identifier();
  if (packet.has(option::server_identifier) && named != into.server &&
      !std::ranges::binary_search(own, named))
    return dhcp_verdict::not_ours;
  if (const auto verdict = read_wish(packet, how, into); verdict != dhcp_verdict::admitted)
    return verdict;
  if (!read_identity(packet, into.facts))
    return dhcp_verdict::malformed;
  read_place(packet, how, relays, into);
  const auto& facts = into.facts;
  into.place = key_of(facts.nas, facts.mac, facts.nas_port, facts.calling_station);
  return dhcp_verdict::admitted;
}

login to_login(const dhcp_question& question, network_facts facts, const identity_order& order,
               instant now, duration deadline) {
  login out;
  out.received = now;
  out.deadline = now + deadline;
  out.facts = std::move(facts);
  out.wanted = question.wanted;
  out.step = question.step;
  out.network = network_id{question.at->id};
  out.order = order;
  return out;
}

identity_order order_of(const std::vector<std::string>& identify) {
  identity_order out{};
  std::size_t n = 0;
  for (const auto& word : identify) {
    const auto source = word == "option82"    ? identity_source::port
                        : word == "mac"       ? identity_source::mac
                        : word == "client-id" ? identity_source::client_identifier
                                              : identity_source::none;
    if (source != identity_source::none && n < out.size())
      out[n++] = source;
  }
  return out;
}

} // namespace uzel::net
