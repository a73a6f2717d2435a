// The first half of the loop: which datagrams are worth work, and what they ask of the actors.
#include "actors/api/identification.hpp"
#include "config/log.hpp"
#include "domain/hash.hpp"
#include "net/dhcp/dhcp_loop.hpp"

#include <caf/send.hpp>

namespace uzel::net {
namespace {

// No client sends more: it does not know what we take.
constexpr std::size_t longest_request = 1500;
// How long somebody who only asks counts as a device of his port.
constexpr duration asking_time = seconds{60};

// Whose rate a packet counts against.
std::uint64_t relay_key(const dhcp4::packet_view& packet, const dhcp_question& q) {
  return q.relayed ? packet.relay().value : q.from->id | (std::uint64_t{1} << 48);
}

std::uint64_t client_key(const dhcp4::packet_view& packet) {
  const auto hardware = packet.hardware_address();
  return stable_hash({reinterpret_cast<const char*>(hardware.data()), hardware.size()},
                     packet.hardware_type());
}

} // namespace

void dhcp_server::loop::take_datagram(std::uint32_t socket, const datagram& d) {
  auto verdict = dhcp_verdict::malformed;
  if (d.bytes.size() <= longest_request) {
    if (const auto packet = dhcp4::packet_view::parse_request(d.bytes)) {
      dhcp_question q;
      verdict = take_packet(socket, d, *packet, q);
      if (verdict != dhcp_verdict::admitted)
        tell_dropped(socket, d, *packet, q, verdict);
    }
  }
  count(counters.datagrams[static_cast<std::size_t>(verdict)]);
}

dhcp_verdict dhcp_server::loop::take_packet(std::uint32_t socket, const datagram& d,
                                            const dhcp4::packet_view& packet, dhcp_question& q) {
  const arrived_by how{d.from, d.local, d.broadcast, listeners_[socket].interface};
  if (const auto placed = place_packet(packet, how, *relays_, q); placed != dhcp_verdict::admitted)
    return placed;
  auto why = dhcp_verdict::admitted;
  if (!within_rates(packet, q, why))
    return why;
  if (const auto read = read_question(packet, how, *relays_, own_, q);
      read != dhcp_verdict::admitted)
    return read;
  if (q.wish == dhcp_wish::inform)
    return inform(socket, d, packet, q);
  if (q.wish != dhcp_wish::lease)
    return end(q);
  return fits_port(q) ? ask(socket, d, packet, q) : dhcp_verdict::port_full;
}

bool dhcp_server::loop::within_rates(const dhcp4::packet_view& packet, const dhcp_question& q,
                                     dhcp_verdict& why) {
  if (!q.from->limit_dhcp)
    return true;
  // The client first: one that storms must not use up what its relay may send.
  if (!client_rates_.allows(client_key(packet), now_))
    why = dhcp_verdict::client_limited;
  else if (!relay_rates_.allows(relay_key(packet, q), now_))
    why = dhcp_verdict::relay_limited;
  return why == dhcp_verdict::admitted;
}

bool dhcp_server::loop::fits_port(const dhcp_question& q) {
  return q.port == 0 || !q.from->limit_dhcp ||
         port_devices_.admits(q.port, q.place.value, now_, now_ + asking_time);
}

dhcp_verdict dhcp_server::loop::ask(std::uint32_t socket, const datagram& d,
                                    const dhcp4::packet_view& packet, dhcp_question& q) {
  std::uint32_t slot = 0;
  if (const auto entered = requests_.enter(socket, d, packet, q, now_, slot);
      entered != dhcp_verdict::admitted)
    return entered;
  count(counters.requests[static_cast<std::size_t>(kind_of(q))]);
  auto question = to_login(q, std::move(q.facts), order_, now_, settings_.deadline);
  question.to = requests_.ticket_of(slot);
  if (q.by_leaseholder()) {
    if (const auto space = neighbours_.space(q.domain())) {
      caf::anon_send(space, find_leaseholder{q.domain(), q.place, std::move(question)});
      return dhcp_verdict::admitted;
    }
  }
  const auto route = identification_route(question.facts, question.order, relays_->desk());
  const auto& shard = neighbours_.directory[route % neighbours_.directory.size()];
  caf::anon_send(shard, std::move(question));
  return dhcp_verdict::admitted;
}

dhcp_verdict dhcp_server::loop::end(const dhcp_question& q) {
  if (!ends_.allows(1, now_))
    return dhcp_verdict::table_full;
  const auto space = neighbours_.space(q.domain());
  if (!space)
    return dhcp_verdict::no_network;
  count(counters.requests[static_cast<std::size_t>(kind_of(q))]);
  end_lease message;
  message.domain = q.domain();
  message.address = q.wanted;
  message.place = q.place;
  message.how = q.wish == dhcp_wish::release ? lease_end::released : lease_end::declined;
  message.at = now_;
  caf::anon_send(space, message);
  if (q.port != 0 && q.wish == dhcp_wish::release)
    port_devices_.keep(q.port, q.place.value, now_);
  return dhcp_verdict::admitted;
}

dhcp_verdict dhcp_server::loop::inform(std::uint32_t socket, const datagram& d,
                                       const dhcp4::packet_view& packet, const dhcp_question& q) {
  std::uint32_t slot = 0;
  if (const auto entered = requests_.enter(socket, d, packet, q, now_, slot);
      entered != dhcp_verdict::admitted)
    return entered;
  count(counters.requests[static_cast<std::size_t>(kind_of(q))]);
  auto& s = requests_.at(slot);
  s.address = q.wanted;
  count(counters.acks);
  keep_reply(s, dhcp4::message_type::ack, packet, write_inform_reply(packet, s, terms_, buffer_));
  release(slot, s.generation);
  return dhcp_verdict::admitted;
}

void dhcp_server::loop::tell_dropped(std::uint32_t socket, const datagram& d,
                                     const dhcp4::packet_view& packet, const dhcp_question& q,
                                     dhcp_verdict why) {
  if (log::dhcp.enabled(log::level::debug))
    log::dhcp.debug("request-dropped", "{} from {}: {}", dhcp4::name_of(packet.type()),
                    to_string(d.from), name_of(why));
  const auto whom = [&] {
    const auto& interface = listeners_[socket].interface;
    return packet.relay()       ? to_string(packet.relay())
           : !interface.empty() ? interface
                                : to_string(d.from.address);
  };
  if (why == dhcp_verdict::unknown_relay)
    alarm("dhcp-unknown-relay", whom(), "no enabled client speaks for it: it gets no answer");
  else if (why == dhcp_verdict::no_network)
    alarm("dhcp-no-network", whom(), "no network is entered for it: it gets no answer");
  else if (why == dhcp_verdict::port_full &&
           brake_.allows("dhcp-port-full", q.facts.nas_port + '/' + whom(), now_)) {
    const auto refused = port_devices_.take_refused(q.port);
    if (neighbours_.alarm)
      neighbours_.alarm("dhcp-port-full", q.facts.nas_port,
                        "behind " + whom() + ": " + std::to_string(refused) +
                          " more requests of further devices went without an answer");
  }
}

void dhcp_server::loop::alarm(std::string_view id, std::string subject, std::string text) {
  if (neighbours_.alarm && brake_.allows(id, subject, now_))
    neighbours_.alarm(std::string{id}, std::move(subject), std::move(text));
}

} // namespace uzel::net
