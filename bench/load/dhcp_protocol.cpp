#include "bench/load/dhcp_protocol.hpp"

#include <algorithm>

namespace uzel::load {
namespace {

constexpr std::array<std::string_view, 4> kind_names{"discover", "request", "renew", "release"};
constexpr std::uint8_t relay_information = 82;

std::uint32_t xid_of(octets datagram) {
  return std::uint32_t{datagram[4]} << 24 | std::uint32_t{datagram[5]} << 16 |
         std::uint32_t{datagram[6]} << 8 | datagram[7];
}

} // namespace

dhcp_protocol::dhcp_protocol(dhcp_options o, address_ledger& addresses)
  : options_{std::move(o)}
  , addresses_{addresses}
  , clients_(options_.clients)
  , serial_{options_.seed} {}

std::span<const std::string_view> dhcp_protocol::kinds() const {
  return kind_names;
}

std::size_t dhcp_protocol::write(const step& s, std::uint32_t slot, std::uint32_t,
                                 std::span<std::uint8_t> room) {
  name_pattern::room circuit;
  name_pattern::room remote;
  auto& who = clients_[s.subscriber];
  dhcp_request out;
  // The upper part tells this use of the slot from the last one, so that a late answer is none.
  out.xid = ++serial_ << 20 | slot;
  out.relay = relay_of(s);
  out.hardware = mac_after(options_.first_mac, s.subscriber);
  out.client_id = options_.client_id;
  if (options_.circuit)
    out.circuit = options_.circuits.name(options_.first + s.subscriber, circuit);
  if (options_.remote)
    out.remote = options_.remotes.name(options_.first + s.subscriber, remote);
  switch (s.kind) {
  case dhcp_kind::discover:
    out.type = dhcp_type::discover;
    break;
  case dhcp_kind::request: // RFC 2131 section 4.3.2, SELECTING
    out.type = dhcp_type::request;
    out.wanted_address = who.address;
    out.server = who.server;
    break;
  case dhcp_kind::renew: // RFC 2131 section 4.3.2, RENEWING
    out.type = dhcp_type::request;
    out.client_address = who.address;
    break;
  default:
    out.type = dhcp_type::release;
    out.client_address = who.address;
    out.server = who.server;
    addresses_.release(s.subscriber);
  }
  return write_dhcp(out, room);
}

std::optional<std::uint32_t> dhcp_protocol::slot_of(octets datagram, std::uint32_t,
                                                    std::uint32_t) const {
  if (datagram.size() < 8)
    return std::nullopt;
  return xid_of(datagram) & (most_slots - 1);
}

protocol::reading dhcp_protocol::read(const step& s, octets request,
                                      std::span<std::uint8_t> datagram) {
  dhcp_reply said;
  if (const auto problem = read_dhcp(datagram, said); problem != fault::none)
    return {outcome::ignored, problem};
  if (const auto problem = judge(s, request, said); problem != fault::none)
    return {outcome::ignored, problem};
  return take(s, said);
}

fault dhcp_protocol::judge(const step& s, octets request, const dhcp_reply& said) const {
  if (said.xid != xid_of(request))
    return fault::stray;
  if (!std::ranges::equal(said.hardware, mac_after(options_.first_mac, s.subscriber)))
    return fault::wrong_client;
  if (said.relay != relay_of(s))
    return fault::wrong_relay;
  if (said.server == 0)
    return fault::no_server;
  // RFC 3046 section 2.2: the server echoes the option untouched.
  const auto sent = find_option(request, relay_information);
  if (sent.empty() || std::ranges::equal(sent, said.relay_information))
    return fault::none;
  return said.relay_information.empty() ? fault::option82_lost : fault::option82_changed;
}

protocol::reading dhcp_protocol::take(const step& s, const dhcp_reply& said) {
  auto& who = clients_[s.subscriber];
  if (s.kind == dhcp_kind::discover) {
    if (said.type != dhcp_type::offer)
      return {outcome::ignored, fault::unexpected_type};
    who = {said.address, said.server};
    return said.address == 0 ? reading{outcome::rejected, fault::no_address}
                             : reading{outcome::accepted, fault::none};
  }
  if (said.type == dhcp_type::nak)
    return {outcome::rejected, fault::refused};
  if (said.type != dhcp_type::ack)
    return {outcome::ignored, fault::unexpected_type};
  if (said.server != who.server)
    return {outcome::ignored, fault::server_changed};
  const bool same = said.address == who.address;
  who.address = said.address;
  addresses_.give(s.subscriber, said.address);
  return {outcome::accepted, same ? fault::none : fault::address_changed};
}

} // namespace uzel::load
