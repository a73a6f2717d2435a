// Which login did the subscriber mean, and is his new password fit for PPP?
#pragma once

#include "domain/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uzel::proof {

// What becomes of "user@realm" and "DOMAIN\user"; chosen per client. Stored values: do not
// renumber.
enum class realm_rule : std::uint8_t {
  keep = 0,        // the realm is part of the login
  strip = 1,       // any realm or domain is dropped
  only_listed = 2, // a listed realm or domain is dropped; another stays part of the login, so it
                   // can match nobody else
};

// Longer names do not fit User-Name (RFC 2865 5.1).
inline constexpr std::size_t max_login = 253;

// The key under which directory knows a login: ASCII letters lower-cased, other UTF-8 as it came,
// realm dropped by the rule. invalid_input for empty or oversized names, control characters and
// broken UTF-8. `listed` is in lower case.
[[nodiscard]] result<std::string> normalise_login(std::string_view sent,
                                                  realm_rule rule = realm_rule::keep,
                                                  std::span<const std::string> listed = {});

// Bounds of a subscriber's password; 128 is the longest that PAP carries (RFC 2865 5.2).
struct password_rules {
  std::size_t min_length = 8;
  std::size_t max_length = 128;
};

// Everything that is wrong with a new password, field "password": length, characters other than
// printable ASCII, spaces at the ends, equal to the login or the phone, found in the list of
// passwords that are guessed first.
violations password_problems(std::string_view password, std::string_view login,
                             std::string_view phone, const password_rules& rules = {});

// A password without look-alike characters that passes password_problems; the length is clamped
// to 10..128. io_failed when the system's generator has none.
[[nodiscard]] result<std::string> generate_password(std::size_t length = 12);

} // namespace uzel::proof
