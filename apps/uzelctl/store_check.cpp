#include "apps/uzelctl/store_check.hpp"

#include "apps/uzelctl/image_check.hpp"
#include "apps/uzelctl/text_table.hpp"
#include "apps/uzelctl/words.hpp"
#include "storage/boot.hpp"
#include "storage/record.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace uzel::ctl {
namespace {

constexpr std::uint32_t parked_shown = 20;

failure unreadable(const storage::store_error& why) {
  return {exit_code::unavailable, why.sentence};
}

std::string describe(const storage::journal_flaw& flaw) {
  return say("{} at byte {}: {}", flaw.file.filename().string(), flaw.offset, flaw.sentence);
}

// Whose the two are, and whether their numbers meet.
void check_together(store_findings& out) {
  const auto& journal = out.journal;
  const auto& database = out.database;
  if (!journal.identity) {
    if (database.highest)
      out.damage.push_back(say("the database has applied records up to {}, but there is no journal",
                               database.highest.value));
    return;
  }
  if (*journal.identity != database.identity)
    out.damage.push_back(say("the journal is of store {}, the database of store {}",
                             storage::to_string(*journal.identity),
                             storage::to_string(database.identity)));
  if (journal.first.value > database.applied.value + 1)
    out.damage.push_back(say("the journal begins with record {}, the database has applied {}: "
                             "records between them are missing",
                             journal.first.value, database.applied.value));
  if (journal.last < database.highest)
    out.damage.push_back(say("the journal ends with record {}, the database has applied {}",
                             journal.last.value, database.highest.value));
}

void take_flaws(store_findings& out) {
  if (out.journal.damage)
    out.damage.push_back(say("the journal is damaged: {}", describe(*out.journal.damage)));
  if (out.journal.torn)
    out.notes.push_back(say("the last batch was not finished, the next start cuts it: {}",
                            describe(*out.journal.torn)));
  if (out.database.parked_total > 0)
    out.notes.push_back(
      say("records that the database refused and keeps aside: {}", out.database.parked_total));
  for (const auto& parked : out.database.parked)
    out.notes.push_back(say("  record {} of {}: {}", parked.number.value, printable(parked.key),
                            printable(parked.reason)));
}

// Every record is read and understood; those after the database go onto the image.
void replay_all(const config::store_settings& settings, boot_image& image, store_findings& out) {
  storage::boot_replay onto{image};
  const auto applied = out.database.applied;
  const auto sink = [&](const storage::record_view& view) -> result<> {
    auto what = storage::decode(view.kind, view.payload, view.number);
    if (!what) {
      out.damage.push_back(
        say("record {} cannot be understood: {}", view.number.value, what.error().message()));
      return what.error();
    }
    ++out.records;
    if (view.number > applied) {
      ++out.tail;
      onto.apply({view.number, view.time, std::move(*what)});
    }
    return {};
  };
  const auto first = out.journal.first.value;
  const auto read =
    storage::replay(settings.journal_directory, journal_number{first == 0 ? 0 : first - 1}, sink);
  if (!read && out.damage.empty())
    out.damage.push_back(read.error().sentence);
  onto.finish();
}

outcome<boot_image> load_image(const config::store_settings& settings) {
  storage::database_settings how;
  how.url = settings.url;
  how.deadline = std::chrono::duration_cast<duration>(settings.statement_deadline);
  how.mode = storage::access_mode::read_only;
  const auto db = storage::connect(how);
  if (!db)
    return failure{exit_code::unavailable, db.error().sentence};
  auto image = storage::load_boot(**db);
  if (!image)
    return unreadable(image.error());
  return std::move(*image);
}

outcome<storage::journal_report> look_at_journal(const config::store_settings& settings) {
  auto report = storage::inspect_journal(settings.journal_directory);
  if (!report)
    return unreadable(report.error());
  if (report->in_use)
    return failure{exit_code::unavailable,
                   say("a daemon uses the journal in {}: stop it first, or ask it with "
                       "uzelctl store status",
                       settings.journal_directory)};
  return std::move(*report);
}

struct both_reports {
  storage::journal_report journal;
  storage::store_report database;
};

outcome<both_reports> look_at_both(const config::store_settings& settings) {
  auto journal = look_at_journal(settings);
  if (!journal)
    return journal.error();
  auto database = storage::inspect_store(settings, parked_shown);
  if (!database)
    return unreadable(database.error());
  return both_reports{std::move(*journal), std::move(*database)};
}

adoption plan_of(const both_reports& both) {
  adoption out;
  out.before = both.database.identity;
  out.after = out.before;
  ++out.after.epoch;
  // The epoch must be higher than any that the present segments have.
  if (both.journal.identity && both.journal.identity->id == out.before.id)
    out.after.epoch = std::max(out.after.epoch, both.journal.identity->epoch + 1);
  const auto highest = std::max(both.journal.highest, both.database.highest);
  out.next = journal_number{highest.value + 1};
  out.left_out = both.journal.highest > both.database.applied
                   ? both.journal.highest.value - both.database.applied.value
                   : 0;
  return out;
}

} // namespace

