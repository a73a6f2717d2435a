#include "protocols/radius/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace uzel::radius {
namespace {

// Never freed: contexts of threads that outlive main may still point at it.
EVP_MD* fetch(const char* name) noexcept {
  // In FIPS mode MD5 lives only outside the FIPS provider; RADIUS cannot exist without it.
  if (EVP_MD* outside_fips = EVP_MD_fetch(nullptr, name, "-fips"))
    return outside_fips;
  return EVP_MD_fetch(nullptr, name, nullptr);
}

EVP_MD* md5_algorithm() noexcept {
  static EVP_MD* const algorithm = fetch("MD5");
  return algorithm;
}

EVP_MD* sha256_algorithm() noexcept {
  static EVP_MD* const algorithm = fetch("SHA256");
  return algorithm;
}

// One context per thread and algorithm: re-initialising with the same algorithm reuses its state.
class context {
 public:
  explicit context(EVP_MD* algorithm) noexcept
    : algorithm_{algorithm}
    , state_{algorithm ? EVP_MD_CTX_new() : nullptr} {}
  context(const context&) = delete;
  context& operator=(const context&) = delete;
  ~context() { EVP_MD_CTX_free(state_); }

  bool start(octets first) noexcept {
    return state_ && EVP_DigestInit_ex2(state_, algorithm_, nullptr) == 1 && add(first);
  }
  bool add(octets piece) noexcept {
    return piece.empty() || EVP_DigestUpdate(state_, piece.data(), piece.size()) == 1;
  }
  bool add(std::initializer_list<octets> pieces) noexcept {
    return std::ranges::all_of(pieces, [this](octets piece) { return add(piece); });
  }
  bool finish(std::uint8_t* out) noexcept { return EVP_DigestFinal_ex(state_, out, nullptr) == 1; }

 private:
  EVP_MD* algorithm_;
  EVP_MD_CTX* state_;
};

context& md5_context() noexcept {
  thread_local context the_context{md5_algorithm()};
  return the_context;
}

context& sha256_context() noexcept {
  thread_local context the_context{sha256_algorithm()};
  return the_context;
}

template <class Digest>
bool plain(context& c, std::initializer_list<octets> pieces, Digest& out) noexcept {
  if (c.start({}) && c.add(pieces) && c.finish(out.data()))
    return true;
  out = {};
  return false;
}

template <class Digest>
bool keyed(context& c, const hmac_blocks& key, std::initializer_list<octets> pieces,
           Digest& out) noexcept {
  Digest inner;
  if (c.start(key.inner) && c.add(pieces) && c.finish(inner.data()) && c.start(key.outer) &&
      c.add(octets{inner}) && c.finish(out.data()))
    return true;
  out = {};
  return false;
}

hmac_blocks blocks_of(octets key) noexcept {
  hmac_blocks blocks;
  std::ranges::copy(key, blocks.inner.begin());
  blocks.outer = blocks.inner;
  for (std::uint8_t& b : blocks.inner)
    b ^= 0x36;
  for (std::uint8_t& b : blocks.outer)
    b ^= 0x5c;
  return blocks;
}

} // namespace

bool digests_available() noexcept {
  return md5_algorithm() != nullptr && sha256_algorithm() != nullptr;
}

bool md5(std::initializer_list<octets> pieces, md5_digest& out) noexcept {
  return plain(md5_context(), pieces, out);
}

bool sha256(std::initializer_list<octets> pieces, sha256_digest& out) noexcept {
  return plain(sha256_context(), pieces, out);
}

bool equal_in_constant_time(octets a, octets b) noexcept {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

hmac_blocks::~hmac_blocks() {
  OPENSSL_cleanse(inner.data(), inner.size());
  OPENSSL_cleanse(outer.data(), outer.size());
}

shared_secret::shared_secret(std::string_view secret) : secret_{secret} {
  if (secret_.size() <= 64) {
    hmac_ = blocks_of(bytes());
    return;
  }
  // Without MD5 the key stays zero, and no later digest succeeds either.
  md5_digest shortened{};
  if (md5({bytes()}, shortened))
    hmac_ = blocks_of(shortened);
}

shared_secret::~shared_secret() {
  OPENSSL_cleanse(secret_.data(), secret_.size());
}

bool shared_secret::operator==(const shared_secret& other) const noexcept {
  return equal_in_constant_time(bytes(), other.bytes());
}

bool hmac_md5(const shared_secret& key, std::initializer_list<octets> pieces,
              md5_digest& out) noexcept {
  return keyed(md5_context(), key.hmac(), pieces, out);
}

seal_key::seal_key(octets key) noexcept {
  if (key.size() <= 64) {
    hmac_ = blocks_of(key);
    return;
  }
  sha256_digest shortened{};
  if (sha256({key}, shortened))
    hmac_ = blocks_of(shortened);
}

bool hmac_sha256(const seal_key& key, std::initializer_list<octets> pieces,
                 sha256_digest& out) noexcept {
  return keyed(sha256_context(), key.hmac(), pieces, out);
}

} // namespace uzel::radius
