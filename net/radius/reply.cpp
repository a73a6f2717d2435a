#include "net/radius/reply.hpp"

#include "protocols/proof/check.hpp"
#include "protocols/radius/request.hpp"
#include "protocols/radius/vendor_profile.hpp"

namespace uzel::net {
namespace {

bool asks_for_ppp(const radius::packet_view& request) {
  // Framed-Protocol = PPP (RFC 2865 section 5.7).
  const auto protocol = request.find(radius::attr::framed_protocol);
  return protocol && protocol->value.size() == 4 && protocol->value[3] == 1;
}

radius::service_reply service_of(const login_answered& answer, const reply_context& context) {
  radius::service_reply out;
  out.address = answer.address;
  out.netmask = ipv4{0xFFFFFFFFu};
  out.session_timeout = answer.session_timeout;
  out.interim_interval = answer.interim_interval;
  out.guest = answer.verdict == login_verdict::accept_as_guest;
  const auto* sold = out.guest ? nullptr : context.desk->find_service(answer.service);
  if (!sold)
    return out;
  out.down = {sold->down_kbit, sold->burst_down_kbit, 0};
  out.up = {sold->up_kbit, sold->burst_up_kbit, 0};
  out.burst_seconds = sold->burst_seconds;
  out.address_list = sold->address_list;
  out.filter_id = sold->filter_id;
  out.service_template = sold->service_template;
  return out;
}

// What a refused proof gives back. An unknown login is refused like a wrong password, with
// MS-CHAP-Error where MS-CHAP was spoken: its absence would tell which logins exist.
proof_answer refused_proof(const radius::packet_view& request, const login_answered& answer) {
  const bool secretive = reply_message(answer.why) == reply_message(refusal::wrong_password);
  if (!secretive || !answer.proof.mschap_error.empty())
    return answer.proof;
  const auto asked = radius::read_access_request(request);
  if (!asked)
    return answer.proof;
  login_proof sent;
  if (asked->proof == radius::proof_kind::ms_chap) {
    sent.how = proof_method::mschap1;
    sent.ident = asked->ms_chap_response[0];
  } else if (asked->proof == radius::proof_kind::ms_chap2) {
    sent.how = proof_method::mschap2;
    sent.ident = asked->ms_chap2_response[0];
  }
  proof::verdict wrong;
  wrong.decision = proof::outcome::wrong_password;
  return proof::answer_for(sent, wrong);
}

} // namespace

std::string_view reply_message(refusal why) {
  switch (why) {
  case refusal::none:
    return {};
  case refusal::unknown_subscriber:
  case refusal::wrong_password:
  case refusal::password_required:
    return "Login or password is wrong"; // one sentence for all: it must not tell which logins
                                         // exist
  case refusal::ambiguous_subscriber:
    return "More than one account is on this port";
  case refusal::proof_unsupported:
    return "This authentication method is not supported";
  case refusal::account_disabled:
    return "The account is disabled";
  case refusal::account_unpaid:
    return "The service is not paid";
  case refusal::session_limit:
    return "Too many sessions";
  case refusal::no_address:
    return "No free address";
  case refusal::address_busy:
    return "The address is in use at another place";
  case refusal::store_unavailable:
    return "Try again later";
  case refusal::wrong_address: // of leases: no NAS is refused with these
  case refusal::wrong_network:
  case refusal::lease_unknown:
    return {};
  }
  return {};
}

radius::result<radius::octets> write_login_reply(radius::packet_writer& out,
                                                 const radius::packet_view& request,
                                                 const login_answered& answer,
                                                 const reply_context& context) {
  const bool accepted = answer.verdict != login_verdict::reject;
  out.begin_reply(accepted ? radius::code::access_accept : radius::code::access_reject, request);
  out.reserve_message_authenticator();
  const auto& secret = context.client->secret;
  radius::write_ms_chap(out, accepted ? answer.proof : refused_proof(request, answer), context.salt,
                        request.authenticator(), secret);
  if (accepted) {
    auto granted = service_of(answer, context);
    granted.ppp = asks_for_ppp(request);
    const auto token = radius::seal_class({answer.who, answer.binding}, *context.class_key);
    if (token)
      granted.class_value = token->bytes();
    radius::write_service(out, context.profile, granted);
  } else {
    radius::write_reply_message(out, reply_message(answer.why));
  }
  out.add_all_of(radius::attr::proxy_state, request);
  return out.sign_reply(secret);
}

radius::result<radius::octets> write_eap_reject(radius::packet_writer& out,
                                                const radius::packet_view& request,
                                                const radius_client& client) {
  out.begin_reply(radius::code::access_reject, request);
  out.reserve_message_authenticator();
  if (const auto eap = request.find(radius::attr::eap_message); eap && eap->value.size() >= 2) {
    // EAP Failure (RFC 3748 section 4.2): code 4, the request's identifier, length 4.
    const std::array<std::uint8_t, 4> failure{4, eap->value[1], 0, 4};
    out.add(radius::attr::eap_message, radius::octets{failure});
  }
  radius::write_reply_message(out, reply_message(refusal::proof_unsupported));
  out.add_all_of(radius::attr::proxy_state, request);
  return out.sign_reply(client.secret);
}

radius::result<radius::octets> write_empty_reply(radius::packet_writer& out, radius::code code,
                                                 const radius::packet_view& request,
                                                 const radius_client& client) {
  out.begin_reply(code, request);
  if (code == radius::code::access_accept || request.find(radius::attr::message_authenticator))
    out.reserve_message_authenticator();
  out.add_all_of(radius::attr::proxy_state, request);
  return out.sign_reply(client.secret);
}

} // namespace uzel::net
