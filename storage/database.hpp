// The database behind the store: one small interface that each driver implements. A connection
// belongs to one thread at a time.
#pragma once

#include "domain/entities/value.hpp"
#include "domain/id.hpp"
#include "domain/instant.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "storage/journal/store_error.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::storage {

// SQL under the name that metrics know it by; parameters are $1, $2, ... The text must be portable.
struct statement {
  std::string_view name;
  std::string_view sql;
};

// The same for one row and for many: `one` takes the columns of a row as $1, $2, ..., `many` takes
// an array of each column. Where there is a `refresh` it is tried first, of one row or of many:
// most rows are there, and most changes of a row are of what stands in no index. `one` follows when
// it found nothing to change, `many` when it did not find all. All live as long as the program.
struct rows_statement {
  statement one;
  std::string_view many;
  std::size_t columns = 0;
  statement refresh = {};
  std::string_view refresh_many = {};
};

// What stands for $n; texts are borrowed until the call returns.
struct parameter {
  enum class kind_type : std::uint8_t { null, integer, text };
  kind_type kind = kind_type::null;
  std::int64_t number = 0;
  std::string_view text;

  parameter() = default;
  template <std::integral N>
  parameter(N n) : kind{kind_type::integer}
                 , number{static_cast<std::int64_t>(n)} {}
  template <class Tag>
  parameter(id<Tag> x) : parameter{x.value} {}
  parameter(instant t) : parameter{t.us} {}
  parameter(ipv4 a) : parameter{a.value} {}
  parameter(mac_address m) : parameter{m.value} {}
  parameter(std::string_view t) : kind{kind_type::text}, text{t} {}
  parameter(const std::string& t) : parameter{std::string_view{t}} {}
  parameter(const char* t) : parameter{std::string_view{t}} {}
  parameter(const value& stored)
    : kind{stored.is_null()                        ? kind_type::null
           : stored.kind == value::kind_type::text ? kind_type::text
                                                   : kind_type::integer}
    , number{stored.number}
    , text{stored.text} {}
};

// One row while it is being read; columns count from 0 in the order of the SELECT.
class row_view {
 public:
  virtual ~row_view() = default;
  virtual bool is_null(std::size_t column) const = 0;
  virtual std::int64_t integer(std::size_t column) const = 0;  // 0 for NULL
  virtual std::string_view text(std::size_t column) const = 0; // valid until the next row
};
using row_reader = std::function<void(const row_view&)>;

// What went wrong, so that the caller can tell «try again» from «never».
struct database_error {
  errc code = errc::unavailable; // conflict, in_use, timed_out, unavailable, store_damaged,
                                 // store_full, invalid_input
  std::string sentence;
  std::string constraint; // of a conflict: "clients.name", the last column of the key
  bool refused = false;   // the data is at fault: repeating it cannot help
};
template <class T = void>
using database_result = boost::system::result<T, database_error>;

[[noreturn]] inline void throw_exception_from_error(const database_error& e,
                                                    const boost::source_location& where) {
  boost::throw_with_location(boost::system::system_error{make_error_code(e.code), e.sentence},
                             where);
}

inline store_error to_store_error(const database_error& e) {
  return {e.code, e.sentence};
}

class connection {
 public:
  virtual ~connection() = default;

  // Compiles statements now, so that bad SQL stops the start.
  virtual database_result<> prepare(std::span<const statement> statements) = 0;
  // Runs one statement and shows its rows; returns how many rows it changed. Statements that were
  // not prepared are compiled and kept for a while.
  virtual database_result<std::uint64_t>
  execute(const statement& what, std::span<const parameter> with, const row_reader& reader) = 0;
  // For rows of cells, one row after another; the rows differ in the key of what they change. A
  // driver that can does it at once: an error does not tell which row is at fault.
  virtual database_result<std::uint64_t> execute_rows(const rows_statement& what,
                                                      std::span<const parameter> cells,
                                                      const row_reader& reader = {});
  // Several statements without parameters or rows: migrations.
  virtual database_result<> script(std::string_view sql) = 0;
  // Write transactions wait for other writers up to the deadline.
  virtual database_result<> begin_write() = 0;
  virtual database_result<> begin_read() = 0;
  // Durable when it succeeds. After an error the outcome is unknown until it is looked up.
  virtual database_result<> commit() = 0;
  virtual void rollback() noexcept = 0;
  // Breaks off the statement that runs now; from any thread.
  virtual void interrupt() noexcept = 0;
  // Whether its tables can have partitions.
  virtual bool is_server() const noexcept { return false; }

  database_result<std::uint64_t> execute(const statement& what,
                                         std::initializer_list<parameter> with = {},
                                         const row_reader& reader = {}) {
    return execute(what, std::span{with.begin(), with.size()}, reader);
  }
};

enum class access_mode : std::uint8_t { read_write, read_only };

struct database_settings {
  std::string url;                // "sqlite:PATH" or "postgresql://..."
  duration deadline = seconds{5}; // of one statement
  access_mode mode = access_mode::read_write;
  // Every statement finds its rows by their keys: a plan that was made while a table was small
  // serves it when it is large.
  bool by_keys = false;
};

// Opens a connection with the driver that the URL names. Errors: unsupported for other drivers,
// unavailable when it cannot be reached.
[[nodiscard]] database_result<std::unique_ptr<connection>> connect(const database_settings& how);

// Rolls back unless it was committed.
class transaction {
 public:
  explicit transaction(connection& db) : db_{&db} {}
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction() {
    if (open_)
      db_->rollback();
  }

  database_result<> begin_write() { return begun(db_->begin_write()); }
  database_result<> begin_read() { return begun(db_->begin_read()); }
  database_result<> commit() {
    auto done = db_->commit();
    open_ = done.has_error();
    return done;
  }

 private:
  database_result<> begun(database_result<> r) {
    open_ = r.has_value();
    return r;
  }

  connection* db_;
  bool open_ = false;
};

} // namespace uzel::storage
