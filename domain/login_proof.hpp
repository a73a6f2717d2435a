// What a client shows to prove who he is, decoded from the wire, and what a successful check gives
// back.
#pragma once

#include <cstdint>
#include <string>

namespace uzel {

enum class proof_method : std::uint8_t { none, pap, chap, mschap1, mschap2 };

// A decoded proof; which fields are filled depends on the method. Byte strings are binary.
struct login_proof {
  proof_method method = proof_method::none;
  std::uint8_t ident = 0;     // CHAP and MS-CHAP identifier
  std::uint8_t flags = 0;     // MS-CHAP flags
  std::string password;       // PAP: the revealed password
  std::string challenge;      // CHAP challenge; MS-CHAP(v2) authenticator challenge
  std::string peer_challenge; // MS-CHAPv2: 16 octets
  std::string response;       // CHAP: 16 octets; MS-CHAP: 24 octets NT-Response
  std::string user_name;      // MS-CHAPv2: the name as the peer sent it (RFC 2759 section 8.2)
  bool operator==(const login_proof&) const = default;
};

// What an accepted proof adds to the answer (RFC 2548): empty where the method gives nothing.
struct proof_answer {
  std::string mschap_success; // MS-CHAP2-Success: ident octet and "S=<40 hex>"
  std::string mschap_error;   // MS-CHAP-Error for a refusal: ident octet and "E=691 …"
  std::string mppe_send_key;  // 16 octets, still to be salted and encrypted by the codec
  std::string mppe_recv_key;
  std::string mppe_v1_keys; // MS-CHAP-MPPE-Keys: 32 octets
  bool operator==(const proof_answer&) const = default;
};

template <class Inspector>
auto inspect(Inspector& f, login_proof& x) {
  return f(x.method, x.ident, x.flags, x.password, x.challenge, x.peer_challenge, x.response,
           x.user_name);
}
template <class Inspector>
auto inspect(Inspector& f, proof_answer& x) {
  return f(x.mschap_success, x.mschap_error, x.mppe_send_key, x.mppe_recv_key, x.mppe_v1_keys);
}

} // namespace uzel
