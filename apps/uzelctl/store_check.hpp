// Reading a store, stopped or at work: do its journal and its database belong together, and do the
// invariants of the design hold of what they say?
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "apps/uzelctl/image_check.hpp"
#include "apps/uzelctl/json.hpp"
#include "apps/uzelctl/store_places.hpp"
#include "storage/journal/replay.hpp"
#include "storage/store.hpp"

#include <array>
#include <string>
#include <vector>

namespace uzel::ctl {

// What verify found. The store is sound when `damage` is empty; notes need nobody's action.
struct store_findings {
  storage::journal_report journal;
  storage::store_report database;
  bool has_journal = true;
  bool in_use = false;       // by a daemon: all of it is of one moment
  std::uint64_t records = 0; // read and understood
  std::uint64_t tail = 0;    // of them not yet in the database
  std::size_t accounts = 0;
  std::size_t bindings = 0;
  std::size_t sessions = 0;
  std::vector<std::string> damage;
  std::array<std::size_t, 4> broken{}; // damage by invariant
  std::vector<std::string> notes;
};

// Reads every segment and every live row; writes nothing. Errors: unavailable when the store cannot
// be read.
[[nodiscard]] outcome<store_findings> verify_store(const named_store& store);

// Whose the two are and whether their numbers meet; empty when they fit.
std::vector<std::string> check_together(const storage::journal_report& journal,
                                        const storage::store_report& database);
// "records 1 to 5 in 1 segments, 300 bytes"
std::string describe(const storage::journal_report& journal);
// Records that the database refused: how many, and the first ones.
std::vector<std::string> describe_parked(const storage::store_report& database);

// Both numbers, and what is wrong, in words; and the same for programs.
std::string render(const store_findings& what);
json to_json(const store_findings& what);

} // namespace uzel::ctl