outcome<store_findings> verify_store(const config::store_settings& settings) {
  auto both = look_at_both(settings);
  if (!both)
    return both.error();
  store_findings out;
  out.journal = std::move(both->journal);
  out.database = std::move(both->database);
  check_together(out);
  take_flaws(out);
  auto image = load_image(settings);
  if (!image)
    return image.error();
  replay_all(settings, *image, out);
  out.accounts = image->accounts.size();
  out.bindings = image->bindings.size();
  out.sessions = image->sessions.size();
  auto unsound = check_image(*image);
  std::move(unsound.begin(), unsound.end(), std::back_inserter(out.damage));
  return out;
}

std::string render(const store_findings& what) {
  const auto& journal = what.journal;
  const auto& database = what.database;
  std::string out = render_pairs(
    {{tr("store"), storage::to_string(database.identity)},
     {tr("journal"),
      journal.identity
        ? say("records {} to {} in {} segments, {} bytes", journal.first.value, journal.last.value,
              journal.segments.size(),
              std::accumulate(journal.segments.begin(), journal.segments.end(), std::uint64_t{0},
                              [](std::uint64_t sum, const auto& s) { return sum + s.used_bytes; }))
        : tr("there is none")},
     {tr("database"), say("applied records up to {}, some up to {}; schema {}",
                          database.applied.value, database.highest.value, database.schema)},
     {tr("records read"), say("{}, of them {} not yet in the database", what.records, what.tail)},
     {tr("live state"), say("{} accounts, {} addresses held, {} open sessions", what.accounts,
                            what.bindings, what.sessions)}});
  for (const auto& note : what.notes)
    out.append(tr("note")).append(": ").append(note).append("\n");
  for (const auto& wrong : what.damage)
    out.append(tr("damaged")).append(": ").append(wrong).append("\n");
  if (what.damage.empty())
    out.append(tr("the store is sound")).append("\n");
  return out;
}

json to_json(const store_findings& what) {
  const auto texts = [](const std::vector<std::string>& lines) {
    auto out = json::array();
    for (const auto& line : lines)
      out.items.push_back(json::of(std::string_view{line}));
    return out;
  };
  const auto identity = storage::to_string(what.database.identity);
  auto out = json::object();
  out.set("sound", json::of(what.damage.empty()))
    .set("store", json::of(std::string_view{identity}))
    .set("journal_first", json::of(what.journal.first.value))
    .set("journal_last", json::of(what.journal.last.value))
    .set("segments", json::of(std::uint64_t{what.journal.segments.size()}))
    .set("applied", json::of(what.database.applied.value))
    .set("applied_highest", json::of(what.database.highest.value))
    .set("records", json::of(what.records))
    .set("tail", json::of(what.tail))
    .set("accounts", json::of(std::uint64_t{what.accounts}))
    .set("bindings", json::of(std::uint64_t{what.bindings}))
    .set("sessions", json::of(std::uint64_t{what.sessions}))
    .set("parked", json::of(what.database.parked_total))
    .set("damage", texts(what.damage))
    .set("notes", texts(what.notes));
  return out;
}

outcome<adoption> plan_adoption(const config::store_settings& settings) {
  const auto both = look_at_both(settings);
  if (!both)
    return both.error();
  return plan_of(*both);
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
