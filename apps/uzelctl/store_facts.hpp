// What an operator wants to know of a store before he trusts it, without reading every row: which
// database, of which version, whose, and whether its numbers meet the journal's.
#pragma once

#include "apps/uzelctl/json.hpp"
#include "apps/uzelctl/store_places.hpp"
#include "storage/journal/replay.hpp"
#include "storage/store.hpp"

#include <string>
#include <vector>

namespace uzel::ctl {

struct store_facts {
  std::string program; // "SQLite 3.40.1", "PostgreSQL 15.8"
  std::string encoding;
  std::string locale;
  std::vector<std::string> missing_migrations; // their names
  storage::store_report database;
  storage::journal_report journal;
  bool has_journal = true;
  bool in_use = false;
  std::vector<std::string> damage;
  std::vector<std::string> notes;
};

// Writes nothing. Errors: refused for a database of a newer program or of an encoding or locale
// that we do not work with, damaged for one without a store's identity, unavailable.
[[nodiscard]] outcome<store_facts> check_store(const named_store& store);

std::string render(const store_facts& what);
json to_json(const store_facts& what);

} // namespace uzel::ctl
