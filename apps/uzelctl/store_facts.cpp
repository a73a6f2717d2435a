#include "apps/uzelctl/store_facts.hpp"

#include "apps/uzelctl/database_reading.hpp"
#include "apps/uzelctl/file_store_backup.hpp"
#include "apps/uzelctl/store_check.hpp"
#include "apps/uzelctl/text_table.hpp"
#include "storage/schema.hpp"

namespace uzel::ctl {
namespace {

constexpr std::uint32_t parked_shown = 20;
constexpr storage::statement server_facts{
  "server_facts", "SELECT 'PostgreSQL ' || current_setting('server_version'), "
                  "current_setting('server_encoding'), datcollate FROM pg_database "
                  "WHERE datname = current_database()"};
// SQLite compares octets, as the locale C does.
constexpr storage::statement file_facts{
  "file_facts", "SELECT 'SQLite ' || sqlite_version(), encoding, 'C' FROM pragma_encoding"};
constexpr storage::statement dangling{
  "foreign_key_check", "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check"};

outcome<> look_at_file(storage::connection& db, store_facts& out) {
  const auto wrong = check_pages(db);
  if (!wrong)
    return wrong.error();
  for (const auto& line : *wrong)
    out.damage.push_back(say("the database file is damaged: {}", printable(line)));
  const auto done = db.execute(dangling, {}, [&](const storage::row_view& r) {
    out.damage.push_back(say("row {} of the table {} refers to nothing in {}", r.integer(1),
                             printable(r.text(0)), printable(r.text(2))));
  });
  if (!done)
    return failure_of(done.error());
  return {};
}

outcome<> look_at_database(const config::store_settings& settings, store_facts& out) {
  const auto db = open_database(settings.url, storage::access_mode::read_only);
  if (!db)
    return db.error();
  const bool is_file = !settings.sqlite_path().empty();
  const auto read =
    (*db)->execute(is_file ? file_facts : server_facts, {}, [&](const storage::row_view& r) {
      out.program = r.text(0);
      out.encoding = r.text(1);
      out.locale = r.text(2);
    });
  if (!read)
    return failure_of(read.error());
  const auto missing = storage::missing_migrations(**db, storage::all_migrations());
  if (!missing)
    return failure_of(missing.error());
  for (const auto& m : *missing)
    out.missing_migrations.emplace_back(m.name);
  return is_file ? look_at_file(**db, out) : outcome<>{};
}

} // namespace

outcome<store_facts> check_store(const named_store& store) {
  store_facts out;
  out.has_journal = store.has_journal;
  out.in_use = is_in_use(store);
  if (const auto looked = look_at_database(store.settings, out); !looked)
    return looked.error();
  auto database = storage::inspect_store(store.settings, parked_shown);
  if (!database)
    return failure_of(database.error());
  out.database = std::move(*database);
  if (store.has_journal) {
    auto journal = storage::inspect_journal(store.settings.journal_directory);
    if (!journal)
      return failure_of(journal.error());
    out.journal = std::move(*journal);
    for (auto& wrong : check_together(out.journal, out.database))
      out.damage.push_back(std::move(wrong));
  }
  out.notes = describe_parked(out.database);
  if (!out.missing_migrations.empty())
    out.notes.push_back(say("migrations that it has not yet: {}; store migrate or the next start "
                            "brings them",
                            out.missing_migrations.size()));
  return out;
}

std::string render(const store_facts& what) {
  const auto& database = what.database;
  auto out =
    render_pairs({{tr("store"), storage::to_string(database.identity)},
                  {tr("database"), what.program + ", " + what.encoding + ", " + what.locale},
                  {tr("schema"), std::to_string(database.schema)},
                  {tr("applied"), say("records up to {}, some up to {}", database.applied.value,
                                      database.highest.value)},
                  {tr("journal"), what.has_journal ? describe(what.journal) : tr("not looked at")},
                  {tr("owners so far"), std::to_string(database.owner)},
                  {tr("used by a daemon"),
                   what.has_journal ? (what.in_use ? tr("yes") : tr("no")) : tr("not looked at")},
                  {tr("edits on their way"), std::to_string(database.outbox)}});
  for (const auto& note : what.notes)
    out.append(tr("note")).append(": ").append(note).append("\n");
  for (const auto& wrong : what.damage)
    out.append(tr("damaged")).append(": ").append(wrong).append("\n");
  return out;
}

json to_json(const store_facts& what) {
  const auto texts = [](const std::vector<std::string>& lines) {
    auto out = json::array();
    for (const auto& line : lines)
      out.items.push_back(json::of(std::string_view{line}));
    return out;
  };
  const auto text = [](const std::string& s) { return json::of(std::string_view{s}); };
  const auto& database = what.database;
  auto out = json::object();
  out.set("sound", json::of(what.damage.empty()))
    .set("store", text(storage::to_string(database.identity)))
    .set("program", text(what.program))
    .set("encoding", text(what.encoding))
    .set("locale", text(what.locale))
    .set("schema", json::of(std::uint64_t{database.schema}))
    .set("missing_migrations", texts(what.missing_migrations))
    .set("applied", json::of(database.applied.value))
    .set("applied_highest", json::of(database.highest.value))
    .set("owner", json::of(database.owner))
    .set("outbox", json::of(database.outbox))
    .set("parked", json::of(database.parked_total));
  if (what.has_journal)
    out.set("journal_first", json::of(what.journal.first.value))
      .set("journal_last", json::of(what.journal.last.value))
      .set("in_use", json::of(what.in_use));
  out.set("damage", texts(what.damage)).set("notes", texts(what.notes));
  return out;
}

} // namespace uzel::ctl
