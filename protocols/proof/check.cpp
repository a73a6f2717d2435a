#include "protocols/proof/check.hpp"

#include "protocols/proof/digest.hpp"
#include "protocols/proof/legacy_provider.hpp"
#include "protocols/proof/mschap.hpp"
#include "protocols/proof/sealed_secret.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace uzel::proof {
namespace {

// RFC 2865 5.2 ends at 128 octets; what fits the attribute at all is compared.
constexpr std::size_t longest_password = 253;

verdict unsupported(std::string_view reason) {
  verdict v;
  v.decision = outcome::unsupported;
  v.reason = reason;
  return v;
}

verdict decided(bool same) {
  verdict v;
  v.decision = same ? outcome::accepted : outcome::wrong_password;
  return v;
}

bool same_octets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Takes the same time wherever the texts differ, in length too.
bool same_password(std::string_view a, std::string_view b) {
  std::array<char, 256> left{};
  std::array<char, 256> right{};
  std::copy(a.begin(), a.end(), left.begin());
  std::copy(b.begin(), b.end(), right.begin());
  left.back() = static_cast<char>(a.size());
  right.back() = static_cast<char>(b.size());
  const bool same = CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
  OPENSSL_cleanse(left.data(), left.size());
  OPENSSL_cleanse(right.data(), right.size());
  return same;
}

bool hash_password(std::string_view password, mschap::hash16& out) {
  std::string wide;
  const bool done = mschap::to_utf16le(password, wide) && mschap::nt_password_hash(wide, out);
  cleanse(wide);
  return done;
}

// The NT hash behind either form of credential.
bool nt_hash_behind(const secret_view& secret, mschap::hash16& out) {
  if (secret.form == credential_form::cleartext)
    return hash_password(secret.octets, out);
  if (secret.octets.size() != out.size())
    return false;
  std::copy(secret.octets.begin(), secret.octets.end(), out.begin());
  return true;
}

verdict check_pap(const login_proof& proof, const secret_view& secret) {
  if (proof.secret.size() > longest_password)
    return unsupported("the password is longer than PAP carries");
  if (secret.form == credential_form::cleartext) {
    if (secret.octets.size() > longest_password)
      return unsupported("the stored password is longer than PAP carries");
    return decided(same_password(proof.secret, secret.octets));
  }
  if (!ms_chap_available())
    return unsupported("only an NT hash is stored, and MD4 is not available");
  mschap::hash16 sent{};
  // A password that is no UTF-8 has no NT hash, hence is not the one that was stored.
  const bool same = hash_password(proof.secret, sent) && same_octets(as_text(sent), secret.octets);
  OPENSSL_cleanse(sent.data(), sent.size());
  return decided(same);
}

verdict check_chap(const login_proof& proof, const secret_view& secret) {
  if (secret.form != credential_form::cleartext)
    return unsupported("CHAP needs the password itself, and only its NT hash is stored");
  if (proof.response.size() != 16 || proof.challenge.empty())
    return unsupported("malformed CHAP response");
  const char ident = static_cast<char>(proof.ident);
  digest_octets expected;
  if (!digest(load_primitives().md5, {{&ident, 1}, secret.octets, proof.challenge}, expected))
    return unsupported("MD5 is not available");
  return decided(same_octets(as_text(expected).substr(0, 16), proof.response));
}

verdict check_mschap1(const login_proof& proof, const mschap::hash16& hash) {
  if (proof.challenge.size() != 8 || proof.response.size() != 24)
    return unsupported("malformed MS-CHAP response");
  if ((proof.flags & 1) == 0)
    return unsupported("LAN Manager responses are refused");
  mschap::response24 expected;
  if (!mschap::challenge_response(proof.challenge, hash, expected))
    return unsupported("DES is not available");
  auto v = decided(same_octets(as_text(expected), proof.response));
  mschap::hash16 hash_hash;
  if (v && mschap::hash_nt_password_hash(hash, hash_hash)) {
    // RFC 2548 2.4.1 asks for the NT hash here; NASes derive from the hash of it (RFC 3079 2.3) and
    // everyone sends that.
    v.mppe_keys.assign(8, '\0');
    v.mppe_keys += as_text(hash_hash);
    v.mppe_keys.append(8, '\0');
    OPENSSL_cleanse(hash_hash.data(), hash_hash.size());
  }
  return v;
}

// Fills in what an accepted MS-CHAPv2 peer and its NAS are owed.
bool derive_v2_answer(const login_proof& proof, const mschap::hash16& hash,
                      const mschap::challenge8& challenge, verdict& v) {
  mschap::hash16 hash_hash;
  mschap::hash16 master;
  mschap::hash16 send;
  mschap::hash16 recv;
  if (!mschap::hash_nt_password_hash(hash, hash_hash) ||
      !mschap::authenticator_response(hash_hash, proof.response, challenge,
                                      v.authenticator_response) ||
      !mschap::master_key_of(hash_hash, proof.response, master) ||
      !mschap::asymmetric_start_key(master, true, send) ||
      !mschap::asymmetric_start_key(master, false, recv))
    return false;
  v.mppe_send_key = as_text(send);
  v.mppe_recv_key = as_text(recv);
  for (auto* secret : {&hash_hash, &master, &send, &recv})
    OPENSSL_cleanse(secret->data(), secret->size());
  return true;
}

verdict check_mschap2(const login_proof& proof, const mschap::hash16& hash) {
  if (proof.challenge.size() != 16 || proof.peer_challenge.size() != 16 ||
      proof.response.size() != 24)
    return unsupported("malformed MS-CHAPv2 response");
  const std::string_view whole{proof.name};
  const auto backslash = whole.find('\\');
  const auto bare = backslash == whole.npos ? whole : whole.substr(backslash + 1);
  for (const auto name : {bare, whole}) {
    mschap::challenge8 challenge;
    mschap::response24 expected;
    if (!mschap::challenge_hash(proof.peer_challenge, proof.challenge, name, challenge) ||
        !mschap::challenge_response(as_text(challenge), hash, expected))
      return unsupported("DES is not available");
    auto v = decided(same_octets(as_text(expected), proof.response));
    if (v)
      return derive_v2_answer(proof, hash, challenge, v) ? v
                                                         : unsupported("SHA-1 is not available");
    if (bare.size() == whole.size())
      break;
  }
  return decided(false);
}

verdict check_mschap(const login_proof& proof, const secret_view& secret) {
  if (!ms_chap_available())
    return unsupported("MS-CHAP is off: OpenSSL's legacy provider is not installed");
  mschap::hash16 hash{};
  if (!nt_hash_behind(secret, hash))
    return unsupported("the stored password cannot be used with MS-CHAP");
  auto v = proof.how == method::mschap1 ? check_mschap1(proof, hash) : check_mschap2(proof, hash);
  OPENSSL_cleanse(hash.data(), hash.size());
  return v;
}

} // namespace

