// Addresses: subscribers ask the address space, pools decide. One way; answers travel through the
// directory by account id.
#pragma once

#include "actors/api/message.hpp"
#include "domain/attachment.hpp"
#include "domain/binding.hpp"
#include "domain/ipv4.hpp"
#include "domain/pool_choice.hpp"

#include <string>
#include <vector>

namespace uzel {

// subscriber -> address_space -> pool. Repeating it for a place that has a live binding gives that
// binding again.
struct take_address {
  std::uint64_t request = 0; // of the subscriber, comes back in the answer
  routing_domain_id domain;
  account_id who;
  attachment place;
  client_id from;  // pools may serve one client only
  network_id link; // only addresses on this wire; 0 = any
  pool_kind kind = pool_kind::internet;
  ipv4 fixed;  // a static address of the account; 0.0.0.0 = dynamic
  ipv4 wanted; // a hint
  instant now;
  instant deadline;
  std::vector<pool_id> tried; // filled by the address space: pools that were full
  UZEL_INSPECT(take_address, request_, domain_, who_, place_, from_, link_, kind_, fixed_, wanted_,
               now_, deadline_, tried_)
};

// -> subscriber: the binding is his from record `given.number` on.
struct address_taken {
  account_id who;
  std::uint64_t request = 0;
  binding given;
  UZEL_INSPECT(address_taken, who_, request_, given_)
};
struct address_refused {
  account_id who;
  std::uint64_t request = 0;
  errc why =
    errc::pool_exhausted;  // pool_exhausted, address_taken, outside_range, store_full, unavailable
  journal_number rests_on; // the record that last touched what the refusal read
  UZEL_INSPECT(address_refused, who_, request_, why_, rests_on_)
};
// pool -> address_space: no room here; the address space tries the next pool or refuses, and asks
// this one for nobody new until it says pool_has_room.
struct pool_full {
  pool_id pool;
  take_address ask;
  journal_number rests_on; // the record that last touched the pool
  UZEL_INSPECT(pool_full, pool_, ask_, rests_on_)
};
struct pool_has_room {
  pool_id pool;
  UZEL_INSPECT(pool_has_room, pool_)
};

// subscriber -> address_space -> pool: the network uses it (Accounting-Start, Interim, ACK). Only a
// change of state, session or a `until` that moved by more than a quarter is journaled. Stale ids
// are counted no-ops.
struct confirm_binding {
  routing_domain_id domain;
  pool_id pool;
  binding_id binding;
  ipv4 address; // of that binding
  account_id who;
  session_id session;
  instant seen;
  instant until; // 0 = until released
  UZEL_INSPECT(confirm_binding, domain_, pool_, binding_, address_, who_, session_, seen_, until_)
};
// subscriber -> address_space -> pool: use ended (a Stop, a release, a move). A static address
// stays the account's.
struct release_binding {
  routing_domain_id domain;
  pool_id pool;
  binding_id binding;
  ipv4 address; // of that binding
  account_id who;
  instant ended;              // when use ended: last seen for a stale session
  bool keep_for_owner = true; // sticky; false = free it for anybody
  UZEL_INSPECT(release_binding, domain_, pool_, binding_, address_, who_, ended_, keep_for_owner_)
};
// subscriber -> address_space -> pool: accounting names an address. If it is free it becomes his;
// if he has it, that binding answers; if another holds it, address_refused{address_taken} and a
// conflict alarm.
struct adopt_address {
  std::uint64_t request = 0;
  routing_domain_id domain;
  account_id who;
  attachment place;
  ipv4 address;
  session_id session;
  instant seen;
  instant until;
  // Of a lease: a free address must be one that such a client may get here; the answer's `until` is
  // what the journal has, for the client is told how long he may stay.
  bool leased = false;
  bool may_take_free = true; // false: only what is his, or kept for him
  pool_kind kind = pool_kind::internet;
  client_id from;
  network_id link;
  UZEL_INSPECT(adopt_address, request_, domain_, who_, place_, address_, session_, seen_, until_,
               leased_, may_take_free_, kind_, from_, link_)
};

// pool -> directory -> subscriber: the pool wants to expire or move a binding the holder may still
// announce.
struct give_up {
  account_id who;
  routing_domain_id domain;
  pool_id pool;
  binding_id binding;
  bool for_another = false; // another account with a proof waits for the address (it moves from a
                            // disabled or stale holder)
  bool by_desk = false; // the desk took it away: the holder forgets it, whatever he does with it
  UZEL_INSPECT(give_up, who_, domain_, pool_, binding_, for_another_, by_desk_)
};
// subscriber (or the directory for one asleep) -> address_space -> pool: the holder will not
// announce it any more.
struct given_up {
  account_id who;
  routing_domain_id domain;
  pool_id pool;
  binding_id binding;
  UZEL_INSPECT(given_up, who_, domain_, pool_, binding_)
};
// ... or he still uses it: ask again after `until`.
struct binding_kept {
  account_id who;
  routing_domain_id domain;
  pool_id pool;
  binding_id binding;
  instant until;
  UZEL_INSPECT(binding_kept, who_, domain_, pool_, binding_, until_)
};

// subscriber -> address_space -> pool (request/response, from the desk): an address becomes the
// account's for good, or stops being so. Errors: address_taken, outside_range.
struct assign_static {
  routing_domain_id domain;
  account_id who;
  ipv4 address;
  mac_address mac;
  UZEL_INSPECT(assign_static, domain_, who_, address_, mac_)
};
struct withdraw_static {
  routing_domain_id domain;
  account_id who;
  ipv4 address;
  UZEL_INSPECT(withdraw_static, domain_, who_, address_)
};
struct static_settled {
  binding after; // its number is the commit
  UZEL_INSPECT(static_settled, after_)
};

// The desk asks the address space before it touches a range (request/response). The reservation
// ends with range_settled. Errors: range_overlap (new or grown), in_use (shrunk or deleted under a
// binding).
struct check_range {
  pool_id pool; // 0 for a new one
  routing_domain_id domain;
  ipv4 first;
  ipv4 last;
  bool remove = false;
  UZEL_INSPECT(check_range, pool_, domain_, first_, last_, remove_)
};
struct range_checked {
  std::uint64_t reservation = 0;
  UZEL_INSPECT(range_checked, reservation_)
};
struct range_settled {
  std::uint64_t reservation = 0;
  routing_domain_id domain;
  UZEL_INSPECT(range_settled, reservation_, domain_)
};

// The desk deletes a binding: its live session is disconnected, then the address is free
// (request/response). binding_removed.after has state free. Errors: not_found.
struct remove_binding {
  routing_domain_id domain;
  binding_id binding;
  ipv4 address; // names it when binding is 0
  UZEL_INSPECT(remove_binding, domain_, binding_, address_)
};
struct binding_removed {
  binding after;
  UZEL_INSPECT(binding_removed, after_)
};
// Puts an address out of use until `until`, or back into use (until = 0). Errors: in_use,
// outside_range.
struct quarantine_address {
  routing_domain_id domain;
  ipv4 address;
  instant until;
  UZEL_INSPECT(quarantine_address, domain_, address_, until_)
};

// One page of bindings for the live view, in address order (request/response).
struct page_bindings {
  routing_domain_id domain;
  ipv4 after;
  std::uint32_t limit = 500;
  UZEL_INSPECT(page_bindings, domain_, after_, limit_)
};
struct bindings_page {
  std::vector<binding> rows;
  bool last = true;
  UZEL_INSPECT(bindings_page, rows_, last_)
};

// How full a pool is, for metrics and the desk (request/response).
struct count_pools {
  routing_domain_id domain;
  UZEL_INSPECT(count_pools, domain_)
};
struct pool_count {
  pool_id pool;
  std::uint32_t size = 0, offered = 0, bound = 0, held = 0, quarantined = 0, fixed = 0;
  std::uint64_t stale_ids = 0;
  UZEL_INSPECT(pool_count, pool_, size_, offered_, bound_, held_, quarantined_, fixed_, stale_ids_)
};
struct pools_counted {
  std::vector<pool_count> pools;
  UZEL_INSPECT(pools_counted, pools_)
};

// address_space -> pool: its terms as the desk has them now. A closed pool gives out nothing and
// lives on until its last binding has ended.
struct pool_defined {
  pool_terms terms;
  bool closed = false;
  UZEL_INSPECT(pool_defined, terms_, closed_)
};
// A subscriber at a place.
struct left_place {
  account_id who;
  attachment_key place;
  UZEL_INSPECT(left_place, who_, place_)
};
// pool -> address_space: nothing is kept any more for these. `takes` counts the requests that the
// pool had seen by then.
struct place_left {
  pool_id pool;
  pool_kind kind = pool_kind::internet;
  std::uint64_t takes = 0;
  std::vector<left_place> places;
  UZEL_INSPECT(place_left, pool_, kind_, takes_, places_)
};
// pool -> itself, address_space -> itself: time has passed. Only the turn armed last counts.
struct look_at_time {
  std::uint64_t turn = 0;
  UZEL_INSPECT(look_at_time, turn_)
};

} // namespace uzel
