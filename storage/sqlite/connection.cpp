#include "storage/sqlite/connection.hpp"

#include "storage/sqlite/errors.hpp"
#include "storage/sqlite/give_way.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <sqlite3.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <thread>

namespace uzel::storage::sqlite {
namespace {

using steady = std::chrono::steady_clock;

// SQLite calls the progress handler after so many steps of its machine (some ten microseconds).
constexpr int steps_between_looks = 1000;
// Statements made for one question are kept while there are not more than this.
constexpr std::size_t passing_statements = 64;

struct finalizer {
  void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
};
using statement_handle = std::unique_ptr<sqlite3_stmt, finalizer>;

// SQLite numbers "$2" by its first appearance: slot i of the statement takes parameter order[i].
struct compiled {
  statement_handle handle;
  std::vector<std::size_t> order;
  bool pinned = false;
};

class current_row final : public row_view {
 public:
  explicit current_row(sqlite3_stmt* s) : statement_{s} {}
  bool is_null(std::size_t column) const override {
    return sqlite3_column_type(statement_, static_cast<int>(column)) == SQLITE_NULL;
  }
  std::int64_t integer(std::size_t column) const override {
    return sqlite3_column_int64(statement_, static_cast<int>(column));
  }
  std::string_view text(std::size_t column) const override {
    const auto* bytes = sqlite3_column_text(statement_, static_cast<int>(column));
    const auto length = sqlite3_column_bytes(statement_, static_cast<int>(column));
    return bytes ? std::string_view{reinterpret_cast<const char*>(bytes),
                                    static_cast<std::size_t>(length)}
                 : std::string_view{};
  }

 private:
  sqlite3_stmt* statement_;
};

class sqlite_connection final : public connection {
 public:
  explicit sqlite_connection(duration deadline) : deadline_{deadline} {}
  ~sqlite_connection() override {
    statements_.clear();
    if (db_)
      sqlite3_close_v2(db_);
  }
  sqlite_connection(const sqlite_connection&) = delete;
  sqlite_connection& operator=(const sqlite_connection&) = delete;

  database_result<> open(const std::string& path, access_mode mode);
  database_result<> prepare(std::span<const statement> statements) override;
  database_result<std::uint64_t> execute(const statement& what, std::span<const parameter> with,
                                         const row_reader& reader) override;
  database_result<std::uint64_t> execute_rows(const rows_statement& what,
                                              std::span<const parameter> cells,
                                              const row_reader& reader) override;
  database_result<> script(std::string_view sql) override;
  database_result<> begin_write() override { return plain("BEGIN IMMEDIATE"); }
  database_result<> begin_read() override { return plain("BEGIN"); }
  database_result<> commit() override { return plain("COMMIT"); }
  void rollback() noexcept override {
    if (sqlite3_get_autocommit(db_) == 0)
      (void)plain("ROLLBACK");
  }
  void interrupt() noexcept override { sqlite3_interrupt(db_); }

 private:
  database_error error(std::string_view doing) const {
    return to_error(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_), doing);
  }
  database_result<> plain(std::string_view sql);
  database_result<compiled*> find(const statement& what);
  database_result<compiled> compile(const statement& what);
  database_result<std::uint64_t> run(const compiled& what, std::string_view name,
                                     std::span<const parameter> with, const row_reader& reader);
  int bind(sqlite3_stmt* s, int slot, const parameter& p);
  void forget_passing();
  void watch() { stop_at_ = steady::now() + deadline_; }
  static int look_at_clock(void* self) {
    std::this_thread::yield(); // as in give_way.hpp
    return steady::now() > static_cast<sqlite_connection*>(self)->stop_at_ ? 1 : 0;
  }

  sqlite3* db_ = nullptr;
  duration deadline_;
  steady::time_point stop_at_;
  boost::unordered_flat_map<std::string, std::unique_ptr<compiled>> statements_;
  std::size_t passing_ = 0;
};

database_result<> sqlite_connection::open(const std::string& path, access_mode mode) {
  give_way_between_pages();
  const bool writes = mode == access_mode::read_write;
  std::error_code ignored; // opening the file says it better
  if (const auto folder = std::filesystem::path{path}.parent_path(); writes && !folder.empty())
    std::filesystem::create_directories(folder, ignored);
  const int flags = SQLITE_OPEN_READWRITE | (writes ? SQLITE_OPEN_CREATE : 0) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int opened = sqlite3_open_v2(path.c_str(), &db_, flags, nullptr);
  if (opened != SQLITE_OK)
    return to_error(opened, db_ ? sqlite3_errmsg(db_) : "no memory", "cannot open " + path);
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_).count();
  sqlite3_busy_timeout(db_, static_cast<int>(patience));
  sqlite3_progress_handler(db_, steps_between_looks, look_at_clock, this);
  if (writes)
    if (auto done = script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                           "PRAGMA wal_autocheckpoint=1000;");
        !done)
      return done;
  return script(writes ? "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
                         "PRAGMA cache_size=-32768;"
                       : "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;"
                         "PRAGMA cache_size=-8192;");
}

database_result<> sqlite_connection::script(std::string_view sql) {
  stop_at_ = steady::time_point::max(); // a migration may take its time
  while (!sql.empty()) {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int made = sqlite3_prepare_v2(db_, sql.data(), static_cast<int>(sql.size()), &raw, &rest);
    const statement_handle handle{raw};
    if (made != SQLITE_OK)
      return error("script");
    sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
    int stepped = SQLITE_DONE;
    while (handle && (stepped = sqlite3_step(handle.get())) == SQLITE_ROW) {
    }
    if (stepped != SQLITE_DONE)
      return error("script");
  }
  return {};
}

