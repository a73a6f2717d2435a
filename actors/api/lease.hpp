// Leases between the DHCP server, pools and subscribers. Asking for one is a login (login::step);
// here is what a login is not.
#pragma once

#include "actors/api/login.hpp"

namespace uzel {

// net -> address_space -> pool -> directory: a renewal that came straight from the client carries
// no option 82. The live binding of ask.wanted at the client's place names its holder and brings
// his stored place along; without one the question goes the way of every login.
struct find_leaseholder {
  routing_domain_id domain;
  attachment_key place;
  login ask;
  UZEL_INSPECT(find_leaseholder, domain_, place_, ask_)
};

// net -> address_space -> pool -> directory -> subscriber: the client gave the address back
// (RELEASE) or found somebody else using it (DECLINE). Never answered; a lease that is not his is a
// counted no-op.
struct end_lease {
  routing_domain_id domain;
  ipv4 address;
  attachment_key place;
  lease_end how = lease_end::released;
  instant at;
  // Filled by the pool:
  account_id who;
  binding_id binding;
  pool_id pool;
  UZEL_INSPECT(end_lease, domain_, address_, place_, how_, at_, who_, binding_, pool_)
};

// subscriber -> address_space -> pool: he will not use it, for another device does. The address
// goes into quarantine; a static one stays his.
struct decline_binding {
  routing_domain_id domain;
  pool_id pool;
  binding_id binding;
  account_id who;
  instant at;
  UZEL_INSPECT(decline_binding, domain_, pool_, binding_, who_, at_)
};

} // namespace uzel
