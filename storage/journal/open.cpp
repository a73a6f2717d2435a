// Opening a journal: does it belong to this database, does it reach it, and where does it end?
#include "storage/journal/journal_impl.hpp"
#include "storage/journal/replay.hpp"
#include "storage/journal/segments.hpp"

#include <limits>
#include <system_error>

namespace uzel::storage {
namespace {

constexpr journal_number no_limit{std::numeric_limits<std::uint64_t>::max()};

store_result<directory_lock> lock_directory(const journal_settings& settings) {
  if (const auto sane = check_settings(settings); !sane)
    return sane.error();
  std::error_code failed;
  std::filesystem::create_directories(settings.directory, failed);
  if (failed)
    return store_error{errc::io_failed,
                       "cannot create " + settings.directory.string() + ": " + failed.message()};
  return directory_lock::take(settings.directory);
}

store_error foreign(const journal_settings& settings, const store_identity& found,
                    const store_identity& expected) {
  return {errc::store_foreign, "the journal in " + settings.directory.string() +
                                 " belongs to store " + to_string(found) +
                                 ", the database is store " + to_string(expected)};
}

// Identity and beginning, from the headers alone.
store_result<> check_chain(const segment_chain& chain, const journal_settings& settings,
                           const store_identity& expected, journal_number applied) {
  if (!chain.segments.empty()) {
    const auto& oldest = chain.segments.front();
    if (oldest.header.identity != expected)
      return foreign(settings, oldest.header.identity, expected);
    if (const auto begins = check_beginning(oldest, applied); !begins)
      return begins;
  }
  if (chain.flaw)
    return store_error{chain.flaw_code, "the journal is damaged: " + describe(*chain.flaw)};
  if (chain.segments.empty() && applied)
    return store_error{
      errc::store_foreign,
      "the journal in " + settings.directory.string() +
        " is empty (its first record would be 1), but the database has applied up to " +
        std::to_string(applied.value)};
  return {};
}

// The tail of the last segment, with everything checked that the database has not applied yet.
store_result<segment_tail> check_batches(const segment_chain& chain, journal_number applied) {
  auto tail = walk_segments(chain.segments, journal_number{applied.value + 1}, no_limit, true,
                            [](const batch_view&) -> result<> { return {}; });
  if (!tail)
    return tail;
  if (tail->next <= applied)
    return store_error{errc::store_damaged,
                       "the journal ends at record " + std::to_string(tail->next.value - 1) + " (" +
                         chain.segments.back().path.string() +
                         "), but the database has applied up to " + std::to_string(applied.value)};
  return tail;
}

// Cuts a torn tail and makes the end durable. The last batch is written again before the sync:
// after a failed sync the kernel may show pages as clean that never reached the disk, and syncing
// those would prove nothing.
store_result<posix_file> settle_end(const segment_entry& segment, const segment_tail& tail) {
  auto file = posix_file::open_for_writing(segment.path);
  if (!file)
    return file;
  if (tail.torn_bytes > 0)
    if (const auto cut = file->write_zeros(tail.offset, tail.torn_bytes); !cut)
      return cut.error();
  std::vector<std::uint8_t> end(tail.last_batch > 0
                                  ? static_cast<std::size_t>(tail.offset - tail.last_batch)
                                  : format::segment_header_bytes);
  if (const auto read = file->read_at(tail.last_batch, end); !read)
    return read.error();
  if (const auto wrote = file->write_at(tail.last_batch, end); !wrote)
    return wrote.error();
  if (const auto synced = file->sync(); !synced)
    return synced.error();
  if (const auto synced = sync_directory(segment.path.parent_path()); !synced)
    return synced.error();
  return file;
}

// An empty journal for a database that applied nothing.
store_result<segment_chain> create(const journal_settings& settings,
                                   const store_identity& identity) {
  if (const auto begun = begin_journal(settings, identity, journal_number{1}); !begun)
    return begun.error();
  const auto parent = std::filesystem::absolute(settings.directory / "..").lexically_normal();
  if (const auto synced = sync_directory(parent); !synced)
    return synced.error();
  return read_chain(settings.directory);
}

} // namespace

store_result<journal::opened> journal::open(const journal_settings& settings,
                                            const store_identity& expected, journal_number applied,
                                            failure_handler on_failure) {
  auto lock = lock_directory(settings);
  if (!lock)
    return lock.error();
  auto chain = read_chain(settings.directory);
  if (!chain)
    return chain.error();
  if (const auto fits = check_chain(*chain, settings, expected, applied); !fits)
    return fits.error();
  const bool created = chain->segments.empty();
  if (created)
    chain = create(settings, expected);
  if (!chain)
    return chain.error();
  auto tail = check_batches(*chain, applied);
  if (!tail)
    return tail.error();
  auto file = settle_end(chain->segments.back(), *tail);
  if (!file)
    return file.error();
  opened answer;
  answer.first = chain->segments.front().header.first;
  answer.last = journal_number{tail->next.value - 1};
  answer.created = created;
  answer.cut_bytes = tail->torn_bytes;
  if (answer.cut_bytes > 0)
    answer.cut_from =
      chain->segments.back().path.string() + ", byte " + std::to_string(tail->offset);
  answer.log = std::make_unique<journal>(std::make_unique<journal_impl>(
    recovered_journal{settings, expected, std::move(*lock), std::move(chain->segments),
                      std::move(*tail), std::move(*file)},
    std::move(on_failure)));
  return answer;
}

} // namespace uzel::storage
