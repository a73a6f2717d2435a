#include "storage/postgresql/connection.hpp"

#include "storage/postgresql/arguments.hpp"
#include "storage/postgresql/errors.hpp"
#include "storage/postgresql/wire.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <libpq-fe.h>
#include <limits>

namespace uzel::storage::postgresql {
namespace {

// The server breaks a statement off at its deadline; a server that does not is given up on so much
// later.
constexpr duration grace{1'000'000};
constexpr duration longest_connect{5'000'000};
// A transaction whose process is gone holds others up no longer than this.
constexpr std::string_view idle_limit = "60000";
constexpr int oldest_server = 140000;

// Settings of the session, and what the database must be. A server that would answer before a
// commit is on its disk is told not to.
constexpr statement begin_session{
  "begin_session", "SELECT set_config('statement_timeout', $1, false), "
                   "set_config('default_transaction_read_only', $2, false), "
                   "set_config('idle_in_transaction_session_timeout', $3, false), "
                   "set_config('client_connection_check_interval', '1000', false), "
                   "set_config('synchronous_commit', CASE current_setting('synchronous_commit') "
                   "WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false), "
                   "current_setting('server_encoding'), datcollate, datctype, "
                   "COALESCE(to_jsonb(d) ->> 'datlocprovider', 'c') "
                   "FROM pg_database d WHERE datname = current_database()"};
constexpr std::size_t first_fact = 5;

// A statement is planned once and kept. Its plan shall not be one for a table that was small when
// it was made (a new partition) and would read all of it once it is large.
constexpr const char* plan_by_keys =
  "SELECT set_config(name, value, false) FROM (VALUES ('plan_cache_mode', 'force_generic_plan'), "
  "('enable_seqscan', 'off'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'), "
  "('jit', 'off')) AS wanted (name, value)";
// A table that is known to be empty has no plan that is better than the others: after so much work
// all are made anew, soon at first.
constexpr duration first_replanning{50'000};
constexpr duration longest_replanning{2'000'000};

// Writers take turns as they do in SQLite, so that nobody writes beside a new owner of the store
// and a COMMIT of unknown outcome is over when the next transaction begins. Schemas of one database
// are stores of their own.
constexpr const char* begin_of_write =
  "BEGIN; SELECT pg_advisory_xact_lock(1970957676, hashtext(current_schema()))";
constexpr const char* replan = "DISCARD PLANS; ";
constexpr const char* begin_of_read = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

class shown_row final : public row_view {
 public:
  shown_row(const pg_result& r, int row) : result_{r}, row_{row} {}
  bool is_null(std::size_t column) const override {
    return PQgetisnull(&result_, row_, static_cast<int>(column)) != 0;
  }
  std::int64_t integer(std::size_t column) const override {
    const auto digits = text(column);
    std::int64_t out = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
  }
  std::string_view text(std::size_t column) const override {
    const auto at = static_cast<int>(column);
    return {PQgetvalue(&result_, row_, at),
            static_cast<std::size_t>(PQgetlength(&result_, row_, at))};
  }

 private:
  const pg_result& result_;
  int row_;
};

// A statement that the server keeps; `made_on` is the connection that it was made on.
struct kept_statement {
  std::string name;
  std::uint64_t made_on = 0;
};

class pg_connection final : public connection {
 public:
  explicit pg_connection(const database_settings& how) : how_{how} {}

  database_result<> ready();
  database_result<> prepare(std::span<const statement> statements) override;
  database_result<std::uint64_t> execute(const statement& what, std::span<const parameter> with,
                                         const row_reader& reader) override;
  database_result<std::uint64_t> execute_rows(const rows_statement& what,
                                              std::span<const parameter> cells,
                                              const row_reader& reader) override;
  database_result<> script(std::string_view sql) override;
  database_result<> begin_write() override;
  database_result<> begin_read() override { return begin("begin", begin_of_read); }
  database_result<> commit() override;
  void rollback() noexcept override;
  void interrupt() noexcept override { wire_.interrupt(); }
  bool is_server() const noexcept override { return true; }

 private:
  steady::time_point until() const { return steady::now() + how_.deadline + grace; }
  database_result<> connect();
  database_result<> begin(std::string_view name, const char* sql);
  database_result<> plain(std::string_view name, const char* sql, const result_sink& sink = {});
  database_result<> keep(const statement& what);
  database_result<std::uint64_t> send(const statement& what, const row_reader& reader);
  database_result<std::uint64_t> send_rows(const statement& what, const row_reader& reader);
  database_error not_sent(std::string_view doing);

  database_settings how_;
  wire wire_;
  std::uint64_t connection_number_ = 0;
  bool in_transaction_ = false;
  steady::time_point writing_since_;
  duration worked_{0}; // since the plans were made
  duration replanning_ = first_replanning;
  arguments arguments_;
  boost::unordered_flat_map<std::string, kept_statement> kept_;
};

database_error pg_connection::not_sent(std::string_view doing) {
  auto out = lost(wire_.is_open() ? PQerrorMessage(wire_.raw()) : "", doing);
  wire_.close();
  return out;
}

std::string why_unfit(const row_view& facts) {
  const auto encoding = facts.text(first_fact);
  const auto is_plain = [](std::string_view locale) { return locale == "C" || locale == "POSIX"; };
  if (encoding == "UTF8" && is_plain(facts.text(first_fact + 1)) &&
      is_plain(facts.text(first_fact + 2)) && facts.text(first_fact + 3) == "c")
    return {};
  return "the database must have the encoding UTF8 and the locale C (it has " +
         std::string{encoding} + ", " + std::string{facts.text(first_fact + 1)} + ", " +
         std::string{facts.text(first_fact + 2)} +
         "): make it with createdb --template=template0 --encoding=UTF8 --locale=C";
}

database_result<> pg_connection::connect() {
  const auto patience = std::min(how_.deadline, longest_connect);
  if (auto opened = wire_.open(how_.url, steady::now() + patience); !opened)
    return opened;
  ++connection_number_;
  std::string unfit;
  if (PQserverVersion(wire_.raw()) < oldest_server)
    unfit = "the server is older than PostgreSQL 14";
  const auto timeout = std::to_string(std::max<std::int64_t>(1, how_.deadline.count() / 1000));
  const parameter settings[] = {timeout, how_.mode == access_mode::read_only ? "on" : "off",
                                idle_limit};
  arguments_.of(settings);
  const auto begun = send(begin_session, [&](const row_view& facts) {
    if (unfit.empty())
      unfit = why_unfit(facts);
  });
  if (begun && unfit.empty())
    return how_.by_keys ? plain("plan_by_keys", plan_by_keys) : database_result<>{};
  wire_.close();
  if (!begun && unfit.empty())
    return begun.error();
  return database_error{errc::unsupported, unfit, {}, false};
}

// A connection that is lost in the middle of a transaction comes back after its end.
database_result<> pg_connection::ready() {
  if (in_transaction_) {
    if (wire_.is_open())
      return {};
    return lost("the connection was lost in the middle of a transaction", "database");
  }
  if (wire_.is_alive())
    return {};
  return connect();
}

database_result<> pg_connection::plain(std::string_view name, const char* sql,
                                       const result_sink& sink) {
  if (!wire_.is_open() || PQsendQuery(wire_.raw(), sql) == 0)
    return not_sent(name);
  return wire_.collect(name, until(), sink);
}

database_result<> pg_connection::begin(std::string_view name, const char* sql) {
  for (int attempt = 0;; ++attempt) {
    if (auto up = ready(); !up)
      return up;
    auto done = plain(name, sql);
    if (done || wire_.is_open()) {
      in_transaction_ = true;
      if (!done)
        rollback();
      return done;
    }
    // A server that went away while we were silent is told by the first word to it.
    if (attempt > 0 || done.error().code == errc::timed_out)
      return done;
  }
}

database_result<> pg_connection::begin_write() {
  std::string words{begin_of_write};
  if (how_.by_keys && worked_ >= replanning_) {
    words = replan + words;
    worked_ = duration{0};
    replanning_ = std::min(replanning_ * 2, longest_replanning);
  }
  writing_since_ = steady::now();
  auto done = begin("begin_write", words.c_str());
  if (!done && done.error().code == errc::timed_out && wire_.is_open())
    return database_error{
      errc::unavailable, "another writer holds the database: " + done.error().sentence, {}, false};
  return done;
}

database_result<> pg_connection::commit() {
  std::string tag;
  auto done = plain("commit", "COMMIT", [&](const pg_result& r) {
    tag = PQcmdStatus(const_cast<pg_result*>(&r)); // it only reads
  });
  if (!done)
    return done;
  in_transaction_ = false;
  worked_ += std::chrono::duration_cast<duration>(steady::now() - writing_since_);
  if (tag != "COMMIT")
    return database_error{
      errc::unavailable, "commit: the transaction had failed before", {}, false};
  return done;
}

void pg_connection::rollback() noexcept {
  if (!in_transaction_)
    return;
  in_transaction_ = false;
  if (wire_.is_open() && PQtransactionStatus(wire_.raw()) != PQTRANS_IDLE &&
      !plain("rollback", "ROLLBACK"))
    wire_.close();
}

database_result<> pg_connection::script(std::string_view sql) {
  if (auto up = ready(); !up)
    return up;
  // A migration may take its time. Several statements in one message are one transaction.
  const auto text = "SET LOCAL statement_timeout = 0; " + std::string{sql};
  if (PQsendQuery(wire_.raw(), text.c_str()) == 0)
    return not_sent("script");
  return wire_.collect("script", steady::time_point::max(), {});
}

database_result<> pg_connection::keep(const statement& what) {
  auto& kept = kept_[std::string{what.sql}];
  if (kept.made_on == connection_number_)
    return {};
  if (kept.name.empty())
    kept.name = "s" + std::to_string(kept_.size());
  const std::string sql{what.sql};
  if (PQsendPrepare(wire_.raw(), kept.name.c_str(), sql.c_str(), 0, nullptr) == 0)
    return not_sent(what.name);
  auto done = wire_.collect(what.name, until(), {});
  if (done)
    kept.made_on = connection_number_;
  return done;
}

database_result<> pg_connection::prepare(std::span<const statement> statements) {
  if (auto up = ready(); !up)
    return up;
  for (const auto& what : statements)
    if (auto done = keep(what); !done)
      return done;
  return {};
}

database_result<std::uint64_t> pg_connection::send(const statement& what,
                                                   const row_reader& reader) {
  auto* c = wire_.raw();
  const auto at = kept_.find(std::string{what.sql});
  int sent = 0;
  if (at != kept_.end()) {
    if (auto made = keep(what); !made)
      return made.error();
    sent = PQsendQueryPrepared(c, at->second.name.c_str(), arguments_.count(), arguments_.values(),
                               arguments_.lengths(), arguments_.formats(), 0);
  } else {
    const std::string sql{what.sql};
    sent = PQsendQueryParams(c, sql.c_str(), arguments_.count(), nullptr, arguments_.values(),
                             arguments_.lengths(), arguments_.formats(), 0);
  }
  if (sent == 0)
    return not_sent(what.name);
  if (reader)
    PQsetSingleRowMode(c); // a table may be larger than our memory
  std::uint64_t changed = 0;
  const auto done = wire_.collect(what.name, until(), [&](const pg_result& r) {
    const int rows = PQntuples(&r);
    for (int row = 0; reader && row < rows; ++row)
      reader(shown_row{r, row});
    auto* readable = const_cast<pg_result*>(&r); // both only read
    if (const std::string_view tag = PQcmdStatus(readable); !tag.starts_with("SELECT")) {
      const std::string_view digits = PQcmdTuples(readable);
      std::from_chars(digits.data(), digits.data() + digits.size(), changed);
    }
  });
  if (!done)
    return done.error();
  return changed;
}

database_result<std::uint64_t> pg_connection::execute(const statement& what,
                                                      std::span<const parameter> with,
                                                      const row_reader& reader) {
  if (auto up = ready(); !up)
    return up.error();
  arguments_.of(with);
  return send(what, reader);
}

database_result<std::uint64_t> pg_connection::execute_rows(const rows_statement& what,
                                                           std::span<const parameter> cells,
                                                           const row_reader& reader) {
  if (cells.empty())
    return std::uint64_t{0};
  if (auto up = ready(); !up)
    return up.error();
  arguments_.of_columns(cells, what.columns);
  if (!what.refresh_many.empty()) {
    auto changed = send_rows({what.refresh.name, what.refresh_many}, reader);
    if (!changed || *changed >= cells.size() / what.columns)
      return changed;
  }
  return send_rows({what.one.name, what.many}, reader);
}

// Of what the arguments hold.
database_result<std::uint64_t> pg_connection::send_rows(const statement& what,
                                                        const row_reader& reader) {
  if (auto kept = keep(what); !kept)
    return kept.error();
  return send(what, reader);
}

} // namespace

database_result<std::unique_ptr<connection>> open(const database_settings& how) {
  auto out = std::make_unique<pg_connection>(how);
  if (auto done = out->ready(); !done)
    return done.error();
  return std::unique_ptr<connection>{std::move(out)};
}

} // namespace uzel::storage::postgresql
