#include "storage/sqlite/errors.hpp"

#include <sqlite3.h>

namespace uzel::storage::sqlite {
namespace {

errc code_of(int extended) {
  switch (extended & 0xFF) {
  case SQLITE_CONSTRAINT:
    if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
      return errc::conflict;
    return extended == SQLITE_CONSTRAINT_FOREIGNKEY ? errc::in_use : errc::invalid_input;
  case SQLITE_MISMATCH:
  case SQLITE_TOOBIG:
  case SQLITE_RANGE:
    return errc::invalid_input;
  case SQLITE_INTERRUPT:
    return errc::timed_out;
  case SQLITE_FULL:
    return errc::store_full;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return errc::store_damaged;
  case SQLITE_ERROR:
    return errc::unsupported;
  default: // busy, locked, I/O, no memory, not writable
    return errc::unavailable;
  }
}

// SQLite names columns only in its message: "UNIQUE constraint failed: ports.device_id,
// ports.number". The last one is what a person would change.
std::string last_column(std::string_view message) {
  const auto at = message.find_last_of(" ");
  return at == std::string_view::npos ? std::string{} : std::string{message.substr(at + 1)};
}

} // namespace

database_error to_error(int extended, std::string_view message, std::string_view doing) {
  database_error out;
  out.code = code_of(extended);
  out.sentence = std::string{doing} + ": " + std::string{message};
  out.refused =
    out.code == errc::conflict || out.code == errc::in_use || out.code == errc::invalid_input;
  if (out.code == errc::conflict)
    out.constraint = last_column(message);
  return out;
}

} // namespace uzel::storage::sqlite
