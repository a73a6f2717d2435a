#include "actors/storage_stand.hpp"

#include <caf/all.hpp>

namespace uzel {

store_shown stand_of_journal(const storage_parts& parts, instant now) {
  const auto& identity = parts.journal->identity();
  const auto journaled = parts.journal->counters();
  store_shown out;
  out.store_id = storage::to_string(identity);
  out.epoch = identity.epoch;
  out.synced = parts.journal->synced();
  out.applied = parts.projector->applied();
  out.behind_seconds = static_cast<std::uint64_t>(parts.projector->behind(now) / seconds{1});
  out.journal_bytes = journaled.bytes;
  out.segments = static_cast<std::uint32_t>(journaled.segments);
  out.parked_total = parts.projector->counters().parked;
  out.database_away = parts.projector->is_away();
  return out;
}

caf::result<store_shown> stand_of_store(const storage_parts& parts, instant now,
                                        std::uint32_t parked_limit) {
  auto out = stand_of_journal(parts, now);
  const auto report = parts.report(parked_limit);
  if (report) {
    out.parked_total = report->parked_total;
    for (const auto& p : report->parked)
      out.parked.push_back({p.number, p.key, p.reason});
    return out;
  }
  const auto& why = report.error();
  if (why.code != errc::unavailable && why.code != errc::timed_out)
    return caf::make_error(why.code, why.sentence);
  out.database_away = true;
  return out;
}

} // namespace uzel
