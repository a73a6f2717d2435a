// The one error currency: errc crosses actors and HTTP; result<T> is a value or an error.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uzel {

// What can go wrong between layers. Protocol codecs have enums of their own that end in net.
// The names travel to API clients as the last part of a problem type: do not rename.
enum class errc : std::uint8_t {
  ok = 0,
  invalid_input,   // a field is malformed or out of bounds
  not_found,       // no such object
  conflict,        // the key is taken or the object is in a state that forbids the change
  stale_version,   // somebody changed the object since it was read
  in_use,          // something live still depends on the object
  address_taken,   // the address is held by another account
  range_overlap,   // two ranges of one routing domain share addresses
  outside_range,   // the address lies in no range of its routing domain
  pool_exhausted,  // no free address in any pool that fits
  ambiguous,       // more than one account matches
  timed_out,       // the answer did not come in time
  unavailable,     // the part that would answer is away; try again later
  overloaded,      // a queue is full; try again later
  store_full,      // the journal is at its bound or the disk is full
  store_damaged,   // stored bytes fail their checksum or contradict each other
  store_foreign,   // the journal and the database belong to different stores
  io_failed,       // the operating system refused a read, write or sync
  unauthenticated, // no valid proof of identity
  forbidden,       // identity known, permission missing
  rate_limited,    // too many requests
  unsupported,     // understood, but not offered
};

const boost::system::error_category& uzel_category() noexcept;

inline boost::system::error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), uzel_category()};
}

// The stable name of an error ("pool-exhausted"), as API and metrics show it.
std::string_view name_of(errc e) noexcept;

template <class T = void>
using result = boost::system::result<T>;

// One thing that is wrong with an input: which field and why, in words for the person who sent it.
struct violation {
  std::string field;
  std::string problem;
  bool operator==(const violation&) const = default;
};
using violations = std::vector<violation>;

} // namespace uzel

template <>
struct boost::system::is_error_code_enum<uzel::errc> : std::true_type {};
