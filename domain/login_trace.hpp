// Why a login ended as it did: a few coded steps that are put into words only when somebody asks.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace uzel {

// Codes of steps; what `argument` means stands behind each. Order is free: traces are not stored.
enum class trace_code : std::uint16_t {
  none,
  received,                   // client id
  identity_login,             // account id
  identity_mac,               // account id
  identity_port,              // account id
  identity_binding,           // account id: the live binding named it
  identity_client_identifier, // account id
  identity_unknown,           // 0
  identity_ambiguous,         // how many accounts match
  option82_ignored,           // client id: its option 82 is not trusted
  device_unknown,             // MAC that option 82 names
  port_unknown,               // port number: the device has no such port
  port_unclaimed,             // port id, else device id: nobody's
  mac_elsewhere,              // account id: its MAC was seen on a port that is not its own
  account_absent,             // account id: the key is claimed, the account is not there yet
  became_guest,               // guest id
  waited_for_wake,            // account id
  proof_accepted,             // proof_method
  proof_wrong,                // proof_method
  proof_missing,              // proof_method the account needs
  proof_unsupported,          // proof_method
  account_disabled,           // account id
  account_unpaid,             // subscription end, unix seconds, 0 = never had one
  subscription_current,       // service id
  session_limit_reached,      // limit
  preempted,                  // session id
  binding_reused,             // binding id
  static_address_chosen,      // address
  static_address_busy,        // address
  pool_asked,                 // pool id
  pool_full,                  // pool id
  no_pool_fits,               // pool_kind
  address_granted,            // address
  address_conflict,           // address
  lease_asked,                // address that the client names
  lease_not_his,              // address
  other_network,              // address: of his, but not reached from here
  port_taken_over,            // address
  store_refused,              // errc
  deadline_passed,            // milliseconds
  answered_accept,            // account id
  answered_guest,             // account id
  answered_reject,            // refusal
  answered_offer,             // address
  answered_lease,             // address
  answered_no_lease,          // refusal
};

struct trace_step {
  trace_code code = trace_code::none;
  std::uint32_t microseconds = 0; // since the request was received
  std::uint64_t argument = 0;
  bool operator==(const trace_step&) const = default;
};

// The steps of one login; full = later steps are dropped, the last one always finds room.
struct login_trace {
  static constexpr std::size_t capacity = 12;
  std::array<trace_step, capacity> steps{};
  std::uint8_t count = 0;

  void add(trace_code code, std::uint64_t argument, duration since_received) {
    const std::size_t at = count < capacity ? count++ : capacity - 1;
    steps[at] = {code, static_cast<std::uint32_t>(since_received.count()), argument};
  }
  bool operator==(const login_trace&) const = default;
};

// The stable name of a step ("pool-full"), for programs.
std::string_view name_of(trace_code code);

// One step in words, in English or Russian ("en", "ru").
std::string describe(const trace_step& step, std::string_view language);

template <class Inspector>
auto inspect(Inspector& f, trace_step& x) {
  return f(x.code, x.microseconds, x.argument);
}
template <class Inspector>
auto inspect(Inspector& f, login_trace& x) {
  return f(x.steps, x.count);
}

} // namespace uzel
