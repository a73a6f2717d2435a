// The two shapes in which a subscriber's password is kept, sealed at rest and opened only while it
// is compared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uzel::proof {

// Stored values: do not renumber.
enum class credential_form : std::uint8_t {
  none = 0,      // no password: every proof is refused
  cleartext = 1, // serves every method
  nt_hash = 2,   // MD4 of the UTF-16LE password (RFC 2759 8.3): serves PAP and MS-CHAP, never CHAP
};

// What an account keeps: `sealed` is the output of seal() over the password or over its 16-octet NT
// hash. The hash is sealed too, because MS-CHAP accepts it in place of the password.
struct credential {
  credential_form form = credential_form::none;
  std::string sealed;

  bool operator==(const credential&) const = default;
};

template <class Inspector>
auto inspect(Inspector& f, credential& x) {
  return f(x.form, x.sealed);
}

// An opened credential; looks into a buffer that its caller owns and cleanses.
struct secret_view {
  credential_form form = credential_form::none;
  std::string_view octets;
};

} // namespace uzel::proof
