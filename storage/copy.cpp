#include "storage/copy.hpp"

#include "storage/schema.hpp"
#include "storage/table_rows.hpp"

#include <chrono>

namespace uzel::storage {
namespace {

constexpr seconds patience{600};
constexpr std::size_t differences_shown = 20;
// What every write of a daemon moves: its owner's number, and how far its journal is applied.
constexpr std::string_view moving_tables[] = {"store_identity", "lanes"};

using shapes = std::vector<table_shape>;

bool is_sqlite(const std::string& url) {
  return url.starts_with("sqlite:");
}

instant wall_clock() {
  return instant{
    std::chrono::duration_cast<duration>(std::chrono::system_clock::now().time_since_epoch())
      .count()};
}

store_result<std::unique_ptr<connection>> open(const std::string& url, access_mode mode) {
  auto db = connect({url, patience, mode});
  if (!db)
    return to_store_error(db.error());
  return std::move(*db);
}

// Rows may come before those that they refer to, until the end. The server wants each constraint
// to be told, and told back.
database_result<> defer_references(connection& db, const std::string& url) {
  if (is_sqlite(url))
    return db.script("PRAGMA defer_foreign_keys=ON");
  return db.script("DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS place, "
                   "conname FROM pg_constraint WHERE contype = 'f' AND "
                   "connamespace = current_schema()::regnamespace LOOP EXECUTE "
                   "format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', "
                   "c.place, c.conname); END LOOP; END $$");
}

database_result<> require_references(connection& db, const std::string& url) {
  if (is_sqlite(url))
    return {}; // the commit looks
  return db.script("SET CONSTRAINTS ALL IMMEDIATE; "
                   "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS place, "
                   "conname FROM pg_constraint WHERE contype = 'f' AND "
                   "connamespace = current_schema()::regnamespace LOOP EXECUTE "
                   "format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', "
                   "c.place, c.conname); END LOOP; END $$");
}

class table_writer {
 public:
  table_writer(connection& db, const table_shape& table) : db_{db}, table_{table} {
    std::string slots;
    std::string arrays;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const auto slot = (i == 0 ? "$" : ", $") + std::to_string(i + 1);
      slots += slot;
      arrays += slot + (table.columns[i].is_text ? "::text[]" : "::bigint[]");
    }
    const auto insert = "INSERT INTO " + quoted(table.name) + " (" + column_list(table) + ") ";
    one_ = insert + "VALUES (" + slots + ")";
    many_ = insert + "SELECT * FROM unnest(" + arrays + ")";
  }

  database_result<> write(const std::vector<row>& rows) {
    std::vector<parameter> cells;
    cells.reserve(rows.size() * table_.columns.size());
    for (const auto& r : rows)
      cells.insert(cells.end(), r.begin(), r.end());
    const auto done =
      db_.execute_rows({{"write_table", one_}, many_, table_.columns.size()}, cells);
    if (done)
      return {};
    auto why = done.error();
    why.sentence = table_.name + " " + key_text(table_, rows.front()) + " to " +
                   key_text(table_, rows.back()) + ": " + why.sentence;
    return why;
  }

 private:
  connection& db_;
  const table_shape& table_;
  std::string one_;
  std::string many_;
};

class copier {
 public:
  copier(const copy_request& how, const shapes& tables) : how_{how}, tables_{tables} {}

  store_result<std::vector<table_sum>> run() {
    if (const auto ready = open_both(); !ready)
      return ready.error();
    transaction snapshot{*from_};
    transaction work{*to_};
    auto done = snapshot.begin_read();
    if (done)
      done = work.begin_write();
    if (!done)
      return to_store_error(done.error());
    if (const auto fresh = require_fresh(*to_); !fresh)
      return fresh.error();
    for (const auto step : {&copier::write_all, &copier::check_all, &copier::look_at_source})
      if (const auto went = (this->*step)(); !went)
        return went.error();
    if (done = work.commit(); !done)
      return to_store_error(done.error());
    return sums_;
  }

 private:
  store_result<> open_both();
  store_result<> write_all();
  store_result<> check_all();
  store_result<> look_at_source();
  database_result<> write_table(const table_shape& table);

