// Brings a database's schema up to date: numbered migrations, forward only, each in a transaction
// of its own.
#pragma once

#include "storage/database.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace uzel::storage {

struct migration {
  std::uint32_t number = 0;
  std::string_view name;
  std::string_view sql;
  std::string_view server_sql = {}; // on a server, where it differs
};

// In order; a number is never reused and a released text never changes.
std::span<const migration> all_migrations();

// What the database has not yet, without changing it. Errors: store_damaged when an applied
// migration differs from ours, unsupported when the database is newer than this program or holds no
// store.
[[nodiscard]] store_result<std::vector<migration>>
missing_migrations(connection& db, std::span<const migration> migrations);
// Applies what is missing, also to an empty database, and tells what that was; errors as above.
[[nodiscard]] store_result<std::vector<migration>>
migrate(connection& db, std::span<const migration> migrations, instant now);
// The number of the last applied one; 0 for an empty database.
[[nodiscard]] store_result<std::uint32_t> schema_number(connection& db);

} // namespace uzel::storage
