// The plain digest functions are marked deprecated in favour of EVP; digest.hpp says why they stand
// here.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "protocols/radius/digest.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace uzel::radius {
namespace {

bool start(MD5_CTX& s) noexcept {
  return MD5_Init(&s) == 1;
}
bool start(SHA256_CTX& s) noexcept {
  return SHA256_Init(&s) == 1;
}
bool add(MD5_CTX& s, octets piece) noexcept {
  return MD5_Update(&s, piece.data(), piece.size()) == 1;
}
bool add(SHA256_CTX& s, octets piece) noexcept {
  return SHA256_Update(&s, piece.data(), piece.size()) == 1;
}
bool finish(MD5_CTX& s, md5_digest& out) noexcept {
  return MD5_Final(out.data(), &s) == 1;
}
bool finish(SHA256_CTX& s, sha256_digest& out) noexcept {
  return SHA256_Final(out.data(), &s) == 1;
}

template <class State>
bool add_all(State& s, std::initializer_list<octets> pieces) noexcept {
  return std::ranges::all_of(pieces, [&s](octets piece) { return piece.empty() || add(s, piece); });
}

template <class State, class Digest>
bool plain(std::initializer_list<octets> pieces, Digest& out) noexcept {
  State s;
  if (start(s) && add_all(s, pieces) && finish(s, out))
    return true;
  out = {};
  return false;
}

template <class State, class Digest>
bool keyed(const hmac_key<State>& key, std::initializer_list<octets> pieces, Digest& out) noexcept {
  State inner = key.inner;
  State outer = key.outer;
  if (add_all(inner, pieces) && finish(inner, out) && add(outer, octets{out}) && finish(outer, out))
    return true;
  out = {};
  return false;
}

// RFC 2104: keys above one block of 64 octets are replaced by their digest.
template <class State, class Digest>
hmac_key<State> key_of(octets secret) noexcept {
  std::array<std::uint8_t, 64> block{};
  Digest shortened{};
  if (secret.size() > block.size() && plain<State>({secret}, shortened))
    secret = shortened;
  std::ranges::copy(secret.first(std::min(secret.size(), block.size())), block.begin());
  hmac_key<State> key;
  for (std::uint8_t& b : block)
    b ^= 0x36;
  bool ok = start(key.inner) && add(key.inner, block);
  for (std::uint8_t& b : block)
    b ^= 0x36 ^ 0x5c;
  ok = start(key.outer) && add(key.outer, block) && ok;
  OPENSSL_cleanse(block.data(), block.size());
  return ok ? key : hmac_key<State>{};
}

} // namespace

bool digests_available() noexcept {
  md5_digest five;
  sha256_digest two;
  return md5({}, five) && sha256({}, two) && five[0] == 0xd4 && two[0] == 0xe3;
}

bool md5(std::initializer_list<octets> pieces, md5_digest& out) noexcept {
  return plain<MD5_CTX>(pieces, out);
}

bool sha256(std::initializer_list<octets> pieces, sha256_digest& out) noexcept {
  return plain<SHA256_CTX>(pieces, out);
}

bool equal_in_constant_time(octets a, octets b) noexcept {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

template <class State>
hmac_key<State>::~hmac_key() {
  OPENSSL_cleanse(&inner, sizeof inner);
  OPENSSL_cleanse(&outer, sizeof outer);
}
template struct hmac_key<MD5_CTX>;
template struct hmac_key<SHA256_CTX>;

shared_secret::shared_secret(std::string_view secret)
  : secret_{secret}
  , hmac_{key_of<MD5_CTX, md5_digest>(bytes())} {}

shared_secret::~shared_secret() {
  OPENSSL_cleanse(secret_.data(), secret_.size());
}

bool shared_secret::operator==(const shared_secret& other) const noexcept {
  return equal_in_constant_time(bytes(), other.bytes());
}

bool hmac_md5(const shared_secret& key, std::initializer_list<octets> pieces,
              md5_digest& out) noexcept {
  return keyed(key.hmac(), pieces, out);
}

seal_key::seal_key(octets key) noexcept : hmac_{key_of<SHA256_CTX, sha256_digest>(key)} {}

bool hmac_sha256(const seal_key& key, std::initializer_list<octets> pieces,
                 sha256_digest& out) noexcept {
  return keyed(key.hmac(), pieces, out);
}

} // namespace uzel::radius
