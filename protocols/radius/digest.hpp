// Digests without per-packet lookups: algorithms are fetched once per process, contexts reused once
// per thread. No function here allocates after a thread's first call. All are thread-safe.
#pragma once

#include "protocols/radius/attributes.hpp"

#include <openssl/md5.h>
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace uzel::radius {

using md5_digest = std::array<std::uint8_t, 16>;
using sha256_digest = std::array<std::uint8_t, 32>;

// Whether the crypto library offers what RADIUS needs; ask once at start, a refusal is fatal for
// the service.
[[nodiscard]] bool digests_available() noexcept;

// Digest of the pieces in order. False (and zeros) only when the library refuses the algorithm.
[[nodiscard]] bool md5(std::initializer_list<octets> pieces, md5_digest& out) noexcept;
[[nodiscard]] bool sha256(std::initializer_list<octets> pieces, sha256_digest& out) noexcept;

// Takes the same time wherever the first difference is; sizes are no secret.
[[nodiscard]] bool equal_in_constant_time(octets a, octets b) noexcept;

// An HMAC key (RFC 2104) as two digest states that have swallowed their key block; wiped at the
// end.
template <class State>
struct hmac_key {
  State inner{};
  State outer{};
  hmac_key() = default;
  hmac_key(const hmac_key&) = default;
  hmac_key& operator=(const hmac_key&) = default;
  ~hmac_key();
};

// What a client and we share; never printed, wiped at the end.
class shared_secret {
 public:
  shared_secret() : shared_secret{std::string_view{}} {}
  explicit shared_secret(std::string_view secret);
  shared_secret(const shared_secret&) = default;
  shared_secret& operator=(const shared_secret&) = default;
  ~shared_secret();

  octets bytes() const noexcept { return as_octets(secret_); }
  const hmac_key<MD5_CTX>& hmac() const noexcept { return hmac_; }
  bool operator==(const shared_secret& other) const noexcept;

 private:
  std::string secret_;
  hmac_key<MD5_CTX> hmac_;
};

// HMAC-MD5 keyed with the shared secret (RFC 2869 section 5.14).
[[nodiscard]] bool hmac_md5(const shared_secret& key, std::initializer_list<octets> pieces,
                            md5_digest& out) noexcept;

// A key of our own for HMAC-SHA256: class tokens.
class seal_key {
 public:
  explicit seal_key(octets key) noexcept;
  const hmac_key<SHA256_CTX>& hmac() const noexcept { return hmac_; }

 private:
  hmac_key<SHA256_CTX> hmac_;
};

[[nodiscard]] bool hmac_sha256(const seal_key& key, std::initializer_list<octets> pieces,
                               sha256_digest& out) noexcept;

} // namespace uzel::radius
