#include "storage/database.hpp"

#include "storage/postgresql/connection.hpp"
#include "storage/sqlite/connection.hpp"

namespace uzel::storage {

database_result<std::uint64_t> connection::execute_rows(const rows_statement& what,
                                                        std::span<const parameter> cells,
                                                        const row_reader& reader) {
  std::uint64_t changed = 0;
  for (std::size_t at = 0; at + what.columns <= cells.size(); at += what.columns) {
    const auto done = execute(what.one, cells.subspan(at, what.columns), reader);
    if (!done)
      return done.error();
    changed += *done;
  }
  return changed;
}

database_result<std::unique_ptr<connection>> connect(const database_settings& how) {
  constexpr std::string_view sqlite_scheme = "sqlite:";
  if (how.url.starts_with(sqlite_scheme))
    return sqlite::open(how.url.substr(sqlite_scheme.size()), how.deadline, how.mode);
  if (how.url.starts_with("postgresql://") || how.url.starts_with("postgres://"))
    return postgresql::open(how);
  return database_error{errc::unsupported,
                        "the store's URL must begin with sqlite: or postgresql:// (it is \"" +
                          how.url.substr(0, how.url.find(':')) + ":...\")",
                        {},
                        false};
}

} // namespace uzel::storage