verdict check(const login_proof& proof, const secret_view& secret) {
  if (secret.form == credential_form::none || secret.octets.empty())
    return unsupported("the account has no password");
  if (secret.form != credential_form::cleartext && secret.form != credential_form::nt_hash)
    return unsupported("the stored password has an unknown form");
  switch (proof.how) {
  case method::none:
    break;
  case method::pap:
    return check_pap(proof, secret);
  case method::chap:
    return check_chap(proof, secret);
  case method::mschap1:
  case method::mschap2:
    return check_mschap(proof, secret);
  }
  return unsupported("the login carries no proof of a password");
}

result<verdict> check(const login_proof& proof, const credential& kept, const master_key& key,
                      account_id account) {
  if (kept.form == credential_form::none)
    return check(proof, secret_view{});
  auto opened = unseal(key, credential_context(account, kept.form), kept.sealed);
  if (!opened)
    return opened.error();
  auto v = check(proof, secret_view{kept.form, *opened});
  cleanse(*opened);
  return v;
}

result<std::string> nt_hash_of(std::string_view password) {
  if (!ms_chap_available())
    return errc::unsupported;
  mschap::hash16 hash;
  if (!hash_password(password, hash))
    return errc::invalid_input;
  return std::string{as_text(hash)};
}

std::string ms_chap_error(method how, unsigned code, std::string_view challenge,
                          std::string_view message) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out = "E=" + std::to_string(code) + " R=0 C=";
  for (const char c : challenge) {
    const auto octet = static_cast<unsigned char>(c);
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  if (how != method::mschap2)
    return out + " V=2";
  out += " V=3 M=";
  return out.append(message);
}

proof_answer answer_for(const login_proof& proof, const verdict& v) {
  proof_answer out;
  const char ident = static_cast<char>(proof.ident);
  if (v.decision == outcome::accepted) {
    if (!v.authenticator_response.empty())
      out.mschap_success = ident + v.authenticator_response;
    out.mppe_send_key = v.mppe_send_key;
    out.mppe_recv_key = v.mppe_recv_key;
    out.mppe_v1_keys = v.mppe_keys;
  } else if (v.decision == outcome::wrong_password &&
             (proof.how == method::mschap1 || proof.how == method::mschap2)) {
    // R=0 forbids a retry under this challenge, so a weak one could not hurt if the generator
    // failed.
    std::array<std::uint8_t, 16> random{};
    const std::size_t used = proof.how == method::mschap1 ? 8 : 16;
    if (RAND_bytes(random.data(), static_cast<int>(used)) != 1)
      random.fill(0);
    out.mschap_error = ident + ms_chap_error(proof.how, 691, as_text(random).substr(0, used),
                                             "Authentication failed");
  }
  return out;
}

} // namespace uzel::proof
