// A binding: one address held by one account for one attachment. Pools are its only writers.
#pragma once

#include "domain/attachment.hpp"
#include "domain/instant.hpp"
#include "domain/ipv4.hpp"

namespace uzel {

// Stored values: do not renumber.
enum class binding_state : std::uint8_t {
  free = 0,        // nobody's; a binding with this state exists only as the record that ended it
  offered = 1,     // granted in an answer, not yet seen in use
  bound = 2,       // in use: accounting, an ACK or a renewal said so
  held = 3,        // out of use, kept for its last owner
  quarantined = 4, // declined or in conflict: given to nobody
};

// Stored values: do not renumber.
enum class pool_kind : std::uint8_t {
  internet = 1,
  guest = 2,
  trusted = 3,
  devices = 4,
  admin = 5
};

struct binding {
  binding_id id;
  routing_domain_id domain;
  pool_id pool; // 0: the static range of the domain
  ipv4 address;
  binding_state state = binding_state::free;
  bool fixed = false; // a static address: only the account's owner takes it away
  account_id holder;
  attachment place;
  session_id session;    // the session that uses it, 0 = none known
  instant since;         // when this holder got it
  instant until;         // when it lapses unless renewed; 0 = never
  instant last_seen;     // the last sign of use
  journal_number number; // the record that made this state
  bool operator==(const binding&) const = default;
};

// True while its holder may be using the address.
constexpr bool is_live(const binding& b) {
  return b.state == binding_state::offered || b.state == binding_state::bound;
}

template <class Inspector>
auto inspect(Inspector& f, binding& x) {
  return f(x.id, x.domain, x.pool, x.address, x.state, x.fixed, x.holder, x.place, x.session,
           x.since, x.until, x.last_seen, x.number);
}

} // namespace uzel
