#include "apps/uzelctl/file_store_backup.hpp"

#include "apps/uzelctl/database_reading.hpp"
#include "apps/uzelctl/words.hpp"
#include "storage/journal/files.hpp"

#include <array>
#include <sys/stat.h>
#include <unistd.h>

namespace uzel::ctl {
namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "uzel.db";
// What SQLite keeps beside a file; all of them move together.
constexpr std::array<const char*, 3> parts{"", "-wal", "-shm"};

// One read transaction for the whole file: writers go on, and the copy is of one moment. Copying
// page by page would begin again with every write of another process.
constexpr storage::statement copy_file{"copy_file", "VACUUM INTO $1"};
constexpr storage::statement check_file{"check_file", "PRAGMA integrity_check"};

std::string url_of(const fs::path& file) {
  return "sqlite:" + file.string();
}

failure io_failure(const fs::path& file, const std::error_code& why) {
  return {exit_code::unavailable, say("cannot write {}: {}", file.string(), why.message())};
}

outcome<fs::path> set_aside(const fs::path& database) {
  std::error_code failed;
  fs::path aside;
  for (int n = 1; aside.empty() || fs::exists(aside, failed); ++n)
    aside = database.string() + ".before-restore-" + std::to_string(n);
  for (const auto* part : parts)
    if (fs::exists(database.string() + part, failed))
      if (fs::rename(database.string() + part, aside.string() + part, failed); failed)
        return io_failure(aside, failed);
  return aside;
}

// Sound and what the manifest says, or why not.
outcome<> examine(const fs::path& file, const backup_manifest& wanted) {
  const auto found = describe_database(url_of(file));
  if (!found)
    return found.error();
  auto wrong = differences(wanted, found->tables);
  if (wrong.empty())
    return {};
  wrong.insert(wrong.begin(), tr("the backup is damaged"));
  return failure{exit_code::damaged, std::move(wrong)};
}

} // namespace

void give_to_owner_of(const fs::path& file, const fs::path& example) {
  struct stat facts {};
  if (::geteuid() == 0 && ::stat(example.c_str(), &facts) == 0)
    (void)!::chown(file.c_str(), facts.st_uid, facts.st_gid);
  ::chmod(file.c_str(), S_IRUSR | S_IWUSR);
}

outcome<std::vector<std::string>> check_pages(storage::connection& db) {
  std::vector<std::string> out;
  const auto done = db.execute(check_file, {}, [&](const storage::row_view& r) {
    if (r.text(0) != "ok")
      out.emplace_back(r.text(0));
  });
  if (!done)
    return failure_of(done.error());
  return out;
}

outcome<backup_manifest> backup_file_store(const std::string& url, const fs::path& folder) {
  const auto file = folder / file_name;
  {
    const auto db = open_database(url, storage::access_mode::read_write);
    if (!db)
      return db.error();
    if (const auto done = (*db)->execute(copy_file, {file.string()}); !done)
      return failure_of(done.error());
  }
  {
    const auto copy = open_database(url_of(file), storage::access_mode::read_only);
    if (!copy)
      return copy.error();
    auto wrong = check_pages(**copy);
    if (!wrong)
      return wrong.error();
    if (!wrong->empty())
      return failure{exit_code::damaged, std::move(*wrong)};
  }
  auto out = describe_database(url_of(file));
  if (!out)
    return out.error();
  out->kind = file_store_kind;
  std::error_code ignored; // the folder itself is closed to others
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, ignored);
  if (const auto synced = sync_file(file); !synced)
    return synced.error();
  return out;
}

outcome<fs::path> restore_file_store(const fs::path& database, const fs::path& folder,
                                     const backup_manifest& wanted, bool replace) {
  std::error_code failed;
  const bool there = fs::exists(database, failed);
  if (there && !replace)
    return failure{exit_code::refused,
                   say("there is a database {}: add --replace to set it aside", database.string())};
  const fs::path fresh = database.string() + ".restoring";
  fs::create_directories(database.parent_path(), failed);
  if (fs::copy_file(folder / file_name, fresh, fs::copy_options::overwrite_existing, failed);
      failed)
    return io_failure(fresh, failed);
  give_to_owner_of(fresh, there ? database : database.parent_path());
  auto sound = examine(fresh, wanted);
  if (sound)
    sound = sync_file(fresh);
  if (!sound) {
    for (const auto* part : parts)
      fs::remove(fresh.string() + part, failed);
    return sound.error();
  }
  fs::path aside;
  if (there) {
    auto moved = set_aside(database);
    if (!moved)
      return moved.error();
    aside = std::move(*moved);
  }
  if (fs::rename(fresh, database, failed); failed)
    return io_failure(database, failed);
  if (const auto synced = sync_file(database); !synced)
    return synced.error();
  return aside;
}

} // namespace uzel::ctl
