// Backups of a SQLite store: one file.
#pragma once

#include "apps/uzelctl/backup_manifest.hpp"

#include <filesystem>
#include <string>

namespace uzel::ctl {

inline constexpr const char* file_store_kind = "sqlite";

[[nodiscard]] outcome<backup_manifest> backup_file_store(const std::string& url,
                                                         const std::filesystem::path& folder);
// Returns where the former file is; empty when there was none.
[[nodiscard]] outcome<std::filesystem::path>
restore_file_store(const std::filesystem::path& database, const std::filesystem::path& folder,
                   const backup_manifest& wanted, bool replace);

// A file that holds secrets, made by root or by a person: for the user of that example alone, who
// may be the daemon's.
void give_to_owner_of(const std::filesystem::path& file, const std::filesystem::path& example);

// What SQLite's own check says of a file's pages and indexes; empty when it is whole.
[[nodiscard]] outcome<std::vector<std::string>> check_pages(storage::connection& db);

} // namespace uzel::ctl
