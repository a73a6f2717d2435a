// What a NAS forwarded as proof of a subscriber's password, decoded and free of any packet, and
// what a check gives back.
#pragma once

#include <cstdint>
#include <string>

namespace uzel {

// How the peer proved the password. Travels in messages between nodes: do not renumber.
enum class proof_method : std::uint8_t { none = 0, pap = 1, chap = 2, mschap1 = 3, mschap2 = 4 };

// A plain bag of octets: which fields are set depends on `how`. Lengths are checked by
// proof::check(), so a decoder may fill it with whatever arrived.
//   pap      secret = revealed User-Password (RFC 2865 5.2), padding removed
//   chap     ident, challenge (CHAP-Challenge or Request Authenticator), response 16 (RFC 2865 5.3)
//   mschap1  ident, flags, challenge 8, response 24 = NT-Response (RFC 2548 2.1.3); flags 0 means
//            «LM only», refused
//   mschap2  ident, flags, challenge 16, peer_challenge 16, response 24, name (RFC 2548 2.3.2)
struct login_proof {
  proof_method how = proof_method::none;
  std::uint8_t ident = 0;
  std::uint8_t flags = 0;
  std::string name; // User-Name exactly as sent: MS-CHAPv2 hashes it (RFC 2759 8.2)
  std::string secret;
  std::string challenge;
  std::string peer_challenge;
  std::string response;

  bool operator==(const login_proof&) const = default;
};

// What an accepted or refused proof adds to the answer (RFC 2548): empty where the method gives
// nothing. The codec still has to salt and encrypt the keys.
struct proof_answer {
  std::string mschap_success; // MS-CHAP2-Success: ident octet and "S=<40 hex>"
  std::string mschap_error;   // MS-CHAP-Error for a refusal: ident octet and "E=691 …"
  std::string mppe_send_key;  // 16 octets
  std::string mppe_recv_key;  // 16 octets
  std::string mppe_v1_keys;   // MS-CHAP-MPPE-Keys: 32 octets
  bool operator==(const proof_answer&) const = default;
};

template <class Inspector>
auto inspect(Inspector& f, login_proof& x) {
  return f(x.how, x.ident, x.flags, x.name, x.secret, x.challenge, x.peer_challenge, x.response);
}
template <class Inspector>
auto inspect(Inspector& f, proof_answer& x) {
  return f(x.mschap_success, x.mschap_error, x.mppe_send_key, x.mppe_recv_key, x.mppe_v1_keys);
}

} // namespace uzel
