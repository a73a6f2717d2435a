#include "protocols/proof/sealed_secret.hpp"

#include "protocols/proof/legacy_provider.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>

namespace uzel::proof {
namespace {

constexpr char format = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
static_assert(seal_overhead == 1 + nonce_size + tag_size);

const std::uint8_t* octets(const char* text) {
  return reinterpret_cast<const std::uint8_t*>(text);
}
std::uint8_t* octets(char* text) {
  return reinterpret_cast<std::uint8_t*>(text);
}

enum class direction : int { open = 0, close = 1 };

// An OpenSSL context that stays keyed: logins open a credential each, and spreading the key costs
// as much as all the rest.
class keyed_cipher {
 public:
  explicit keyed_cipher(direction way)
    : context_{EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free}
    , way_{way} {}
  ~keyed_cipher() { OPENSSL_cleanse(key_.data(), key_.size()); }
  keyed_cipher(const keyed_cipher&) = delete;
  keyed_cipher& operator=(const keyed_cipher&) = delete;

  // Ready for another text under that key; null when OpenSSL refuses.
  EVP_CIPHER_CTX* start(const master_key& key, const char* nonce) {
    const auto* cipher = load_primitives().aes_256_gcm;
    if (!context_ || !cipher)
      return nullptr;
    const auto wanted = key.bytes();
    const bool same = keyed_ && CRYPTO_memcmp(key_.data(), wanted.data(), key_.size()) == 0;
    keyed_ =
      EVP_CipherInit_ex2(context_.get(), same ? nullptr : cipher, same ? nullptr : wanted.data(),
                         octets(nonce), static_cast<int>(way_), nullptr) == 1;
    if (keyed_ && !same)
      std::copy(wanted.begin(), wanted.end(), key_.begin());
    return keyed_ ? context_.get() : nullptr;
  }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context_;
  direction way_;
  bool keyed_ = false;
  std::array<std::uint8_t, 32> key_{};
};

// One per thread and direction.
EVP_CIPHER_CTX* start(direction way, const master_key& key, const char* nonce) {
  thread_local keyed_cipher opener{direction::open};
  thread_local keyed_cipher closer{direction::close};
  return (way == direction::open ? opener : closer).start(key, nonce);
}

// Feeds the context what is authenticated but not hidden.
bool authenticate(EVP_CIPHER_CTX* c, std::string_view aad) {
  int written = 0;
  return c && EVP_CipherUpdate(c, nullptr, &written, octets(&format), 1) == 1 &&
         (aad.empty() || EVP_CipherUpdate(c, nullptr, &written, octets(aad.data()),
                                          static_cast<int>(aad.size())) == 1);
}

bool transform(EVP_CIPHER_CTX* c, std::string_view from, char* to) {
  int written = 0;
  return from.empty() || EVP_CipherUpdate(c, octets(to), &written, octets(from.data()),
                                          static_cast<int>(from.size())) == 1;
}

bool finish(EVP_CIPHER_CTX* c) {
  std::uint8_t rest[16];
  int written = 0;
  return EVP_CipherFinal_ex(c, rest, &written) == 1;
}

} // namespace

result<std::string> seal(const master_key& key, std::string_view context, std::string_view plain) {
  if (!key || plain.size() > max_secret || context.size() > max_secret)
    return errc::invalid_input;
  std::string out(plain.size() + seal_overhead, '\0');
  out[0] = format;
  auto* body = out.data() + 1 + nonce_size;
  if (RAND_bytes(octets(out.data() + 1), nonce_size) != 1)
    return errc::io_failed;
  auto* c = start(direction::close, key, out.data() + 1);
  if (!authenticate(c, context) || !transform(c, plain, body) || !finish(c) ||
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, tag_size, body + plain.size()) != 1)
    return errc::io_failed;
  return out;
}

result<std::string> unseal(const master_key& key, std::string_view context,
                           std::string_view sealed) {
  if (!key || context.size() > max_secret)
    return errc::invalid_input;
  if (sealed.size() < seal_overhead || sealed.size() > max_secret + seal_overhead ||
      sealed.front() != format)
    return errc::store_damaged;
  std::string tag{sealed.substr(sealed.size() - tag_size)};
  const auto body = sealed.substr(1 + nonce_size, sealed.size() - seal_overhead);
  std::string out(body.size(), '\0');
  auto* c = start(direction::open, key, sealed.data() + 1);
  if (!authenticate(c, context))
    return errc::io_failed;
  if (!transform(c, body, out.data()) ||
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) != 1 || !finish(c)) {
    cleanse(out);
    return errc::store_damaged;
  }
  return out;
}

std::string credential_context(account_id account, credential_form form) {
  std::string out = form == credential_form::nt_hash ? "account-nt-hash:" : "account-password:";
  return out.append(std::to_string(account.value));
}

result<credential> seal_password(const master_key& key, account_id account,
                                 std::string_view password) {
  if (password.empty())
    return errc::invalid_input;
  auto sealed = seal(key, credential_context(account, credential_form::cleartext), password);
  if (!sealed)
    return sealed.error();
  return credential{credential_form::cleartext, std::move(*sealed)};
}

result<credential> seal_nt_hash(const master_key& key, account_id account, std::string_view hash) {
  if (hash.size() != 16)
    return errc::invalid_input;
  auto sealed = seal(key, credential_context(account, credential_form::nt_hash), hash);
  if (!sealed)
    return sealed.error();
  return credential{credential_form::nt_hash, std::move(*sealed)};
}

void cleanse(std::string& secret) {
  // The unused tail may hold what was there before a shorter value was assigned.
  secret.resize(secret.capacity());
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

} // namespace uzel::proof
