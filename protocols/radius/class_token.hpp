// The Class attribute that this server gives out: it names account and binding, so that accounting
// and renewals are matched without a search. The NAS echoes it untouched (RFC 2865 section 5.25);
// the seal proves that we wrote it.
#pragma once

#include "domain/id.hpp"
#include "protocols/radius/digest.hpp"
#include "protocols/radius/errc.hpp"

#include <array>
#include <cstdint>

namespace uzel::radius {

struct class_token {
  account_id account;
  binding_id binding;
  bool operator==(const class_token&) const = default;
};

// A token as wire octets: marker, version, two variable-length numbers, 12 octets of seal; at most
// 34, usually 18.
class sealed_class {
 public:
  octets bytes() const noexcept { return octets{bytes_}.first(size_); }
  void append(std::uint8_t b) noexcept { bytes_[size_++] = b; }

 private:
  std::array<std::uint8_t, 34> bytes_{};
  std::size_t size_ = 0;
};

// Stored on devices for as long as sessions live: a new layout takes a new version octet.
[[nodiscard]] result<sealed_class> seal_class(const class_token& token,
                                              const seal_key& key) noexcept;

// Errors: foreign_class when it is no token of this layout, forged_class when the seal is wrong.
[[nodiscard]] result<class_token> open_class(octets value, const seal_key& key) noexcept;

} // namespace uzel::radius
