// What stands beside a backup: of which store it is, up to which record, and the sums of its
// tables, so that damage is noticed before and after it comes back.
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "apps/uzelctl/json.hpp"
#include "domain/instant.hpp"
#include "storage/compare.hpp"
#include "storage/store.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace uzel::ctl {

struct backup_manifest {
  std::string kind; // "sqlite", "postgresql": what the file beside it is
  std::string store;
  std::uint64_t applied = 0; // every record up to here, some up to the highest
  std::uint64_t highest = 0;
  std::uint32_t schema = 0;
  std::string namespace_name; // of a PostgreSQL store: where its tables were
  instant taken;
  std::vector<storage::table_sum> tables;
  bool operator==(const backup_manifest&) const = default;
};

inline constexpr const char* manifest_name = "manifest.json";

json to_json(const std::vector<storage::table_sum>& sums);
json to_json(const backup_manifest& what);
// Written last and synced: a folder without it is no backup.
[[nodiscard]] outcome<> write_manifest(const std::filesystem::path& folder,
                                       const backup_manifest& what);
[[nodiscard]] outcome<backup_manifest> read_manifest(const std::filesystem::path& folder);

// One line per table that is not what the manifest says; empty when all are.
std::vector<std::string> differences(const backup_manifest& wanted,
                                     const std::vector<storage::table_sum>& found);

// Makes a file's octets durable, and its place in its folder.
[[nodiscard]] outcome<> sync_file(const std::filesystem::path& file);

} // namespace uzel::ctl
