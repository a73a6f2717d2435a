#include "storage/server_layout.hpp"

#include "storage/tables.hpp"

#include <array>

namespace uzel::storage {
namespace {

struct layout {
  std::string_view table;
  std::string_view option;
  std::string_view value;
};

// fillfactor: percent of a page that new rows may take. A binding changes with every login, all of
// a page between two cleanings of it; a session with its interims; a use of an address when its
// session is known and when it ends.
// autovacuum_vacuum_cost_delay, in milliseconds: tables that grow are cleaned slowly and for long,
// not in bursts that take a part of a core away from logins. Bindings are few and change much.
constexpr std::array layouts{
  layout{"bindings", "fillfactor", "50"},
  layout{"sessions", "fillfactor", "85"},
  layout{"address_history", "fillfactor", "90"},
  layout{"sessions", "autovacuum_vacuum_cost_delay", "20"},
  layout{"address_history", "autovacuum_vacuum_cost_delay", "20"},
};

// The table, or its partitions, without a choice of anybody.
constexpr statement find_unset{
  "find_unset_tables",
  "SELECT c.relname FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid "
  "LEFT JOIN pg_class parent ON parent.oid = i.inhparent "
  "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' "
  "AND COALESCE(parent.relname, c.relname) = $1 "
  "AND NOT EXISTS (SELECT 1 FROM unnest(c.reloptions) AS o WHERE o LIKE $2 || '=%')"};

} // namespace

void lay_out_tables(connection& server) {
  for (const auto& wanted : layouts) {
    std::vector<std::string> unset;
    const auto found = server.execute(find_unset, {wanted.table, wanted.option},
                                      [&](const row_view& r) { unset.emplace_back(r.text(0)); });
    if (!found)
      return;
    for (const auto& name : unset) // a VACUUM that runs for hours shall not hold up the start
      (void)server.script("SET LOCAL lock_timeout = '2s'; ALTER TABLE " + quoted(name) + " SET (" +
                          std::string{wanted.option} + " = " + std::string{wanted.value} + ")");
  }
}

} // namespace uzel::storage
