// Writes replies: what a question became, in the options that this client gets.
#pragma once

#include "actors/api/login.hpp"
#include "net/dhcp/lease_requests.hpp"
#include "net/dhcp/reply_terms.hpp"
#include "protocols/dhcp4/writer.hpp"

#include <optional>

namespace uzel::net {

// The type of the reply to an answer, or nothing: silence. A NAK tells a client to begin anew at
// once; it is sent where we know better than the client.
std::optional<dhcp4::message_type> reply_type(const login_answered& answer, lease_step step,
                                              bool authoritative);

// DHCPOFFER, DHCPACK or DHCPNAK to the request in the slot.
[[nodiscard]] dhcp4::result<dhcp4::written_reply>
write_lease_reply(dhcp4::message_type type, const dhcp4::packet_view& request,
                  const lease_slot& slot, const login_answered& answer, reply_terms& terms,
                  dhcp4::reply_buffer& buffer);

// The DHCPACK to a DHCPINFORM: options of the network where the client is, no address and no lease.
[[nodiscard]] dhcp4::result<dhcp4::written_reply>
write_inform_reply(const dhcp4::packet_view& request, const lease_slot& slot, reply_terms& terms,
                   dhcp4::reply_buffer& buffer);

// Where relays and clients listen. On-wire values: RFC 2131 section 4.1.
struct dhcp_ports {
  std::uint16_t relay = 67;
  std::uint16_t client = 68;
};

// RFC 2131 section 4.1.
reply_target target_of(dhcp4::message_type type, const dhcp4::packet_view& request,
                       const lease_slot& slot, bool direct, const dhcp_ports& ports);

// The sentence in a DHCPNAK.
std::string_view nak_message(refusal why);

} // namespace uzel::net
