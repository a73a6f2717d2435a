// A store's database as a folder of files that can come back, taken while a daemon works.
#pragma once

#include "apps/uzelctl/backup_manifest.hpp"
#include "apps/uzelctl/store_places.hpp"

#include <filesystem>

namespace uzel::ctl {

// Writes one moment of the database into a folder that is not there yet or empty; writers go on.
// SQLite: a compact copy of the file. PostgreSQL: what pg_dump writes. Errors: refused when the
// folder is in use, damaged when the database is not sound, unavailable.
[[nodiscard]] outcome<backup_manifest> backup_store(const config::store_settings& settings,
                                                    const std::filesystem::path& folder);

struct restored_store {
  backup_manifest manifest;
  std::filesystem::path set_aside; // where the file is that was there before; empty for none
};

// Puts a backup in the place of the store's database, and compares every table with the manifest.
// A database that is there already is replaced only when asked for; a SQLite file is set aside
// then. Errors: refused, damaged when the backup or what came of it is not what was written down
// (a SQLite database is replaced only by a sound one), unavailable when a daemon uses the store.
[[nodiscard]] outcome<restored_store>
restore_store(const named_store& store, const std::filesystem::path& folder, bool replace);

} // namespace uzel::ctl
