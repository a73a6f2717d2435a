// links: uzel_protocols_proof uzel_domain
// Octets as a login proof and a stored password: checking must be total, and a wrong proof must
// yield no key material.
#include "protocols/proof/check.hpp"
#include "protocols/proof/login_name.hpp"
#include "protocols/proof/sealed_secret.hpp"

#include <algorithm>
#include <cstdlib>

using namespace uzel::proof;

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

// Takes a field: one octet of length, then the octets (fewer at the end).
std::string take(std::string_view& rest) {
  if (rest.empty())
    return {};
  const auto length = std::min<std::size_t>(static_cast<unsigned char>(rest[0]), rest.size() - 1);
  std::string out{rest.substr(1, length)};
  rest.remove_prefix(1 + length);
  return out;
}

void check_sealed(std::string_view octets) {
  static const auto key = master_key::from_octets(std::vector<std::uint8_t>(32, 7));
  require(key.has_value());
  require(!unseal(*key, "context", octets).has_value());
  const auto sealed = seal(*key, "context", octets.substr(0, max_secret));
  require(sealed.has_value() && unseal(*key, "context", *sealed).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  if (rest.size() < 4)
    return 0;
  login_proof proof;
  proof.how = static_cast<method>(data[0] % 6);
  proof.ident = data[1];
  proof.flags = data[2];
  const auto form = static_cast<credential_form>(data[3] % 4);
  check_sealed(rest);
  rest.remove_prefix(4);
  const auto password = take(rest);
  proof.name = take(rest);
  proof.secret = take(rest);
  proof.challenge = take(rest);
  proof.peer_challenge = take(rest);
  proof.response = take(rest);
  const auto v = check(proof, secret_view{form, password});
  require(v ||
          (v.authenticator_response.empty() && v.mppe_send_key.empty() && v.mppe_keys.empty()));
  require((v.decision == outcome::unsupported) == !v.reason.empty());
  require(!v || !password.empty());
  (void)answer_for(proof, v);
  if (const auto login = normalise_login(proof.name, realm_rule::strip))
    require(!login->empty() && login->size() <= max_login);
  (void)password_problems(password, proof.name, proof.secret);
  return 0;
}
