#include "apps/uzeld/store_start.hpp"

#include "config/log.hpp"
#include "storage/journal/replay.hpp"

#include <algorithm>
#include <filesystem>

namespace uzel {
namespace {

storage::store_result<> replay_tail(opened_store& out, const config::store_settings& settings) {
  storage::boot_replay onto{out.image};
  const auto sink = [&](const storage::record_view& view) -> result<> {
    auto what = storage::decode(view.kind, view.payload, view.number);
    if (!what)
      return what.error();
    onto.apply({view.number, view.time, std::move(*what)});
    return {};
  };
  const auto read = storage::replay(settings.journal_directory, out.database->applied(), sink);
  onto.finish();
  return read;
}

constexpr duration first_pause = seconds{1};
constexpr duration longest_pause = seconds{5};

// A file that cannot be opened will not mend itself, a server may.
bool may_come_back(const config::store_settings& settings, const storage::store_error& why) {
  return settings.sqlite_path().empty() &&
         (why.code == errc::unavailable || why.code == errc::timed_out);
}

} // namespace

storage::store_result<std::unique_ptr<opened_store>>
open_store(const config::store_settings& settings, storage::failure_handler on_failure) {
  auto out = std::make_unique<opened_store>();
  std::error_code ignored; // a folder that cannot be made is told by the open that needs it
  std::filesystem::create_directories(settings.journal_directory, ignored);
  std::filesystem::create_directories(std::filesystem::path{settings.sqlite_path()}.parent_path(),
                                      ignored);
  auto database = storage::store::open(settings);
  if (!database)
    return database.error();
  out->database = std::move(*database);
  storage::journal_settings how;
  how.directory = settings.journal_directory;
  how.segment_bytes = settings.journal_segment_bytes;
  how.max_bytes = settings.journal_max_bytes;
  auto journal = storage::journal::open(how, out->database->identity(), out->database->applied(),
                                        std::move(on_failure));
  if (!journal)
    return journal.error();
  out->journal = std::move(journal->log);
  out->fresh = journal->created;
  if (journal->cut_bytes > 0)
    log::journal.warn("torn-tail-cut", "{} bytes of an unfinished batch were cut from {}",
                      journal->cut_bytes, journal->cut_from);
  out->journal->on_space([](const std::string& problem) {
    if (problem.empty())
      log::journal.warn("journal-space-back", "new records are taken again");
    else
      log::journal.error("journal-full",
                         "{}: what would write is refused, bound subscribers are still answered",
                         problem);
  });
  auto image = out->database->load_boot();
  if (!image)
    return image.error();
  out->image = std::move(*image);
  if (const auto replayed = replay_tail(*out, settings); !replayed)
    return replayed.error();
  log::store.info("store-opened",
                  "{}: {} accounts, {} bindings, {} open sessions, records up to {}",
                  storage::to_string(out->database->identity()), out->image.accounts.size(),
                  out->image.bindings.size(), out->image.sessions.size(), out->image.last.value);
  return out;
}

storage::store_result<std::unique_ptr<opened_store>>
await_store(const config::store_settings& settings, const storage::failure_handler& on_failure,
            const store_patience& wait) {
  std::string told;
  auto pause = first_pause;
  for (;;) {
    auto opened = open_store(settings, on_failure);
    if (opened || !may_come_back(settings, opened.error()))
      return opened;
    const auto& why = opened.error().sentence;
    if (why != told)
      log::store.warn("database-awaited", "{}; nothing is answered before it is back", why);
    told = why;
    if (!wait(why, pause))
      return opened;
    pause = std::min(2 * pause, longest_pause);
  }
}

} // namespace uzel
