// Moving in: addresses that subscribers have from another server, and are to get here too.
#pragma once

#include "actors/api/addresses.hpp"

namespace uzel {

// desk -> address_space -> pool (request/response): who has the address elsewhere until `until`
// finds it kept for him when he comes. Only a free address is given: it becomes held for him, as if
// his use of it ended then. Errors: address_taken (another has it), in_use (he has another one
// here), outside_range, invalid_input (it ended too long ago).
struct keep_address {
  routing_domain_id domain;
  account_id who;
  ipv4 address;
  mac_address mac; // the device that has it; 0 = not known, any of his
  instant until;
  UZEL_INSPECT(keep_address, domain_, who_, address_, mac_, until_)
};
struct address_kept {
  binding after;
  bool fresh = false; // false: it was his already, nothing changed
  UZEL_INSPECT(address_kept, after_, fresh_)
};

} // namespace uzel
