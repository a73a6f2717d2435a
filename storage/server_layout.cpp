#include "storage/server_layout.hpp"

#include "storage/tables.hpp"

#include <array>

namespace uzel::storage {
namespace {

struct layout {
  std::string_view table;
  std::uint32_t fill; // percent of a page that new rows may take
};

// A binding changes with every login, all of a page between two cleanings of it; a session with its
// interims; a use of an address when its session is known and when it ends.
constexpr std::array layouts{layout{"bindings", 50}, layout{"sessions", 85},
                             layout{"address_history", 90}};

// The table, or its partitions, without a choice of anybody.
constexpr statement find_dense{
  "find_dense_tables",
  "SELECT c.relname FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid "
  "LEFT JOIN pg_class parent ON parent.oid = i.inhparent "
  "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' "
  "AND COALESCE(parent.relname, c.relname) = $1 "
  "AND NOT EXISTS (SELECT 1 FROM unnest(c.reloptions) AS o WHERE o LIKE 'fillfactor=%')"};

} // namespace

void lay_out_tables(connection& server) {
  for (const auto& wanted : layouts) {
    std::vector<std::string> dense;
    const auto found = server.execute(find_dense, {wanted.table},
                                      [&](const row_view& r) { dense.emplace_back(r.text(0)); });
    if (!found)
      return;
    for (const auto& name : dense) // a VACUUM that runs for hours shall not hold up the start
      (void)server.script("SET LOCAL lock_timeout = '2s'; ALTER TABLE " + quoted(name) +
                          " SET (fillfactor = " + std::to_string(wanted.fill) + ")");
  }
}

} // namespace uzel::storage
