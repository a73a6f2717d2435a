// Why a RADIUS packet, attribute or token is not what it should be. These codes end in net: they
// count drops.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <string_view>

namespace uzel::radius {

// One reason per way to be malformed. The names are metric labels: do not rename.
enum class errc : std::uint8_t {
  ok = 0,
  datagram_too_short,     // fewer than the 20 octets of a header
  length_too_small,       // the Length field is below 20
  length_too_large,       // the Length field is above 4096
  length_beyond_datagram, // the Length field names more octets than arrived
  attribute_too_short,    // an attribute's length is below 2
  attribute_overrun,      // an attribute ends beyond the packet
  buffer_full,            // the packet under construction would exceed its buffer or 4096 octets
  value_too_long,         // a value does not fit in one attribute
  wrong_code,             // the packet's code does not suit the operation
  repeated_attribute,     // an attribute that decides something stands there twice
  bad_value,              // an attribute that decides something has an impossible value
  missing_attribute,      // an attribute that the packet must have is absent
  mixed_credentials,      // more than one kind of login proof in one request
  bad_hidden_length,      // a hidden password or key is not a whole number of blocks
  digest_unavailable,     // the crypto library offers no MD5 or SHA-256
  foreign_class,          // a Class attribute that this server did not write
  forged_class,           // a Class attribute in our format with a wrong seal
};

const boost::system::error_category& radius_category() noexcept;

inline boost::system::error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), radius_category()};
}

// The stable name of a reason ("attribute-overrun"), as metrics and logs show it.
std::string_view name_of(errc e) noexcept;

template <class T = void>
using result = boost::system::result<T>;

} // namespace uzel::radius

template <>
struct boost::system::is_error_code_enum<uzel::radius::errc> : std::true_type {};
