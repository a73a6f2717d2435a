// How a login ended, and why it was refused: shared by the decision, the answer and the trace.
#pragma once

#include <cstdint>
#include <string_view>

namespace uzel {

enum class login_verdict : std::uint8_t { accept, accept_as_guest, reject };

// Why a login was refused; names stand in traces, metrics and the API.
enum class refusal : std::uint8_t {
  none,
  unknown_subscriber,
  ambiguous_subscriber,
  wrong_password,
  password_required,
  proof_unsupported,
  account_disabled,
  account_unpaid,
  session_limit,
  no_address,
  address_busy,
  store_unavailable,
  // Of leases:
  wrong_address, // the address that the client names is not his
  wrong_network, // ... or does not belong to the network where he is
  lease_unknown, // nothing is known of the lease that a client remembers
};
inline constexpr std::uint8_t refusal_count = 15;

// "wrong-password": the stable name.
std::string_view name_of(refusal why);

} // namespace uzel
