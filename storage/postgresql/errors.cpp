#include "storage/postgresql/errors.hpp"

#include <libpq-fe.h>

namespace uzel::storage::postgresql {
namespace {

errc code_of(std::string_view state) {
  const auto kind = state.substr(0, 2);
  if (state == "23505") // unique_violation
    return errc::conflict;
  if (state == "23503" || state == "23001") // foreign_key_violation, restrict_violation
    return errc::in_use;
  // Integrity, data, limits of a row, RAISE, and one statement that would change a row twice.
  if (kind == "23" || kind == "22" || kind == "54" || kind == "P0" || state == "21000")
    return errc::invalid_input;
  if (state == "57014") // query_canceled
    return errc::timed_out;
  if (state == "53100") // disk_full
    return errc::store_full;
  if (kind == "XX" && state != "XX000") // data_corrupted, index_corrupted
    return errc::store_damaged;
  if (state == "42501") // insufficient_privilege: an operator may grant it
    return errc::unavailable;
  if (kind == "42" || kind == "0A") // what the statement names is not there
    return errc::unsupported;
  return errc::unavailable; // connection, resources, shutdown, serialization, read-only standby
}

std::string bare(std::string_view column) {
  if (column.size() > 1 && column.front() == '"' && column.back() == '"')
    column = column.substr(1, column.size() - 2);
  return std::string{column};
}

// The last column of the key is what a person would change. The detail names the columns in every
// language; without it (no right to read the table) the constraint's made-up name does.
std::string last_column(const complaint& c) {
  const auto open = c.detail.find('(');
  const auto close = c.detail.find(")=(");
  if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
    const auto key = c.detail.substr(open + 1, close - open - 1);
    const auto comma = key.rfind(", ");
    return bare(comma == std::string_view::npos ? key : key.substr(comma + 2));
  }
  auto name = c.constraint;
  if (name.size() > c.table.size() && name.starts_with(c.table))
    name.remove_prefix(c.table.size() + 1);
  if (name.ends_with("_key"))
    name.remove_suffix(4);
  return std::string{name};
}

std::string_view field(const pg_result& r, int code) {
  const char* text = PQresultErrorField(&r, code);
  return text ? std::string_view{text} : std::string_view{};
}

std::string first_line(std::string_view message) {
  return std::string{message.substr(0, message.find('\n'))};
}

} // namespace

database_error to_error(const complaint& what, std::string_view doing) {
  database_error out;
  out.code = code_of(what.sqlstate);
  out.sentence = std::string{doing} + ": " + std::string{what.message};
  out.refused =
    out.code == errc::conflict || out.code == errc::in_use || out.code == errc::invalid_input;
  if (out.code == errc::conflict)
    out.constraint = std::string{what.table} + "." + last_column(what);
  return out;
}

database_error to_error(const pg_result& failed, std::string_view doing) {
  const auto state = field(failed, PG_DIAG_SQLSTATE);
  if (state.empty()) // libpq's own words
    return lost(PQresultErrorMessage(&failed), doing);
  return to_error({state, field(failed, PG_DIAG_MESSAGE_PRIMARY),
                   field(failed, PG_DIAG_MESSAGE_DETAIL), field(failed, PG_DIAG_TABLE_NAME),
                   field(failed, PG_DIAG_CONSTRAINT_NAME)},
                  doing);
}

database_error lost(std::string_view message, std::string_view doing) {
  auto sentence = std::string{doing} + ": ";
  sentence += message.empty() ? "the connection to the database is lost" : first_line(message);
  return {errc::unavailable, std::move(sentence), {}, false};
}

} // namespace uzel::storage::postgresql
