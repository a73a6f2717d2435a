// A new epoch for a directory whose journal and database no longer fit together.
#include "storage/journal/files.hpp"
#include "storage/journal/replay.hpp"
#include "storage/journal/scan.hpp"
#include "storage/journal/segments.hpp"

#include <system_error>

namespace uzel::storage {
namespace {

store_error failed_to(const char* action, const std::filesystem::path& path,
                      const std::error_code& why) {
  return {errc::io_failed,
          "cannot " + std::string{action} + " " + path.string() + ": " + why.message()};
}

store_result<> move_all(const std::vector<std::filesystem::path>& files,
                        const std::filesystem::path& directory) {
  if (files.empty())
    return {};
  std::filesystem::path aside;
  for (int n = 1; aside.empty() || std::filesystem::exists(aside); ++n)
    aside = directory / ("set-aside-" + std::to_string(n));
  std::error_code failed;
  if (!std::filesystem::create_directory(aside, failed))
    return failed_to("create", aside, failed);
  for (const auto& file : files)
    if (const auto moved = rename_file(file, aside / file.filename()); !moved)
      return moved;
  if (const auto synced = sync_directory(aside); !synced)
    return synced;
  return sync_directory(directory);
}

// Whether an earlier call with the same words went all the way.
bool already_adopted(const segment_chain& chain, const store_identity& identity,
                     journal_number next) {
  return !chain.flaw && chain.segments.size() == 1 &&
         chain.segments.front().header.identity == identity &&
         chain.segments.front().header.first == next;
}

store_result<> check_epoch(const segment_chain& chain, const store_identity& identity) {
  if (chain.segments.empty())
    return {};
  const auto& present = chain.segments.back().header.identity;
  if (present.id != identity.id || present.epoch < identity.epoch)
    return {};
  return store_error{errc::conflict, "the journal is of store " + to_string(present) +
                                       "; a new epoch must be higher, not " +
                                       std::to_string(identity.epoch)};
}

} // namespace

store_result<> adopt(const journal_settings& settings, const store_identity& identity,
                     journal_number next) {
  if (const auto sane = check_settings(settings); !sane)
    return sane;
  if (!next)
    return store_error{errc::invalid_input, "record numbers begin with 1"};
  std::error_code failed;
  std::filesystem::create_directories(settings.directory, failed);
  if (failed)
    return failed_to("create", settings.directory, failed);
  const auto lock = directory_lock::take(settings.directory);
  if (!lock)
    return lock.error();
  const auto chain = read_chain(settings.directory);
  if (!chain)
    return chain.error();
  if (already_adopted(*chain, identity, next))
    return {};
  if (const auto newer = check_epoch(*chain, identity); !newer)
    return newer;
  const auto highest = highest_number(settings.directory);
  if (!highest)
    return highest.error();
  if (next <= *highest)
    return store_error{errc::conflict,
                       "the journal has given out numbers up to " + std::to_string(highest->value) +
                         ", the new epoch cannot begin at " + std::to_string(next.value)};
  const auto files = list_segments(settings.directory);
  if (!files)
    return files.error();
  if (const auto moved = move_all(*files, settings.directory); !moved)
    return moved;
  return begin_journal(settings, identity, next);
}

} // namespace uzel::storage
