// Values that travel hidden under the shared secret: User-Password (RFC 2865 section 5.2) and
// salted keys (RFC 2548 section 2.4.2, RFC 2868 section 3.5). Nothing here allocates.
#pragma once

#include "protocols/radius/digest.hpp"
#include "protocols/radius/packet.hpp"

#include <array>
#include <cstdint>

namespace uzel::radius {

// A short secret in its own storage, wiped at the end.
template <std::size_t Capacity>
class secret_value {
 public:
  secret_value() = default;
  secret_value(const secret_value&) = default;
  secret_value& operator=(const secret_value&) = default;
  ~secret_value() { wipe(bytes_); }

  octets bytes() const noexcept { return octets{bytes_}.first(size_); }
  std::string_view text() const noexcept { return read_text(bytes()); }
  std::span<std::uint8_t, Capacity> storage() noexcept { return bytes_; }
  void resize(std::size_t n) noexcept { size_ = n; }

 private:
  static void wipe(std::span<std::uint8_t> bytes) noexcept;

  std::array<std::uint8_t, Capacity> bytes_{};
  std::size_t size_ = 0;
};

using password_value = secret_value<128>;
using salted_value = secret_value<248>;

// User-Password on the wire: 16 to 128 octets. Errors: value_too_long above 128 octets.
[[nodiscard]] result<password_value> hide_password(octets plain, const authenticator& request,
                                                   const shared_secret& secret) noexcept;

// The password without its padding. A wrong secret gives garbage, not an error. Errors:
// bad_hidden_length.
[[nodiscard]] result<password_value> reveal_password(octets hidden, const authenticator& request,
                                                     const shared_secret& secret) noexcept;

// A salted key as it stands in an attribute: salt, then blocks. The caller keeps salts of one
// packet distinct; the high bit is set here. Errors: value_too_long above 239 octets.
[[nodiscard]] result<salted_value> hide_salted(octets plain, std::uint16_t salt,
                                               const authenticator& request,
                                               const shared_secret& secret) noexcept;

// Errors: bad_hidden_length, bad_value when the inner length is impossible (wrong secret).
[[nodiscard]] result<salted_value> reveal_salted(octets hidden, const authenticator& request,
                                                 const shared_secret& secret) noexcept;

} // namespace uzel::radius
