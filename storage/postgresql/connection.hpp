// PostgreSQL behind storage::connection: one writer at a time, every call bounded, reconnecting
// between transactions.
#pragma once

#include "storage/database.hpp"

#include <memory>
#include <string>

namespace uzel::storage::postgresql {

// `how.url` as libpq takes it: postgresql://user@host:port/database?passfile=PATH. Errors:
// unavailable when the server cannot be reached, unsupported for a database that would sort or
// compare texts in another way than we do.
[[nodiscard]] database_result<std::unique_ptr<connection>> open(const database_settings& how);

} // namespace uzel::storage::postgresql
