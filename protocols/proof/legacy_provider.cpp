#include "protocols/proof/legacy_provider.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

namespace uzel::proof {
namespace {

primitives load() {
  primitives out;
  auto* context = OSSL_LIB_CTX_new();
  if (!context || !OSSL_PROVIDER_load(context, "default")) {
    out.missing = "OpenSSL's default provider does not load: MS-CHAP and sealed passwords are off";
    return out;
  }
  out.md5 = EVP_MD_fetch(context, "MD5", nullptr);
  out.sha1 = EVP_MD_fetch(context, "SHA1", nullptr);
  out.aes_256_gcm = EVP_CIPHER_fetch(context, "AES-256-GCM", nullptr);
  if (!OSSL_PROVIDER_load(context, "legacy")) {
    out.missing =
      "OpenSSL's legacy provider is not installed: MS-CHAP is off, it needs MD4 and DES";
  } else {
    out.md4 = EVP_MD_fetch(context, "MD4", nullptr);
    out.des_ecb = EVP_CIPHER_fetch(context, "DES-ECB", nullptr);
    out.rc4 = EVP_CIPHER_fetch(context, "RC4", nullptr);
    if (!out.md4 || !out.des_ecb || !out.sha1)
      out.missing = "OpenSSL's legacy provider lacks MD4 or DES: MS-CHAP is off";
  }
  // A missing provider is told by `missing`; its entries would only confuse the next reader of the
  // error queue.
  ERR_clear_error();
  return out;
}

} // namespace

const primitives& load_primitives() {
  // Never destroyed: threads that end after main's statics may still hash.
  static const primitives& loaded = *new primitives{load()};
  return loaded;
}

bool ms_chap_available() {
  return load_primitives().missing.empty();
}

std::string_view ms_chap_off_reason() {
  return load_primitives().missing;
}

} // namespace uzel::proof
