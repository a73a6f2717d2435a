// The life of a binding as rules over values: free -> offered -> bound -> held -> free.
#pragma once

#include "domain/address_book.hpp"
#include "domain/binding.hpp"

namespace uzel {

// What becomes of somebody's claim to one address.
enum class claim_verdict : std::uint8_t {
  give,       // it is free: a new binding
  again,      // it is his: the same binding
  take_over,  // kept for somebody who has no use of it: his ends, a new one begins
  ask_holder, // may move, but only after its holder gave it up
  refuse,
};

// A login that names an address: as the account's static one (fixed), or as a wish.
claim_verdict judge_take(const address_record* there, account_id who, attachment_key place,
                         bool fixed);
// The desk makes an address the account's for good.
claim_verdict judge_static(const address_record* there, account_id who);
// Accounting says that somebody uses the address: give, again or refuse.
claim_verdict judge_adopt(const address_record* there, account_id who, attachment_key place);

// True when the journal must know: another state, session or place, or a lapse that moved from what
// the journal has by more than a quarter of the lease.
bool worth_recording(const address_record& before, const binding& after);

// The part of it that is about the place.
bool worth_recording_place(const address_record& before, const binding& after);

// A live or held binding given to its owner once more. `lapse` is how long an unconfirmed offer
// lasts. An offer is no sign of use: what was held keeps its `last_seen`, which is then before
// `since`.
binding given_again(binding before, const attachment& place, instant now, duration lapse);
// Use ended at `ended` (0 = the last sign of it): kept for its owner for `sticky`, or free. A
// static address stays.
binding after_use(binding before, instant ended, instant now, duration sticky);
// A client was promised the address until the end that stands in the journal.
bool is_running_lease(const address_record& r, instant at);
// How long its owner's address is kept for him when he says that he does not use it: after use for
// `sticky`; an offer that was not taken up leaves what is left of the time after the use before it.
duration keeping_time(const binding& before, instant now, duration sticky);
// The binding is over.
binding after_end(binding before, instant now);
// A binding as a restart finds it: an offer that may be in somebody's hands gets its time again.
binding at_start(binding found, instant now, duration lapse);

// How long to wait for a holder's answer before he is asked again; tries counts from 1.
duration patience(unsigned tries);

} // namespace uzel
