#include "domain/login_trace.hpp"

namespace uzel {

std::string_view name_of(trace_code code) {
  switch (code) {
  case trace_code::none:
    return "none";
  case trace_code::received:
    return "received";
  case trace_code::identity_login:
    return "identity-login";
  case trace_code::identity_mac:
    return "identity-mac";
  case trace_code::identity_port:
    return "identity-port";
  case trace_code::identity_binding:
    return "identity-binding";
  case trace_code::identity_unknown:
    return "identity-unknown";
  case trace_code::identity_ambiguous:
    return "identity-ambiguous";
  case trace_code::option82_ignored:
    return "option82-ignored";
  case trace_code::device_unknown:
    return "device-unknown";
  case trace_code::port_unknown:
    return "port-unknown";
  case trace_code::port_unclaimed:
    return "port-unclaimed";
  case trace_code::mac_elsewhere:
    return "mac-elsewhere";
  case trace_code::account_absent:
    return "account-absent";
  case trace_code::became_guest:
    return "became-guest";
  case trace_code::waited_for_wake:
    return "waited-for-wake";
  case trace_code::proof_accepted:
    return "proof-accepted";
  case trace_code::proof_wrong:
    return "proof-wrong";
  case trace_code::proof_missing:
    return "proof-missing";
  case trace_code::proof_unsupported:
    return "proof-unsupported";
  case trace_code::account_disabled:
    return "account-disabled";
  case trace_code::account_unpaid:
    return "account-unpaid";
  case trace_code::subscription_current:
    return "subscription-current";
  case trace_code::session_limit_reached:
    return "session-limit-reached";
  case trace_code::preempted:
    return "preempted";
  case trace_code::binding_reused:
    return "binding-reused";
  case trace_code::static_address_chosen:
    return "static-address-chosen";
  case trace_code::static_address_busy:
    return "static-address-busy";
  case trace_code::pool_asked:
    return "pool-asked";
  case trace_code::pool_full:
    return "pool-full";
  case trace_code::no_pool_fits:
    return "no-pool-fits";
  case trace_code::address_granted:
    return "address-granted";
  case trace_code::address_conflict:
    return "address-conflict";
  case trace_code::store_refused:
    return "store-refused";
  case trace_code::deadline_passed:
    return "deadline-passed";
  case trace_code::answered_accept:
    return "answered-accept";
  case trace_code::answered_guest:
    return "answered-guest";
  case trace_code::answered_reject:
    return "answered-reject";
  }
  return "unknown";
}

} // namespace uzel