  const copy_request& how_;
  const shapes& tables_;
  std::unique_ptr<connection> from_;
  std::unique_ptr<connection> to_;
  std::vector<table_sum> sums_;
};

store_result<> copier::open_both() {
  auto from = open(how_.from, access_mode::read_only);
  if (!from)
    return from.error();
  from_ = std::move(*from);
  const auto missing = missing_migrations(*from_, all_migrations());
  if (!missing)
    return missing.error();
  if (!missing->empty())
    return store_error{errc::unsupported, "the source is of an older version: bring it up to date "
                                          "with uzelctl store migrate first"};
  auto to = open(how_.to, access_mode::read_write);
  if (!to)
    return to.error();
  to_ = std::move(*to);
  // Migrating somebody's store by mistake cannot be undone.
  if (const auto number = schema_number(*to_);
      number && *number > 0 && *number < all_migrations().back().number)
    return store_error{errc::conflict, "the target is not empty: it has the older schema " +
                                         std::to_string(*number)};
  if (const auto made = migrate(*to_, all_migrations(), wall_clock()); !made)
    return made.error();
  return {};
}

database_result<> copier::write_table(const table_shape& table) {
  table_rows rows{*from_, table, how_.rows_per_batch};
  table_writer out{*to_, table};
  std::uint64_t written = 0;
  for (;;) {
    const auto page = rows.next_page();
    if (!page)
      return page.error();
    if (page->empty())
      return {};
    if (auto done = out.write(*page); !done)
      return done;
    written += page->size();
    if (how_.progress)
      how_.progress(table.name, written);
  }
}

store_result<> copier::write_all() {
  auto done = defer_references(*to_, how_.to);
  for (const auto& table : tables_) {
    if (!done)
      break;
    const auto sql = "DELETE FROM " + quoted(table.name);
    if (const auto gone = to_->execute(statement{"empty_table", sql}); !gone)
      done = gone.error();
  }
  for (const auto& table : tables_)
    if (done)
      done = write_table(table);
  if (done)
    done = require_references(*to_, how_.to);
  if (!done)
    return to_store_error(done.error());
  return {};
}

store_result<> copier::check_all() {
  for (const auto& table : tables_) {
    const auto found = compare_table(*from_, *to_, table, differences_shown);
    if (!found)
      return to_store_error(found.error());
    if (!found->differences.empty())
      return store_error{errc::store_damaged,
                         "the copy is not what was read: " + found->differences.front()};
    sums_.push_back(found->left);
  }
  return {};
}

store_result<> copier::look_at_source() {
  if (how_.source_may_move)
    return {};
  const auto now = open(how_.from, access_mode::read_only);
  if (!now)
    return now.error();
  for (const auto& table : tables_)
    for (const auto moving : moving_tables)
      if (table.name == moving) {
        const auto found = compare_table(*from_, **now, table, 1);
        if (!found)
          return to_store_error(found.error());
        if (!found->differences.empty())
          return store_error{errc::in_use, "the source was written to while it was copied (" +
                                             found->differences.front() +
                                             "): stop the daemon that uses it"};
      }
  return {};
}

} // namespace

store_result<std::vector<table_sum>> copy_store(const copy_request& how) {
  if (how.from == how.to)
    return store_error{errc::invalid_input, "a store cannot be copied onto itself"};
  const auto tables = schema_tables();
  if (!tables)
    return tables.error();
  return copier{how, *tables}.run();
}

store_result<> require_fresh(connection& db) {
  const auto tables = schema_tables();
  const auto fresh = fresh_schema();
  if (!tables)
    return tables.error();
  if (!fresh)
    return fresh.error();
  for (const auto& table : *tables) {
    if (table.name == "schema_migrations")
      continue; // knows when it was made
    const auto found = compare_table(**fresh, db, table, 1);
    if (!found)
      return to_store_error(found.error());
    if (!found->differences.empty())
      return store_error{errc::conflict,
                         "the target is not empty: its table " + table.name + " is in use"};
  }
  return {};
}

store_result<std::vector<compared_table>>
compare_stores(const std::string& left, const std::string& right, std::size_t most_differences) {
  const auto tables = schema_tables();
  const auto on_left = open(left, access_mode::read_only);
  const auto on_right = open(right, access_mode::read_only);
  if (!tables)
    return tables.error();
  if (!on_left || !on_right)
    return on_left ? on_right.error() : on_left.error();
  transaction left_moment{**on_left};
  transaction right_moment{**on_right};
  auto done = left_moment.begin_read();
  if (done)
    done = right_moment.begin_read();
  if (!done)
    return to_store_error(done.error());
  std::vector<compared_table> out;
  std::size_t seen = 0;
  for (const auto& table : *tables) {
    auto found = compare_table(**on_left, **on_right, table, most_differences - seen);
    if (!found)
      return to_store_error(found.error());
    seen += found->differences.size();
    out.push_back(std::move(*found));
    if (seen >= most_differences)
      break;
  }
  return out;
}

store_result<std::vector<table_sum>> sum_store(connection& db) {
  const auto number = schema_number(db);
  if (!number)
    return number.error();
  const auto tables = schema_tables(*number);
  if (!tables)
    return tables.error();
  std::vector<table_sum> out;
  for (const auto& table : *tables) {
    auto sum = sum_table(db, table);
    if (!sum)
      return to_store_error(sum.error());
    out.push_back(std::move(*sum));
  }
  return out;
}

} // namespace uzel::storage