database_result<> sqlite_connection::plain(std::string_view sql) {
  const auto done = execute(statement{sql, sql}, std::span<const parameter>{}, row_reader{});
  if (!done)
    return done.error();
  return {};
}

database_result<compiled> sqlite_connection::compile(const statement& what) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v3(db_, what.sql.data(), static_cast<int>(what.sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &raw, &rest) != SQLITE_OK)
    return error(what.name);
  compiled out{statement_handle{raw}, {}, false};
  const int slots = sqlite3_bind_parameter_count(raw);
  for (int i = 1; i <= slots; ++i) {
    const char* name = sqlite3_bind_parameter_name(raw, i);
    const std::string_view digits = name ? name + 1 : "";
    std::size_t n = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (n == 0)
      return database_error{
        errc::unsupported, std::string{what.name} + ": parameters are $1, $2, ...", {}, false};
    out.order.push_back(n - 1);
  }
  return out;
}

void sqlite_connection::forget_passing() {
  erase_if(statements_, [](const auto& entry) { return !entry.second->pinned; });
  passing_ = 0;
}

database_result<compiled*> sqlite_connection::find(const statement& what) {
  const auto at = statements_.find(std::string{what.sql});
  if (at != statements_.end())
    return at->second.get();
  auto made = compile(what);
  if (!made)
    return made.error();
  if (++passing_ > passing_statements)
    forget_passing();
  auto& kept = statements_[std::string{what.sql}];
  kept = std::make_unique<compiled>(std::move(*made));
  return kept.get();
}

database_result<> sqlite_connection::prepare(std::span<const statement> statements) {
  for (const auto& what : statements) {
    const auto found = find(what);
    if (!found)
      return found.error();
    if (!(*found)->pinned) {
      (*found)->pinned = true;
      --passing_;
    }
  }
  return {};
}

int sqlite_connection::bind(sqlite3_stmt* s, int slot, const parameter& p) {
  switch (p.kind) {
  case parameter::kind_type::null:
    return sqlite3_bind_null(s, slot);
  case parameter::kind_type::integer:
    return sqlite3_bind_int64(s, slot, p.number);
  case parameter::kind_type::text:
    break;
  }
  return sqlite3_bind_text(s, slot, p.text.empty() ? "" : p.text.data(),
                           static_cast<int>(p.text.size()), SQLITE_STATIC);
}

database_result<std::uint64_t> sqlite_connection::execute(const statement& what,
                                                          std::span<const parameter> with,
                                                          const row_reader& reader) {
  const auto found = find(what);
  if (!found)
    return found.error();
  watch();
  return run(**found, what.name, with, reader);
}

// The statement is looked up once, and the deadline is for all rows together.
database_result<std::uint64_t> sqlite_connection::execute_rows(const rows_statement& what,
                                                               std::span<const parameter> cells,
                                                               const row_reader& reader) {
  if (cells.size() < what.columns)
    return std::uint64_t{0};
  const auto found = find(what.one);
  if (!found)
    return found.error();
  const compiled* refresh = nullptr;
  if (!what.refresh.sql.empty()) {
    const auto kept = find(what.refresh);
    if (!kept)
      return kept.error();
    refresh = *kept;
  }
  watch();
  std::uint64_t changed = 0;
  for (std::size_t at = 0; at + what.columns <= cells.size(); at += what.columns) {
    const auto row = cells.subspan(at, what.columns);
    auto done = refresh ? run(*refresh, what.refresh.name, row, reader)
                        : database_result<std::uint64_t>{std::uint64_t{0}};
    if (done && *done == 0)
      done = run(**found, what.one.name, row, reader);
    if (!done)
      return done.error();
    changed += *done;
  }
  return changed;
}

database_result<std::uint64_t> sqlite_connection::run(const compiled& what, std::string_view name,
                                                      std::span<const parameter> with,
                                                      const row_reader& reader) {
  auto* s = what.handle.get();
  const auto& order = what.order;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const parameter nothing;
    const auto& p = order[i] < with.size() ? with[order[i]] : nothing;
    if (bind(s, static_cast<int>(i + 1), p) != SQLITE_OK) {
      sqlite3_clear_bindings(s);
      return error(name);
    }
  }
  const current_row shown{s};
  int stepped = SQLITE_ROW;
  while ((stepped = sqlite3_step(s)) == SQLITE_ROW)
    if (reader)
      reader(shown);
  database_result<std::uint64_t> out{std::uint64_t{0}};
  if (stepped != SQLITE_DONE)
    out = error(name);
  else if (sqlite3_stmt_readonly(s) == 0)
    out = static_cast<std::uint64_t>(sqlite3_changes64(db_));
  sqlite3_reset(s);
  sqlite3_clear_bindings(s);
  return out;
}

} // namespace

database_result<std::unique_ptr<connection>> open(const std::string& path, duration deadline,
                                                  access_mode mode) {
  auto out = std::make_unique<sqlite_connection>(deadline);
  if (auto done = out->open(path, mode); !done)
    return done.error();
  return std::unique_ptr<connection>{std::move(out)};
}

} // namespace uzel::storage::sqlite
