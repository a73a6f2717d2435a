// Reading a store that no daemon uses: do its journal and its database belong together, and is what
// they say sound?
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "apps/uzelctl/json.hpp"
#include "config/settings.hpp"
#include "storage/journal/replay.hpp"
#include "storage/store.hpp"

#include <string>
#include <vector>

namespace uzel::ctl {

// What verify found. The store is sound when `damage` is empty; notes need nobody's action.
struct store_findings {
  storage::journal_report journal;
  storage::store_report database;
  std::uint64_t records = 0; // read and understood
  std::uint64_t tail = 0;    // of them not yet in the database
  std::size_t accounts = 0;
  std::size_t bindings = 0;
  std::size_t sessions = 0;
  std::vector<std::string> damage;
  std::vector<std::string> notes;
};

// Reads every segment and every live row; writes nothing. Errors: unavailable when a daemon uses
// the store or its files cannot be read.
[[nodiscard]] outcome<store_findings> verify_store(const config::store_settings& settings);

// Both numbers, and what is wrong, in words; and the same for programs.
std::string render(const store_findings& what);
json to_json(const store_findings& what);

// What adopting would do, and what it did.
struct adoption {
  storage::store_identity before; // of the database
  storage::store_identity after;
  journal_number next;        // the first number of the new epoch
  std::uint64_t left_out = 0; // journal records that the database never applied
};
// Looks only: `after` is what it would become.
[[nodiscard]] outcome<adoption> plan_adoption(const config::store_settings& settings);
// Opens a new epoch in the database, sets the journal's segments aside, begins an empty one.
[[nodiscard]] outcome<adoption> adopt_store(const config::store_settings& settings);

} // namespace uzel::ctl
