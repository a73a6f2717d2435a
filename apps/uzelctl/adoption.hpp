// A database that has to go on without its journal: a new epoch in both.
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "config/settings.hpp"
#include "storage/store.hpp"

#include <cstdint>

namespace uzel::ctl {

// What adopting would do, and what it did.
struct adoption {
  storage::store_identity before; // of the database
  storage::store_identity after;
  journal_number next;        // the first number of the new epoch
  std::uint64_t left_out = 0; // journal records that the database never applied
};
// Looks only: `after` is what it would become. unavailable when a daemon uses the store.
[[nodiscard]] outcome<adoption> plan_adoption(const config::store_settings& settings);
// Opens a new epoch in the database, sets the journal's segments aside, begins an empty one.
[[nodiscard]] outcome<adoption> adopt_store(const config::store_settings& settings);

} // namespace uzel::ctl
