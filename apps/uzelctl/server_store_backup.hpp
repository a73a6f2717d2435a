// Backups of a PostgreSQL store: pg_dump and pg_restore do the work, we say of what and watch it.
#pragma once

#include "apps/uzelctl/backup_manifest.hpp"

#include <filesystem>
#include <string>

namespace uzel::ctl {

inline constexpr const char* server_store_kind = "postgresql";

[[nodiscard]] outcome<backup_manifest> backup_server_store(const std::string& url,
                                                           const std::filesystem::path& folder);
// In one transaction: all of it comes back, or nothing changes.
[[nodiscard]] outcome<> restore_server_store(const std::string& url,
                                             const std::filesystem::path& folder,
                                             const backup_manifest& wanted, bool replace);

} // namespace uzel::ctl
