#include "apps/uzelctl/store_backup.hpp"

#include "apps/uzelctl/file_store_backup.hpp"
#include "apps/uzelctl/server_store_backup.hpp"

#include <chrono>

namespace uzel::ctl {
namespace {

outcome<> make_folder(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed && !fs::is_empty(folder, failed) && !failed)
    return failure{exit_code::refused, say("{} is not empty", folder.string())};
  if (!failed) // it holds secrets of the network
    fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed)
    return failure{exit_code::unavailable,
                   say("cannot write {}: {}", folder.string(), failed.message())};
  return {};
}

// It was empty before us.
failure without_rest(const std::filesystem::path& folder, failure why) {
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator{folder, ignored})
    std::filesystem::remove(file, ignored);
  return why;
}

instant wall_clock() {
  return instant{
    std::chrono::duration_cast<duration>(std::chrono::system_clock::now().time_since_epoch())
      .count()};
}

} // namespace

outcome<backup_manifest> backup_store(const config::store_settings& settings,
                                      const std::filesystem::path& folder) {
  if (const auto made = make_folder(folder); !made)
    return made.error();
  const auto path = settings.sqlite_path();
  auto done = path.empty() ? backup_server_store(settings.url, folder)
                           : backup_file_store(settings.url, folder);
  if (!done)
    return without_rest(folder, done.error());
  done->taken = wall_clock();
  if (const auto written = write_manifest(folder, *done); !written)
    return written.error();
  return done;
}

outcome<restored_store> restore_store(const named_store& store, const std::filesystem::path& folder,
                                      bool replace) {
  auto manifest = read_manifest(folder);
  if (!manifest)
    return manifest.error();
  if (const auto unused = require_unused(store); !unused)
    return unused.error();
  restored_store out{std::move(*manifest), {}};
  const auto path = store.settings.sqlite_path();
  const std::string kind = path.empty() ? server_store_kind : file_store_kind;
  if (out.manifest.kind != kind)
    return failure{exit_code::refused,
                   say("the backup is of a {} store, this one is {}: restore it into one of its "
                       "kind, then use uzelctl store copy",
                       out.manifest.kind, kind)};
  if (path.empty()) {
    const auto done = restore_server_store(store.settings.url, folder, out.manifest, replace);
    if (!done)
      return done.error();
  } else {
    auto done = restore_file_store(path, folder, out.manifest, replace);
    if (!done)
      return done.error();
    out.set_aside = std::move(*done);
  }
  return out;
}

} // namespace uzel::ctl
