#include "apps/uzelctl/server_store_backup.hpp"

#include "apps/uzelctl/child_process.hpp"
#include "apps/uzelctl/database_reading.hpp"
#include "apps/uzelctl/words.hpp"
#include "storage/copy.hpp"
#include "storage/detached_partitions.hpp"

namespace uzel::ctl {
namespace {

constexpr const char* file_name = "uzel.dump";

// pg_dump reads the same moment that our sums are of. It may work longer than an idle transaction
// is allowed to stand.
constexpr storage::statement share_moment{
  "share_moment", "SELECT pg_export_snapshot(), current_schema(), "
                  "set_config('idle_in_transaction_session_timeout', '0', true)"};
constexpr storage::statement read_namespace{
  "read_namespace", "SELECT current_schema(), (SELECT COUNT(*) FROM information_schema.tables "
                    "WHERE table_schema = current_schema())"};

struct moment {
  std::string name;
  std::string space;
};

outcome<moment> share(storage::connection& db) {
  moment out;
  const auto done = db.execute(share_moment, {}, [&](const storage::row_view& r) {
    out.name = r.text(0);
    out.space = r.text(1);
  });
  if (!done)
    return failure_of(done.error());
  return out;
}

// The tables by name: whatever else lives in the database is not ours.
outcome<std::vector<std::string>> dump_words(storage::connection& db, const std::string& url,
                                             const moment& when, const std::filesystem::path& file,
                                             std::uint32_t schema) {
  const auto tables = storage::schema_tables(schema);
  if (!tables)
    return failure_of(tables.error());
  std::vector<std::string> out{"pg_dump",
                               "--format=custom",
                               "--no-owner",
                               "--no-privileges",
                               "--no-password",
                               "--snapshot=" + when.name,
                               "--file=" + file.string()};
  const auto add = [&](const std::string& name) {
    out.push_back("--table=" + storage::quoted(when.space) + "." + storage::quoted(name));
  };
  for (const auto& table : *tables)
    add(table.name);
  for (const auto& table : storage::growing_tables) {
    const auto parts = storage::partitions_of(db, table);
    if (!parts)
      return failure_of(parts.error());
    for (const auto& part : *parts)
      add(part.name);
  }
  out.push_back("--dbname=" + url);
  return out;
}

outcome<> require_place(storage::connection& db, const backup_manifest& wanted, bool replace) {
  std::string space;
  std::int64_t tables = 0;
  const auto done = db.execute(read_namespace, {}, [&](const storage::row_view& r) {
    space = r.text(0);
    tables = r.integer(1);
  });
  if (!done)
    return failure_of(done.error());
  if (space != wanted.namespace_name)
    return failure{exit_code::refused, say("the backup is of the schema {}, this store is in {}",
                                           wanted.namespace_name, space)};
  if (tables == 0 || replace)
    return {};
  if (const auto fresh = storage::require_fresh(db); !fresh)
    return failure{exit_code::refused,
                   {fresh.error().sentence, tr("add --replace to drop what is there")}};
  return {};
}

} // namespace

outcome<backup_manifest> backup_server_store(const std::string& url,
                                             const std::filesystem::path& folder) {
  const auto file = folder / file_name;
  const auto db = open_database(url, storage::access_mode::read_only);
  if (!db)
    return db.error();
  storage::transaction snapshot{**db};
  if (const auto begun = snapshot.begin_read(); !begun)
    return failure_of(begun.error());
  const auto when = share(**db);
  if (!when)
    return when.error();
  auto out = describe_database(**db);
  if (!out)
    return out.error();
  const auto words = dump_words(**db, url, *when, file, out->schema);
  if (!words)
    return words.error();
  auto dump = child_process::start(*words);
  if (!dump)
    return dump.error();
  if (const auto done = dump->wait(); !done)
    return done.error();
  if (const auto synced = sync_file(file); !synced)
    return synced.error();
  out->kind = server_store_kind;
  out->namespace_name = when->space;
  return out;
}

namespace {

// Old tables go and those of the backup come in one transaction.
outcome<> put_in_place(const std::string& url, const std::filesystem::path& file) {
  auto restore = child_process::start({"pg_restore", "--clean", "--if-exists",
                                       "--single-transaction", "--no-owner", "--no-privileges",
                                       "--no-password", "--dbname=" + url, file.string()});
  if (!restore)
    return restore.error();
  return restore->wait();
}

// What is there is taken apart for that, and put together again when it has to stay.
outcome<> replace_store(const std::string& url, const std::filesystem::path& file) {
  const auto db = open_database(url, storage::access_mode::read_write);
  if (!db)
    return db.error();
  const auto apart = storage::detached_partitions::take_off(**db);
  if (!apart)
    return failure_of(apart.error());
  const auto done = put_in_place(url, file);
  const auto tidy = done ? apart->drop_left(**db) : apart->put_back(**db);
  if (done && !tidy)
    return failure_of(tidy.error());
  return done;
}

} // namespace

outcome<> restore_server_store(const std::string& url, const std::filesystem::path& folder,
                               const backup_manifest& wanted, bool replace) {
  {
    const auto db = open_database(url, storage::access_mode::read_only);
    if (!db)
      return db.error();
    if (const auto place = require_place(**db, wanted, replace); !place)
      return place.error();
  }
  if (const auto done = replace_store(url, folder / file_name); !done)
    return done.error();
  const auto found = describe_database(url);
  if (!found)
    return found.error();
  auto wrong = differences(wanted, found->tables);
  if (wrong.empty())
    return {};
  wrong.insert(wrong.begin(), tr("what came back is not what the backup was made of"));
  return failure{exit_code::damaged, std::move(wrong)};
}

} // namespace uzel::ctl
