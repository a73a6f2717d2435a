// What a NAS forwarded as proof of a subscriber's password, decoded and free of any packet.
#pragma once

#include <cstdint>
#include <string>

namespace uzel::proof {

// How the peer proved the password. Travels in messages between nodes: do not renumber.
enum class method : std::uint8_t { none = 0, pap = 1, chap = 2, mschap1 = 3, mschap2 = 4 };

// A plain bag of octets: which fields are set depends on `how`. Lengths are checked by check(), so
// a decoder may fill it with whatever arrived.
//   pap      secret = revealed User-Password (RFC 2865 5.2), padding removed
//   chap     ident, challenge (CHAP-Challenge or Request Authenticator), response 16 (RFC 2865 5.3)
//   mschap1  ident, flags, challenge 8, response 24 = NT-Response (RFC 2548 2.1.3); flags 0 means
//   «LM only», refused mschap2  ident, flags, challenge 16, peer_challenge 16, response 24, name
//   (RFC 2548 2.3.2)
struct login_proof {
  method how = method::none;
  std::uint8_t ident = 0;
  std::uint8_t flags = 0;
  std::string name; // User-Name exactly as sent: MS-CHAPv2 hashes it (RFC 2759 8.2)
  std::string secret;
  std::string challenge;
  std::string peer_challenge;
  std::string response;

  bool operator==(const login_proof&) const = default;
};

template <class Inspector>
auto inspect(Inspector& f, login_proof& x) {
  return f(x.how, x.ident, x.flags, x.name, x.secret, x.challenge, x.peer_challenge, x.response);
}

// "pap", "chap", "mschap1", "mschap2" or "none", as traces and metrics show it.
constexpr const char* name_of(method how) {
  switch (how) {
  case method::none:
    return "none";
  case method::pap:
    return "pap";
  case method::chap:
    return "chap";
  case method::mschap1:
    return "mschap1";
  case method::mschap2:
    return "mschap2";
  }
  return "none";
}

} // namespace uzel::proof
