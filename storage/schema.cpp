#include "storage/schema.hpp"

#include "domain/hash.hpp"
#include "storage/migrations/m0001_spine.hpp"
#include "storage/migrations/m0002_live.hpp"
#include "storage/migrations/m0003_ended_sessions.hpp"
#include "storage/migrations/m0004_dhcp.hpp"
#include "storage/migrations/m0005_partitions.hpp"

#include <map>

namespace uzel::storage {
namespace {

constexpr migration known[] = {
  {1, "spine", migrations::m0001_spine},
  {2, "live", migrations::m0002_live},
  {3, "ended-sessions", migrations::m0003_ended_sessions},
  {4, "dhcp", migrations::m0004_dhcp},
  {5, "partitions", migrations::m0005_partitions, migrations::m0005_partitions_of_a_server},
};

constexpr std::string_view make_table =
  "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT NOT NULL PRIMARY KEY, "
  "name TEXT NOT NULL, checksum BIGINT NOT NULL, applied BIGINT NOT NULL)";
constexpr statement read_applied{"read_migrations",
                                 "SELECT number, checksum FROM schema_migrations"};
constexpr statement note_applied{
  "note_migration",
  "INSERT INTO schema_migrations (number, name, checksum, applied) VALUES ($1, $2, $3, $4)"};

// The same on every store: a store may be copied to another.
std::int64_t checksum(const migration& m) {
  return static_cast<std::int64_t>(stable_hash(std::string{m.sql} += m.server_sql) >> 1);
}

using applied_list = std::map<std::uint32_t, std::int64_t>;

store_result<applied_list> read(connection& db) {
  applied_list out;
  const auto done = db.execute(read_applied, {}, [&](const row_view& r) {
    out[static_cast<std::uint32_t>(r.integer(0))] = r.integer(1);
  });
  if (!done)
    return to_store_error(done.error());
  return out;
}

store_result<> apply(connection& db, const migration& m, instant now) {
  transaction work{db};
  auto done = work.begin_write();
  if (done)
    done = db.script(db.is_server() && !m.server_sql.empty() ? m.server_sql : m.sql);
  if (done)
    if (const auto noted = db.execute(note_applied, {m.number, m.name, checksum(m), now}); !noted)
      done = noted.error();
  if (done)
    done = work.commit();
  if (!done)
    return store_error{done.error().code, "migration " + std::to_string(m.number) + " (" +
                                            std::string{m.name} +
                                            ") failed: " + done.error().sentence};
  return {};
}

} // namespace

std::span<const migration> all_migrations() {
  return known;
}

store_result<std::vector<migration>> missing_migrations(connection& db,
                                                        std::span<const migration> migrations) {
  const auto applied = read(db);
  if (!applied)
    return applied.error();
  const auto newest = migrations.empty() ? 0 : migrations.back().number;
  if (!applied->empty() && applied->rbegin()->first > newest)
    return store_error{errc::unsupported, "the database has schema " +
                                            std::to_string(applied->rbegin()->first) +
                                            ", this program knows only " + std::to_string(newest) +
                                            ": install the newer program"};
  std::vector<migration> out;
  for (const auto& m : migrations) {
    const auto at = applied->find(m.number);
    if (at == applied->end())
      out.push_back(m);
    else if (at->second != checksum(m))
      return store_error{errc::store_damaged, "migration " + std::to_string(m.number) + " (" +
                                                std::string{m.name} +
                                                ") in the database is not the one we know"};
  }
  return out;
}

store_result<std::vector<migration>> migrate(connection& db, std::span<const migration> migrations,
                                             instant now) {
  if (const auto made = db.script(make_table); !made)
    return to_store_error(made.error());
  auto missing = missing_migrations(db, migrations);
  if (!missing)
    return missing;
  for (const auto& m : *missing)
    if (const auto done = apply(db, m, now); !done)
      return done.error();
  return missing;
}

store_result<std::uint32_t> schema_number(connection& db) {
  const auto applied = read(db);
  if (!applied)
    return applied.error();
  return applied->empty() ? 0 : applied->rbegin()->first;
}

} // namespace uzel::storage
