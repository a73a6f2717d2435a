#include "domain/pool_choice.hpp"

#include <algorithm>

namespace uzel {

pool_terms terms_of(const pool& desk_row, network_id link) {
  return {pool_id{desk_row.id}, desk_row.first,          desk_row.last,
          desk_row.kind,        desk_row.vlan,           client_id{desk_row.client_id},
          desk_row.dynamic,     desk_row.sticky_seconds, link};
}

bool fits(const pool_terms& terms, const pool_wish& wish) {
  return terms.dynamic && terms.kind == wish.kind && (terms.vlan == 0 || terms.vlan == wish.vlan) &&
         (!terms.client || terms.client == wish.from) && (!wish.link || terms.link == wish.link);
}

pool_id choose_pool(std::span<const pool_terms> pools, const pool_wish& wish,
                    std::span<const pool_id> tried, pool_id preferred) {
  pool_id for_any;
  pool_id for_vlan;
  for (const auto& terms : pools) {
    if (!fits(terms, wish) || std::ranges::find(tried, terms.id) != tried.end())
      continue;
    if (terms.id == preferred)
      return terms.id;
    auto& best = terms.vlan == 0 ? for_any : for_vlan;
    if (!best)
      best = terms.id;
  }
  return for_vlan ? for_vlan : for_any;
}

const pool_terms* find_overlap(std::span<const pool_terms> pools, ipv4 first, ipv4 last,
                               pool_id except) {
  for (const auto& terms : pools)
    if (terms.id != except && terms.first <= last && first <= terms.last)
      return &terms;
  return nullptr;
}

} // namespace uzel
