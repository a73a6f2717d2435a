// SQLite behind storage::connection: WAL, every commit synced, foreign keys on.
#pragma once

#include "storage/database.hpp"

#include <memory>
#include <string>

namespace uzel::storage::sqlite {

// Opens a file; read_write makes it when it is not there.
[[nodiscard]] database_result<std::unique_ptr<connection>>
open(const std::string& path, duration deadline, access_mode mode);

} // namespace uzel::storage::sqlite
