#include "apps/uzelctl/adoption.hpp"

#include "apps/uzelctl/store_places.hpp"
#include "storage/journal/replay.hpp"

#include <algorithm>

namespace uzel::ctl {

outcome<adoption> plan_adoption(const config::store_settings& settings) {
  if (const auto unused = require_unused({settings, true}); !unused)
    return unused.error();
  const auto journal = storage::inspect_journal(settings.journal_directory);
  if (!journal)
    return failure{exit_code::unavailable, journal.error().sentence};
  const auto database = storage::inspect_store(settings, 0);
  if (!database)
    return failure{exit_code::unavailable, database.error().sentence};
  adoption out;
  out.before = database->identity;
  out.after = out.before;
  ++out.after.epoch;
  // The epoch must be higher than any that the present segments have.
  if (journal->identity && journal->identity->id == out.before.id)
    out.after.epoch = std::max(out.after.epoch, journal->identity->epoch + 1);
  const auto highest = std::max(journal->highest, database->highest);
  out.next = journal_number{highest.value + 1};
  out.left_out =
    journal->highest > database->applied ? journal->highest.value - database->applied.value : 0;
  return out;
}

outcome<adoption> adopt_store(const config::store_settings& settings) {
  auto plan = plan_adoption(settings);
  if (!plan)
    return plan.error();
  const journal_number last{plan->next.value - 1};
  storage::store_identity reached = plan->before;
  while (reached.epoch < plan->after.epoch) {
    const auto begun = storage::begin_epoch(settings, last);
    if (!begun)
      return failure{exit_code::refused, begun.error().sentence};
    reached = *begun;
  }
  plan->after = reached;
  storage::journal_settings how;
  how.directory = settings.journal_directory;
  how.segment_bytes = settings.journal_segment_bytes;
  how.max_bytes = settings.journal_max_bytes;
  if (const auto done = storage::adopt(how, reached, plan->next); !done)
    return failure{exit_code::refused, done.error().sentence};
  return plan;
}

} // namespace uzel::ctl
