// From a DHCP packet to what is asked of the actors. Pure functions of values.
#pragma once

#include "actors/api/login.hpp"
#include "net/dhcp/relay_table.hpp"
#include "net/udp/batch_socket.hpp"
#include "protocols/dhcp4/packet.hpp"
#include "protocols/option82/relay_information.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::net {

// Why a datagram was dropped without an answer, or that it was not; a metric label each.
enum class dhcp_verdict : std::uint8_t {
  admitted,
  malformed,
  wrong_message,  // not from a client, or a combination that RFC 2131 table 5 does not know
  unknown_relay,  // no enabled client row speaks for relay, wire or renewing client
  no_network,     // the client's network is not at the desk
  overheard,      // a client's broadcast on the common socket: that of its interface takes it
  not_ours,       // meant for another server
  relay_limited,  // more than dhcp.per_relay_rate
  client_limited, // more than dhcp.per_client_rate
  port_full,      // more devices than dhcp.clients_per_port
  duplicate,      // in progress: the answer will come
  table_full,
};
inline constexpr std::size_t dhcp_verdicts = 12;
std::string_view name_of(dhcp_verdict v);

// How a datagram came.
struct arrived_by {
  endpoint source;
  ipv4 local;                 // our address that was asked
  bool broadcast = false;     // it was sent to everybody
  std::string_view interface; // of the socket for direct clients; empty = the common socket
};

enum class dhcp_wish : std::uint8_t { lease, release, decline, inform };

// A packet as the server understood it.
struct dhcp_question {
  dhcp_wish wish = dhcp_wish::lease;
  lease_step step = lease_step::none;
  const client* from = nullptr;
  const network* at = nullptr;
  bool relayed = false;
  bool relay_port = false; // the reply goes to the port that the relay sent from (RFC 8357)
  ipv4 wanted;             // option 50, or the address in use
  ipv4 server;             // option 54 of the reply
  network_facts facts;
  attachment_key place;
  std::uint64_t port = 0; // the relay's port as one number, 0 = named by nobody we trust
  // What the relay said, when it is trusted; looks into the packet.
  option82::relay_information told;

  routing_domain_id domain() const { return routing_domain_id{from->routing_domain_id}; }
  // Straight from a client that uses its address: no relay says where he is.
  bool by_leaseholder() const {
    return !relayed && (step == lease_step::renew || step == lease_step::rebind);
  }
};

// The client row and the network of a packet: by link selection (RFC 3527) or subnet selection (RFC
// 3011) of a trusted relay, by the relay's address, the interface, or the address in use.
[[nodiscard]] dhcp_verdict place_packet(const dhcp4::packet_view& packet, const arrived_by& how,
                                        const relay_table& relays, dhcp_question& into);

// The rest of the question of a placed packet. `own` are our addresses, sorted: what names one of
// them in option 54 means us.
[[nodiscard]] dhcp_verdict read_question(const dhcp4::packet_view& packet, const arrived_by& how,
                                         const relay_table& relays, const std::vector<ipv4>& own,
                                         dhcp_question& into);

// As the message to the directory.
login to_login(const dhcp_question& question, network_facts facts, const identity_order& order,
               instant now, duration deadline);

// dhcp.identify as the directory reads it.
identity_order order_of(const std::vector<std::string>& identify);

} // namespace uzel::net
