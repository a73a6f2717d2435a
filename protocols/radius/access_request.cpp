#include "protocols/radius/request_reader.hpp"

namespace uzel::radius {
namespace {

void take_ms_chap(request_reader& r, access_request& to, const vendor_attribute& v) noexcept {
  switch (v.type) {
  case microsoft::chap_challenge:
    r.once_sized(to.ms_chap_challenge, v.value, 8, 247);
    break;
  case microsoft::chap_response:
    r.once_sized(to.ms_chap_response, v.value, 50, 50);
    break;
  case microsoft::chap2_response:
    r.once_sized(to.ms_chap2_response, v.value, 50, 50);
    break;
  default:
    break;
  }
}

void take_access(request_reader& r, access_request& to, const attribute& a) noexcept {
  switch (a.type) {
  case attr::user_password:
    r.once_sized(to.hidden_password, a.value, 16, 128);
    break;
  case attr::chap_password:
    r.once_sized(to.chap_password, a.value, 17, 17);
    break;
  case attr::chap_challenge:
    r.once_sized(to.chap_challenge, a.value, 1, 253);
    break;
  case attr::state:
    r.once(to.state, a.value);
    break;
  case attr::eap_message:
    to.has_eap = true;
    break;
  default:
    break;
  }
}

// Which one proof the request carries; RFC 2865 section 4.1 forbids more than one.
errc settle_proof(access_request& to) noexcept {
  int kinds = 0;
  const auto offer = [&](bool present, proof_kind kind) {
    if (present) {
      ++kinds;
      to.proof = kind;
    }
  };
  offer(!to.hidden_password.empty(), proof_kind::pap);
  offer(!to.chap_password.empty(), proof_kind::chap);
  offer(!to.ms_chap_response.empty(), proof_kind::ms_chap);
  offer(!to.ms_chap2_response.empty(), proof_kind::ms_chap2);
  offer(to.has_eap, proof_kind::eap);
  if (kinds > 1)
    return errc::mixed_credentials;
  if (to.hidden_password.size() % 16 != 0)
    return errc::bad_value;
  const bool needs_challenge = to.proof == proof_kind::ms_chap || to.proof == proof_kind::ms_chap2;
  if (needs_challenge && to.ms_chap_challenge.empty())
    return errc::missing_attribute;
  if (to.chap_challenge.empty())
    to.chap_challenge = to.packet.authenticator_bytes();
  return errc::ok;
}

} // namespace

result<access_request> read_access_request(const packet_view& packet) noexcept {
  if (packet.code() != code::access_request)
    return errc::wrong_code;
  access_request to{packet};
  request_reader r;
  option82_spellings spellings;
  for (const attribute a : packet.attributes()) {
    if (a.value.empty() && a.type != attr::eap_message)
      continue;
    if (take_report(r, to, a))
      continue;
    if (a.type != attr::vendor_specific) {
      take_access(r, to, a);
      continue;
    }
    vendor_cursor inside{a.value};
    while (const auto v = inside.next()) {
      if (v->vendor == vendor::microsoft)
        take_ms_chap(r, to, *v);
      else
        take_vendor_report(r, to, spellings, *v);
    }
  }
  spellings.settle(to);
  to.ignored_count = r.ignored();
  if (r.fault() != errc::ok)
    return r.fault();
  if (const errc e = settle_proof(to); e != errc::ok)
    return e;
  return to;
}

} // namespace uzel::radius
