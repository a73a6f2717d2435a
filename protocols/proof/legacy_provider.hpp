// The digests and ciphers that login proofs need, looked up once: a login never searches OpenSSL's
// providers.
#pragma once

#include <openssl/types.h>

#include <string_view>

namespace uzel::proof {

// Handles that live until the process ends, in a library context of their own, so that nothing else
// in the process sees the legacy algorithms. Shared by all threads.
struct primitives {
  const EVP_MD* md5 = nullptr;
  const EVP_MD* sha1 = nullptr;
  const EVP_MD* md4 = nullptr;             // legacy; null when the provider is missing
  const EVP_CIPHER* des_ecb = nullptr;     // legacy
  const EVP_CIPHER* rc4 = nullptr;         // legacy; MPPE's cipher, used to verify derived keys
  const EVP_CIPHER* aes_256_gcm = nullptr; // null only when OpenSSL itself is broken
  std::string_view missing;                // why MS-CHAP is off; empty when it works
};

// Loads on the first call (call it at start, before any login) and is free afterwards.
const primitives& load_primitives();
// False without OpenSSL's legacy provider: MS-CHAPv1 and v2 are then refused.
bool ms_chap_available();
// One sentence for --check-config; empty when MS-CHAP works.
std::string_view ms_chap_off_reason();

} // namespace uzel::proof
