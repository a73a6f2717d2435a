#include "domain/refusal.hpp"

namespace uzel {

std::string_view name_of(refusal why) {
  switch (why) {
  case refusal::none:
    return "none";
  case refusal::unknown_subscriber:
    return "unknown-subscriber";
  case refusal::ambiguous_subscriber:
    return "ambiguous-subscriber";
  case refusal::wrong_password:
    return "wrong-password";
  case refusal::password_required:
    return "password-required";
  case refusal::proof_unsupported:
    return "proof-unsupported";
  case refusal::account_disabled:
    return "account-disabled";
  case refusal::account_unpaid:
    return "account-unpaid";
  case refusal::session_limit:
    return "session-limit";
  case refusal::no_address:
    return "no-address";
  case refusal::address_busy:
    return "address-busy";
  case refusal::store_unavailable:
    return "store-unavailable";
  case refusal::wrong_address:
    return "wrong-address";
  case refusal::wrong_network:
    return "wrong-network";
  case refusal::lease_unknown:
    return "lease-unknown";
  }
  return "none";
}

} // namespace uzel
