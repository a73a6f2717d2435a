// Why a DHCPv4 packet or reply is not what it should be. These codes end in net: they count drops.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <string_view>

namespace uzel::dhcp4 {

// One reason per way to be malformed. The names are metric labels: do not rename.
enum class errc : std::uint8_t {
  ok = 0,
  datagram_too_short,   // fewer than the 240 octets of the BOOTP header and the cookie
  datagram_too_long,    // more than max_packet_size octets
  bad_cookie,           // the options do not begin with 63 82 53 63: BOOTP of another kind
  wrong_op,             // not a BOOTREQUEST where one was expected
  bad_hardware_length,  // hlen is above the 16 octets of chaddr
  option_overrun,       // an option ends beyond its field
  bad_option_length,    // an option of fixed length has another one
  bad_overload,         // option 52 is none of 1, 2 and 3
  repeated_option,      // an option that decides something stands there twice
  missing_message_type, // no option 53: plain BOOTP
  bad_message_type,     // option 53 names no message of DHCPv4
  options_too_long,     // the options that came in pieces exceed what is kept for them
  buffer_full,          // what a reply must carry does not fit
};

const boost::system::error_category& dhcp4_category() noexcept;

inline boost::system::error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), dhcp4_category()};
}

// The stable name of a reason ("option-overrun"), as metrics and logs show it.
std::string_view name_of(errc e) noexcept;

template <class T = void>
using result = boost::system::result<T>;

} // namespace uzel::dhcp4

template <>
struct boost::system::is_error_code_enum<uzel::dhcp4::errc> : std::true_type {};
