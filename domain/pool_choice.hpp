// Which pool serves a request.
#pragma once

#include "domain/binding.hpp"
#include "domain/entities/desk.hpp"
#include "domain/ipv4.hpp"

#include <cstdint>
#include <span>

namespace uzel {

// What a pool is for: the part of its desk row that live work goes by.
struct pool_terms {
  pool_id id; // 0: the static range of the domain
  ipv4 first;
  ipv4 last;
  pool_kind kind = pool_kind::internet;
  std::uint16_t vlan = 0; // serves only this VLAN; 0 = any
  client_id client;       // serves only this client; 0 = any
  bool dynamic = true;
  std::uint32_t sticky_seconds = 0;
  network_id link; // the wire that its addresses are reached by (catalogue::link_of), 0 = none
  bool operator==(const pool_terms&) const = default;
};

pool_terms terms_of(const pool& desk_row, network_id link);

struct pool_wish {
  pool_kind kind = pool_kind::internet;
  std::uint16_t vlan = 0; // 0 = unknown: only pools for any VLAN fit
  client_id from;
  network_id link; // only pools on this wire fit; 0 = any
};

bool fits(const pool_terms& terms, const pool_wish& wish);

// The pool to ask next: among those that fit and were not tried, the preferred one, else those of
// the wish's own VLAN before those for any, each in order of id. `pools` is sorted by id; 0 = none.
pool_id choose_pool(std::span<const pool_terms> pools, const pool_wish& wish,
                    std::span<const pool_id> tried, pool_id preferred);

// The first pool of `pools` whose range shares an address with [first, last], `except` apart; null
// = none.
const pool_terms* find_overlap(std::span<const pool_terms> pools, ipv4 first, ipv4 last,
                               pool_id except);

template <class Inspector>
auto inspect(Inspector& f, pool_terms& x) {
  return f(x.id, x.first, x.last, x.kind, x.vlan, x.client, x.dynamic, x.sticky_seconds, x.link);
}

} // namespace uzel
