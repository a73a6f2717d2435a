// Writes replies: what a login became, in the attributes that this NAS understands.
#pragma once

#include "actors/api/login.hpp"
#include "domain/catalogue.hpp"
#include "net/radius/client_table.hpp"
#include "protocols/radius/class_token.hpp"
#include "protocols/radius/packet_writer.hpp"

namespace uzel::net {

// What a reply needs besides the answer.
struct reply_context {
  const catalogue* desk = nullptr;
  const radius_client* client = nullptr;
  vendor profile = vendor::generic;
  const radius::seal_key* class_key = nullptr;
  std::uint16_t salt = 0; // changes with every reply
};

// Access-Accept or Access-Reject, Message-Authenticator first, Proxy-State echoed, signed.
[[nodiscard]] radius::result<radius::octets> write_login_reply(radius::packet_writer& out,
                                                               const radius::packet_view& request,
                                                               const login_answered& answer,
                                                               const reply_context& context);
// Access-Reject for EAP, which is not spoken here: with the EAP-Failure that RFC 3579 section 2.6.3
// wants.
[[nodiscard]] radius::result<radius::octets> write_eap_reject(radius::packet_writer& out,
                                                              const radius::packet_view& request,
                                                              const radius_client& client);
// Accounting-Response, or the Access-Accept that answers Status-Server on a login port (RFC 5997
// section 3).
[[nodiscard]] radius::result<radius::octets> write_empty_reply(radius::packet_writer& out,
                                                               radius::code code,
                                                               const radius::packet_view& request,
                                                               const radius_client& client);

// The sentence that a refused subscriber's NAS shows.
std::string_view reply_message(refusal why);

} // namespace uzel::net
