// Seals short secrets with AES-256-GCM, bound to their owner: a sealed password copied to another
// account does not open.
#pragma once

#include "domain/id.hpp"
#include "domain/result.hpp"
#include "protocols/proof/credential.hpp"
#include "protocols/proof/master_key.hpp"

#include <string>
#include <string_view>

namespace uzel::proof {

// Stored layout: do not change. format octet 1 | nonce 12 | ciphertext | tag 16; the format octet
// and the context are authenticated. 29 octets longer than the secret.
inline constexpr std::size_t seal_overhead = 29;
// Longer secrets are refused.
inline constexpr std::size_t max_secret = 4096;

// Safe from any thread. invalid_input for an empty key or an oversized secret, io_failed when
// OpenSSL refuses.
[[nodiscard]] result<std::string> seal(const master_key& key, std::string_view context,
                                       std::string_view plain);
// The secret; store_damaged when it was changed, or sealed with another key or for another context.
// The caller cleanses what it gets (see cleanse).
[[nodiscard]] result<std::string> unseal(const master_key& key, std::string_view context,
                                         std::string_view sealed);

// The context under which an account's credential is sealed; the form is part of it, so that it
// cannot be relabelled.
std::string credential_context(account_id account, credential_form form);
// A credential that keeps the password itself.
[[nodiscard]] result<credential> seal_password(const master_key& key, account_id account,
                                               std::string_view password);
// A credential that keeps an NT hash (16 octets), for accounts moved in from a system that has no
// cleartext.
[[nodiscard]] result<credential> seal_nt_hash(const master_key& key, account_id account,
                                              std::string_view hash);

// Overwrites the text's whole buffer, so that a freed block does not keep a password.
void cleanse(std::string& secret);

} // namespace uzel::proof
