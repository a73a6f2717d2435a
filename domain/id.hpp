// Ids that cannot be mixed up: an account_id is no nas_id.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace uzel {

// A number that names one Tag; 0 means «none».
template <class Tag>
struct id {
  std::uint64_t value = 0;

  constexpr id() = default;
  constexpr explicit id(std::uint64_t v) : value{v} {}
  constexpr explicit operator bool() const { return value != 0; }
  auto operator<=>(const id&) const = default;
};

template <class Inspector, class Tag>
auto inspect(Inspector& f, id<Tag>& x) {
  return f(x.value);
}

using account_id = id<struct account_tag>;
using subscription_id = id<struct subscription_tag>;
using service_id = id<struct service_tag>;
using client_id = id<struct client_tag>;
using nas_id = id<struct nas_tag>;
using device_id = id<struct device_tag>;
using port_id = id<struct port_tag>;
using routing_domain_id = id<struct routing_domain_tag>;
using network_id = id<struct network_tag>;
using pool_id = id<struct pool_tag>;
using binding_id = id<struct binding_tag>;
using session_id = id<struct session_tag>;
using staff_id = id<struct staff_tag>;

// The number of a journal record: numbers never restart, every answer names the highest it rests
// on.
using journal_number = id<struct journal_tag>;

// An account id with this bit set is a guest: nobody's account, derived from what the network saw
// of it (domain/guest.hpp).
inline constexpr std::uint64_t guest_bit = std::uint64_t{1} << 62;
constexpr bool is_guest(account_id who) {
  return (who.value & guest_bit) != 0;
}

} // namespace uzel

template <class Tag>
struct std::hash<uzel::id<Tag>> {
  std::size_t operator()(const uzel::id<Tag>& x) const noexcept {
    // Ids are dense counters: spread them (Fibonacci hashing) for tables that take low or high
    // bits.
    return static_cast<std::size_t>((x.value ^ (x.value >> 32)) * 0x9E3779B97F4A7C15ull);
  }
};
