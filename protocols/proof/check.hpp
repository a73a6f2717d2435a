// Is this proof made from that password? Pure arithmetic over octets, safe from any thread.
#pragma once

#include "domain/id.hpp"
#include "domain/result.hpp"
#include "protocols/proof/credential.hpp"
#include "protocols/proof/login_proof.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace uzel::proof {

class master_key;

enum class outcome : std::uint8_t {
  accepted,
  wrong_password, // well formed, made from another password
  unsupported,    // cannot be checked: `reason` says why
};

// The answer to one proof. The key material goes into the Access-Accept and nowhere else.
struct verdict {
  outcome decision = outcome::unsupported;
  std::string_view reason;            // a literal; set only for unsupported
  std::string authenticator_response; // MS-CHAPv2: "S=" and 40 upper-case hex digits (RFC 2759 8.7)
  std::string mppe_send_key; // MS-CHAPv2: 16 octets for MS-MPPE-Send-Key, the NAS's sending side
                             // (RFC 3079 3.3)
  std::string mppe_recv_key; // MS-CHAPv2: 16 octets for MS-MPPE-Recv-Key
  std::string
    mppe_keys; // MS-CHAPv1: 32 octets for MS-CHAP-MPPE-Keys before encryption (RFC 2548 2.4.1)

  explicit operator bool() const { return decision == outcome::accepted; }
};

// Compares in constant time; every octet string of a wrong length is «unsupported», never a fault.
// Methods that need MD4 and DES are unsupported while OpenSSL's legacy provider is missing.
// MS-CHAPv2 hashes the name without "DOMAIN\" (RFC 2759 8.2); peers that hash it whole are accepted
// as well.
[[nodiscard]] verdict check(const login_proof& proof, const secret_view& secret);

// Opens the credential of `account`, checks, and cleanses the opened copy. The error is
// store_damaged when the credential was not sealed with this key for this account.
[[nodiscard]] result<verdict> check(const login_proof& proof, const credential& kept,
                                    const master_key& key, account_id account);

// MD4 over the UTF-16LE form of a UTF-8 password (RFC 2759 8.3), 16 octets; invalid_input when the
// password is no UTF-8, unsupported without the legacy provider.
[[nodiscard]] result<std::string> nt_hash_of(std::string_view password);

// The text of MS-CHAP-Error, without the ident octet in front (RFC 2759 6, RFC 2433 5): "E=691 R=0
// C=<hex> V=3 M=...". `challenge` is 16 octets for MS-CHAPv2 (V=3) and 8 for MS-CHAPv1 (V=2, no
// message). R=0: a retry needs a new login.
std::string ms_chap_error(method how, unsigned code, std::string_view challenge,
                          std::string_view message);

// What the answer to the NAS carries besides accept or reject: MS-CHAP2-Success and keys when
// accepted, MS-CHAP-Error 691 with a fresh challenge when the password was wrong, nothing for PAP
// and CHAP.
[[nodiscard]] proof_answer answer_for(const login_proof& proof, const verdict& v);

} // namespace uzel::proof
