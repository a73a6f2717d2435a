#include "storage/journal/replay.hpp"

#include "storage/journal/files.hpp"
#include "storage/journal/scan.hpp"

#include <algorithm>
#include <limits>

namespace uzel::storage {
namespace {

constexpr journal_number no_limit{std::numeric_limits<std::uint64_t>::max()};

// Walks one segment for the report; false when the report is complete because of damage.
store_result<bool> inspect_segment(const std::vector<segment_entry>& segments, std::size_t index,
                                   bool complete, journal_report& report) {
  const auto& segment = segments[index];
  const bool last = index + 1 == segments.size();
  auto tail = walk_segment(segment, {last && complete, no_limit},
                           [](const batch_view&) -> result<> { return {}; });
  if (!tail)
    return tail.error();
  if (!last)
    check_seam(*tail, segments[index + 1]);
  report.segments.push_back({segment.path, segment.header.first, tail->records, tail->batches,
                             tail->offset, segment.header.file_bytes});
  report.last = journal_number{tail->next.value - 1};
  report.last_time = tail->last_time;
  const journal_flaw flaw{segment.path, tail->offset, tail->sentence};
  if (tail->kind == tail_kind::torn)
    report.torn = flaw;
  if (tail->kind == tail_kind::damaged)
    report.damage = flaw;
  return tail->kind != tail_kind::damaged;
}

} // namespace

std::string to_string(const store_identity& identity) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : identity.id) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text + " epoch " + std::to_string(identity.epoch);
}

result<> feed_records(const batch_view& batch, journal_number after, journal_number up_to,
                      const record_sink& sink) {
  format::record_cursor records{batch.bytes, batch.header.first};
  for (record_view record; records.next(record);) {
    if (record.number <= after || record.number > up_to)
      continue;
    if (const auto taken = sink(record); !taken)
      return taken;
  }
  return {};
}

store_result<> replay(const std::filesystem::path& directory, journal_number after,
                      const record_sink& sink) {
  const auto chain = read_chain(directory);
  if (!chain)
    return chain.error();
  if (chain->flaw)
    return store_error{chain->flaw_code, "the journal is damaged: " + describe(*chain->flaw)};
  if (chain->segments.empty())
    return {};
  if (const auto begins = check_beginning(chain->segments.front(), after); !begins)
    return begins;
  const auto tail = walk_segments(
    chain->segments, journal_number{after.value + 1}, no_limit, true,
    [&](const batch_view& batch) { return feed_records(batch, after, no_limit, sink); });
  if (!tail)
    return tail.error();
  return {};
}

store_result<journal_report> inspect_journal(const std::filesystem::path& directory) {
  const auto chain = read_chain(directory);
  if (!chain)
    return chain.error();
  journal_report report;
  report.in_use = directory_lock::is_held(directory);
  if (chain->flaw)
    report.damage = chain->flaw;
  if (!chain->segments.empty()) {
    report.identity = chain->segments.front().header.identity;
    report.first = chain->segments.front().header.first;
  }
  for (std::size_t i = 0; i < chain->segments.size(); ++i) {
    const auto sound = inspect_segment(chain->segments, i, !chain->flaw, report);
    if (!sound)
      return sound.error();
    if (!*sound)
      break;
  }
  const auto highest = highest_number(directory);
  if (!highest)
    return highest.error();
  report.highest = *highest;
  return report;
}

} // namespace uzel::storage
