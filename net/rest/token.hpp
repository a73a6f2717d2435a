// What a signed-in caller carries: a JWT (RFC 7519) signed with HS256.
#pragma once

#include "domain/instant.hpp"
#include "net/rest/operation.hpp"

#include <string>
#include <string_view>

namespace uzel::rest {

// The key that signs; 32 random bytes in a file that only its owner reads.
class token_key {
 public:
  // Reads the file, or makes it (mode 0600). Errors: io_failed; invalid_input when the file is
  // shorter than 32 bytes or readable by others.
  [[nodiscard]] static result<token_key> open(const std::string& file);
  explicit token_key(std::string bytes) : bytes_{std::move(bytes)} {}

  // Claims: sub (login), name, perms, staff (id), iat, exp.
  [[nodiscard]] result<std::string> sign(const caller& who, instant now, instant expires) const;
  // Who it is. unauthenticated for any other algorithm, a wrong signature, missing claims, or when
  // it has expired.
  [[nodiscard]] result<caller> verify(std::string_view token, instant now) const;

 private:
  std::string bytes_;
};

} // namespace uzel::rest
