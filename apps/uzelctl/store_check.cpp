#include "apps/uzelctl/store_check.hpp"

#include "apps/uzelctl/text_table.hpp"
#include "apps/uzelctl/words.hpp"
#include "domain/invariant_watch.hpp"
#include "storage/boot.hpp"
#include "storage/record.hpp"

namespace uzel::ctl {
namespace {

constexpr std::uint32_t parked_shown = 20;
// A store at work may drop a segment while we read it.
constexpr int attempts = 3;
constexpr seconds patience{600}; // for a table of any size

// Words of the invariants, in their order.
constexpr std::array<std::string_view, 4> names_of_invariants{"one_holder", "nothing_lost", "money",
                                                              "own_account"};

failure unreadable(const storage::store_error& why) {
  return {exit_code::unavailable, why.sentence};
}

std::string describe(const storage::journal_flaw& flaw) {
  return say("{} at byte {}: {}", flaw.file.filename().string(), flaw.offset, flaw.sentence);
}

void blame(store_findings& out, invariant which, std::string told) {
  out.damage.push_back(std::move(told));
  ++out.broken[static_cast<std::size_t>(which)];
}

void take_flaws(store_findings& out) {
  for (auto& wrong : check_together(out.journal, out.database))
    blame(out, invariant::nothing_lost, std::move(wrong));
  if (out.journal.damage)
    blame(out, invariant::nothing_lost,
          say("the journal is damaged: {}", describe(*out.journal.damage)));
  if (out.journal.torn && !out.in_use)
    out.notes.push_back(say("the last batch was not finished, the next start cuts it: {}",
                            describe(*out.journal.torn)));
}

void blame(store_findings& out, const invariant_counters& seen) {
  const auto tell = [&](invariant which, std::uint64_t count, std::string_view english) {
    if (count > 0)
      blame(out, which, say(english, count));
  };
  tell(invariant::one_holder, seen.address_two_holders,
       "records that gave an address away while another held it: {}");
  tell(invariant::own_account, seen.static_taken,
       "records that took a static address from its owner: {}");
  tell(invariant::own_account, seen.session_moved,
       "records that moved a session to another account: {}");
}

// Every record is read, understood and watched; those after the database go onto the image.
void replay_all(const config::store_settings& settings, boot_image& image, store_findings& out) {
  invariant_counters seen;
  invariant_watch watch{seen};
  storage::boot_replay onto{image};
  const auto applied = image.last;
  journal_number read_up_to;
  const auto sink = [&](const storage::record_view& view) -> result<> {
    auto what = storage::decode(view.kind, view.payload, view.number);
    if (!what) {
      blame(out, invariant::nothing_lost,
            say("record {} cannot be understood: {}", view.number.value, what.error().message()));
      return what.error();
    }
    ++out.records;
    read_up_to = view.number;
    if (const auto* changed = std::get_if<storage::binding_changed>(&*what))
      watch.observe(changed->after);
    else if (const auto* stay = std::get_if<storage::session_changed>(&*what))
      watch.observe(stay->after);
    if (view.number > applied) {
      ++out.tail;
      onto.apply({view.number, view.time, std::move(*what)});
    }
    return {};
  };
  const auto first = out.journal.first.value;
  const auto read =
    storage::replay(settings.journal_directory, journal_number{first == 0 ? 0 : first - 1}, sink);
  const bool met_the_writer = out.in_use && read_up_to >= out.journal.last;
  if (!read && out.damage.empty() && !met_the_writer)
    blame(out, invariant::nothing_lost, read.error().sentence);
  onto.finish();
  blame(out, seen);
}

outcome<boot_image> load_image(const config::store_settings& settings) {
  storage::database_settings how;
  how.url = settings.url;
  how.deadline = patience;
  how.mode = storage::access_mode::read_only;
  const auto db = storage::connect(how);
  if (!db)
    return failure{exit_code::unavailable, db.error().sentence};
  auto image = storage::load_boot(**db);
  if (!image)
    return unreadable(image.error());
  return std::move(*image);
}

// A batch that is being written may read like damage. What is damaged stays where it is.
storage::store_result<storage::journal_report> inspect(const std::string& folder, bool in_use) {
  auto report = storage::inspect_journal(folder);
  if (!report || !report->damage || !in_use)
    return report;
  auto again = storage::inspect_journal(folder);
  if (again && again->damage &&
      (again->damage->file != report->damage->file ||
       again->damage->offset != report->damage->offset))
    again->damage.reset();
  return again;
}

// The database first: what it has applied stands in the journal then.
outcome<store_findings> look_once(const named_store& store) {
  const auto& settings = store.settings;
  store_findings out;
  out.has_journal = store.has_journal;
  out.in_use = is_in_use(store);
  auto database = storage::inspect_store(settings, parked_shown);
  if (!database)
    return unreadable(database.error());
  out.database = std::move(*database);
  auto image = load_image(settings);
  if (!image)
    return image.error();
  if (store.has_journal) {
    auto journal = inspect(settings.journal_directory, out.in_use);
    if (!journal)
      return unreadable(journal.error());
    out.journal = std::move(*journal);
    take_flaws(out);
    replay_all(settings, *image, out);
  }
  out.accounts = image->accounts.size();
  out.bindings = image->bindings.size();
  out.sessions = image->sessions.size();
  for (auto& broken : check_image(*image))
    blame(out, broken.which, std::move(broken.told));
  for (auto& line : describe_parked(out.database))
    out.notes.push_back(std::move(line));
  return out;
}

std::string render_invariants(const store_findings& what) {
  const auto state = [&](invariant which) {
    const auto count = what.broken[static_cast<std::size_t>(which)];
    return count == 0 ? tr("holds") : say("broken, problems: {}", count);
  };
  const auto lost = what.has_journal ? state(invariant::nothing_lost)
                                     : tr("not looked at: the journal was not named");
  const auto money = what.broken[2] == 0 ? tr("nothing to check: accounts have no ledger yet")
                                         : state(invariant::money);
  return render_pairs({{tr("an address has one holder"), state(invariant::one_holder)},
                       {tr("nothing acknowledged is lost"), lost},
                       {tr("balances are the sums of their ledgers"), money},
                       {tr("sessions, leases and static addresses stay with their account"),
                        state(invariant::own_account)}});
}

} // namespace

std::vector<std::string> check_together(const storage::journal_report& journal,
                                        const storage::store_report& database) {
  std::vector<std::string> out;
  if (!journal.identity) {
    if (database.highest)
      out.push_back(say("the database has applied records up to {}, but there is no journal",
                        database.highest.value));
    return out;
  }
  if (*journal.identity != database.identity)
    out.push_back(say("the journal is of store {}, the database of store {}",
                      storage::to_string(*journal.identity),
                      storage::to_string(database.identity)));
  if (journal.first.value > database.applied.value + 1)
    out.push_back(say("the journal begins with record {}, the database has applied {}: "
                      "records between them are missing",
                      journal.first.value, database.applied.value));
  if (journal.last < database.highest)
    out.push_back(say("the journal ends with record {}, the database has applied {}",
                      journal.last.value, database.highest.value));
  return out;
}

std::string describe(const storage::journal_report& journal) {
  if (!journal.identity)
    return tr("there is none");
  std::uint64_t bytes = 0;
  for (const auto& segment : journal.segments)
    bytes += segment.used_bytes;
  return say("records {} to {} in {} segments, {} bytes", journal.first.value, journal.last.value,
             journal.segments.size(), bytes);
}

std::vector<std::string> describe_parked(const storage::store_report& database) {
  std::vector<std::string> out;
  if (database.parked_total > 0)
    out.push_back(
      say("records that the database refused and keeps aside: {}", database.parked_total));
  for (const auto& parked : database.parked)
    out.push_back(say("  record {} of {}: {}", parked.number.value, printable(parked.key),
                      printable(parked.reason)));
  return out;
}

outcome<store_findings> verify_store(const named_store& store) {
  for (int attempt = 1;; ++attempt) {
    auto found = look_once(store);
    const bool sound = found && found->damage.empty();
    if (sound || !is_in_use(store) || attempt == attempts)
      return found;
  }
}

std::string render(const store_findings& what) {
  const auto& database = what.database;
  std::string out = render_pairs(
    {{tr("store"), storage::to_string(database.identity)},
     {tr("journal"), what.has_journal ? describe(what.journal) : tr("not looked at")},
     {tr("database"), say("applied records up to {}, some up to {}; schema {}",
                          database.applied.value, database.highest.value, database.schema)},
     {tr("records read"), say("{}, of them {} not yet in the database", what.records, what.tail)},
     {tr("live state"), say("{} accounts, {} addresses held, {} open sessions", what.accounts,
                            what.bindings, what.sessions)}});
  out += render_invariants(what);
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
  auto invariants = json::object();
  for (std::size_t i = 0; i < what.broken.size(); ++i) {
    const bool seen = i != static_cast<std::size_t>(invariant::nothing_lost) || what.has_journal;
    invariants.set(names_of_invariants[i], seen ? json::of(std::uint64_t{what.broken[i]}) : json{});
  }
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
    .set("in_use", json::of(what.in_use))
    .set("broken_invariants", std::move(invariants))
    .set("damage", texts(what.damage))
    .set("notes", texts(what.notes));
  return out;
}

} // namespace uzel::ctl
