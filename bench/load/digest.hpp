// MD5 and HMAC-MD5 as RADIUS signs with them. The generator has its own so that it shares no code
// with the daemon that it tests.
#pragma once

#include <openssl/md5.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace uzel::load {

using octets = std::span<const std::uint8_t>;
using digest = std::array<std::uint8_t, 16>;

digest md5(std::initializer_list<octets> pieces) noexcept;

// A shared secret with the digest states that do not depend on the packet reckoned beforehand.
class shared_secret {
 public:
  explicit shared_secret(std::string_view text);

  octets bytes() const noexcept { return {text_.data(), size_}; }
  // HMAC-MD5 (RFC 2104) keyed with the secret.
  digest hmac(octets message) const noexcept;
  // MD5 of the secret followed by `block`: what hides a password (RFC 2865 section 5.2).
  digest pad(octets block) const noexcept;

 private:
  std::array<std::uint8_t, 128> text_{};
  std::size_t size_ = 0;
  MD5_CTX inner_{};
  MD5_CTX outer_{};
  MD5_CTX begun_{};
};

} // namespace uzel::load
