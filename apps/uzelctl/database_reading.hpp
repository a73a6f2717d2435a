// What commands read of a database as a whole, in one moment of it.
#pragma once

#include "apps/uzelctl/backup_manifest.hpp"
#include "storage/database.hpp"

#include <memory>
#include <string>

namespace uzel::ctl {

// With time enough for tables of any size.
[[nodiscard]] outcome<std::unique_ptr<storage::connection>>
open_database(const std::string& url, storage::access_mode mode);
// The manifest of what the connection's transaction sees; without kind and time.
[[nodiscard]] outcome<backup_manifest> describe_database(storage::connection& db);
// The same of a whole database, in a transaction of its own.
[[nodiscard]] outcome<backup_manifest> describe_database(const std::string& url);

// Which exit code an error of a database is.
failure failure_of(const storage::store_error& why);
failure failure_of(const storage::database_error& why);

} // namespace uzel::ctl
