#include "net/dhcp/lease_reply.hpp"

#include <array>

namespace uzel::net {
namespace {

using dhcp4::message_type;

constexpr std::size_t longest_boot_file = 127;
constexpr std::size_t flags_at = 10;
constexpr std::uint8_t broadcast_bit = 0x80;

// The network that the address belongs to; on a shared wire it may be another than the relay's.
const network* network_of(const catalogue& desk, const lease_slot& slot, ipv4 address) {
  if (const auto* const own = desk.network_at(slot.domain, address))
    return own;
  return desk.find_network(slot.network);
}

void tell_network(dhcp4::reply& what, const network& n) {
  what.subnet_mask = ipv4{n.prefix.mask()};
  what.next_server = n.next_server;
  if (n.boot_file.size() <= longest_boot_file)
    what.boot_file = n.boot_file;
}

} // namespace

std::string_view nak_message(refusal why) {
  switch (why) {
  case refusal::wrong_address:
    return "the address is not yours";
  case refusal::wrong_network:
    return "the address belongs to another network";
  case refusal::lease_unknown:
    return "the lease is not known";
  case refusal::no_address:
  case refusal::address_busy:
    return "no free address";
  case refusal::session_limit:
    return "too many devices";
  case refusal::none:
  case refusal::unknown_subscriber:
  case refusal::ambiguous_subscriber:
  case refusal::wrong_password:
  case refusal::password_required:
  case refusal::proof_unsupported:
  case refusal::account_disabled:
  case refusal::account_unpaid:
  case refusal::store_unavailable:
    break;
  }
  return "no lease";
}

std::optional<message_type> reply_type(const login_answered& answer, lease_step step,
                                       bool authoritative) {
  if (answer.verdict != login_verdict::reject) {
    if (!answer.address)
      return std::nullopt;
    return step == lease_step::discover ? message_type::offer : message_type::ack;
  }
  // Another server may have an offer; and who finds the store shut asks again.
  if (step == lease_step::discover || answer.why == refusal::store_unavailable)
    return std::nullopt;
  if (answer.why == refusal::lease_unknown && !authoritative)
    return std::nullopt;
  return message_type::nak;
}

dhcp4::result<dhcp4::written_reply>
write_lease_reply(message_type type, const dhcp4::packet_view& request, const lease_slot& slot,
                  const login_answered& answer, reply_terms& terms, dhcp4::reply_buffer& buffer) {
  dhcp4::reply what;
  what.type = type;
  what.server_identifier = slot.server;
  if (type == message_type::nak) {
    what.message = nak_message(answer.why);
    auto written = dhcp4::write_reply(request, what, buffer);
    // The client may have no address that works: the relay shall not send to one (RFC 2131 4.3.2).
    if (written && slot.relayed)
      buffer[flags_at] |= broadcast_bit;
    return written;
  }
  what.your_address = answer.address;
  what.lease_time = answer.lease_seconds;
  what.renewal_time = answer.lease_seconds / 2;
  what.rebinding_time =
    static_cast<std::uint32_t>(std::uint64_t{answer.lease_seconds} * 7 / 8); // RFC 2131 4.4.5
  const auto* const n = network_of(terms.desk(), slot, answer.address);
  if (n)
    tell_network(what, *n);
  std::array<const dhcp4::option_set*, 3> sets{};
  std::size_t used = 0;
  for (const auto* const set :
       {terms.of_subscriber(answer.who), terms.of_pool(slot.domain, answer.address),
        n ? terms.of_network(network_id{n->id}) : nullptr})
    if (set)
      sets[used++] = set;
  what.options = std::span{sets}.first(used);
  return dhcp4::write_reply(request, what, buffer);
}

dhcp4::result<dhcp4::written_reply> write_inform_reply(const dhcp4::packet_view& request,
                                                       const lease_slot& slot, reply_terms& terms,
                                                       dhcp4::reply_buffer& buffer) {
  dhcp4::reply what;
  what.type = message_type::ack;
  what.server_identifier = slot.server;
  const auto* const n = network_of(terms.desk(), slot, slot.address);
  std::array<const dhcp4::option_set*, 1> sets{};
  if (n) {
    tell_network(what, *n);
    sets[0] = terms.of_network(network_id{n->id});
  }
  what.options = std::span{sets}.first(sets[0] ? 1 : 0);
  return dhcp4::write_reply(request, what, buffer);
}

reply_target target_of(message_type type, const dhcp4::packet_view& request, const lease_slot& slot,
                       bool direct, const dhcp_ports& ports) {
  constexpr ipv4 everybody{255, 255, 255, 255};
  const auto used = request.client_address();
  const bool informs = request.type() == message_type::inform;
  if (slot.relayed && !(informs && used))
    return {{request.relay(), slot.relay_port ? slot.from.port : ports.relay}};
  // A client on our wire may have moved here with an address of elsewhere: all hear the NAK. A far
  // one hears us only where it speaks from.
  if (type == message_type::nak && !direct)
    return {{slot.from.address, ports.client}};
  if (type != message_type::nak && used)
    return {{used, ports.client}};
  if (informs)
    return {{slot.from.address, ports.client}};
  if (type == message_type::nak || request.broadcast() || !request.mac())
    return {{everybody, ports.client}};
  return {{slot.address, ports.client}, request.mac()};
}

} // namespace uzel::net
