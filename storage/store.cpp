#include "storage/store.hpp"

#include "domain/entities/codec.hpp"
#include "storage/random.hpp"
#include "storage/schema.hpp"
#include "storage/server_layout.hpp"
#include "storage/store_report.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace uzel::storage {
namespace {

constexpr statement read_identity{"read_identity",
                                  "SELECT store_id, epoch, owner FROM store_identity"};
constexpr statement make_identity{
  "make_identity", "INSERT INTO store_identity (one, store_id, epoch, owner) VALUES (1, $1, 1, 0)"};
constexpr statement take_owner{
  "take_owner", "UPDATE store_identity SET owner = owner + 1 WHERE one = 1 RETURNING owner"};
constexpr statement raise_epoch{"raise_epoch",
                                "UPDATE store_identity SET epoch = epoch + 1 WHERE one = 1"};
constexpr statement read_lane_numbers{"read_lane_numbers",
                                      "SELECT applied, applied_time FROM lanes"};
constexpr statement drop_lanes{"delete_lanes", "DELETE FROM lanes"};
constexpr statement make_lane{
  "make_lane", "INSERT INTO lanes (lane, applied, applied_time) VALUES ($1, $2, $3)"};
constexpr statement move_lanes{"move_lanes", "UPDATE lanes SET applied = $1"};
constexpr statement count_parked{"count_parked", "SELECT COUNT(*) FROM parked"};
constexpr statement count_outbox{"count_outbox", "SELECT COUNT(*) FROM outbox"};
constexpr statement list_parked{
  "list_parked", "SELECT number, record_key, reason FROM parked ORDER BY number LIMIT $1"};

constexpr duration longest_boot{600'000'000};
constexpr duration longest_upkeep{600'000'000}; // reading through a partition
// A server takes a batch in some twenty questions, whatever its size, and lets readers go on.
constexpr std::uint32_t server_batches = 8;
constexpr std::uint32_t largest_server_batch = 8192;
constexpr duration server_slice{200'000};
constexpr duration longest_server_slice{1'000'000}; // edits wait for it
// Writing gets the processor time that nobody else wants.
constexpr int lowest_priority = 19;

instant wall_clock() {
  return instant{
    std::chrono::duration_cast<duration>(std::chrono::system_clock::now().time_since_epoch())
      .count()};
}

database_settings settings_for(const config::store_settings& s, access_mode mode) {
  return {s.url, std::chrono::duration_cast<duration>(s.statement_deadline), mode};
}

struct lane_numbers {
  std::uint32_t count = 0;
  journal_number lowest;
  journal_number highest;
  instant last_time;
};

database_result<lane_numbers> read_lanes(connection& db) {
  lane_numbers out;
  const auto done = db.execute(read_lane_numbers, {}, [&](const row_view& r) {
    const auto applied = journal_number{static_cast<std::uint64_t>(r.integer(0))};
    out.lowest = out.count == 0 ? applied : std::min(out.lowest, applied);
    out.highest = std::max(out.highest, applied);
    out.last_time = std::max(out.last_time, instant{r.integer(1)});
    ++out.count;
  });
  if (!done)
    return done.error();
  return out;
}

// False in `found` for a database without an identity.
database_result<> read_identity_into(connection& db, store_identity& identity, std::uint64_t& owner,
                                     bool& found, bool& sound) {
  const auto done = db.execute(read_identity, {}, [&](const row_view& r) {
    found = true;
    sound = from_hex(r.text(0), identity.id);
    identity.epoch = static_cast<std::uint32_t>(r.integer(1));
    owner = static_cast<std::uint64_t>(r.integer(2));
  });
  if (!done)
    return done.error();
  return {};
}

store_result<store_report> report_of(connection& db, std::uint32_t parked_limit) {
  transaction snapshot{db};
  if (const auto begun = snapshot.begin_read(); !begun)
    return to_store_error(begun.error());
  return read_report(db, parked_limit);
}

} // namespace

store_result<store_report> read_report(connection& db, std::uint32_t parked_limit) {
  store_report out;
  const auto schema = schema_number(db);
  if (!schema)
    return schema.error();
  out.schema = *schema;
  bool found = false;
  bool sound = false;
  const auto done = read_identity_into(db, out.identity, out.owner, found, sound);
  if (done && !sound)
    return store_error{errc::store_damaged, "the database has no sound store identity"};
  if (!done)
    return to_store_error(done.error());
  const auto lanes = read_lanes(db);
  if (!lanes)
    return to_store_error(lanes.error());
  out.applied = lanes->lowest;
  out.highest = lanes->highest;
  auto read = db.execute(count_parked, {}, [&](const row_view& r) {
    out.parked_total = static_cast<std::uint64_t>(r.integer(0));
  });
  if (read)
    read = db.execute(count_outbox, {}, [&](const row_view& r) {
      out.outbox = static_cast<std::uint64_t>(r.integer(0));
    });
  if (read)
    read = db.execute(list_parked, {parked_limit}, [&](const row_view& r) {
      out.parked.push_back({journal_number{static_cast<std::uint64_t>(r.integer(0))},
                            text_from_stored(r.text(1)), text_from_stored(r.text(2))});
    });
  if (!read)
    return to_store_error(read.error());
  return out;
}

store::store(config::store_settings settings, std::unique_ptr<connection> db)
  : settings_{std::move(settings)}
  , db_{std::move(db)} {}

store_result<std::unique_ptr<store>> store::open(const config::store_settings& settings) {
  auto db = connect(settings_for(settings, access_mode::read_write));
  if (!db)
    return to_store_error(db.error());
  if (const auto done = migrate(**db, all_migrations(), wall_clock()); !done)
    return done.error();
  if (settings.sqlite_path().empty())
    lay_out_tables(**db);
  std::unique_ptr<store> out{new store{settings, std::move(*db)}};
  if (const auto done = out->take(std::max(settings.lanes, 1u)); !done)
    return done.error();
  return out;
}

store_result<> store::take(std::uint32_t lanes) {
  const auto fresh = random_id();
  if (!fresh)
    return fresh.error();
  transaction work{*db_};
  auto done = work.begin_write();
  bool found = false;
  bool sound = false;
  if (done)
    done = read_identity_into(*db_, identity_, owner_, found, sound);
  if (done && found && !sound)
    return store_error{errc::store_damaged, "the database's store identity is unreadable"};
  database_result<std::uint64_t> changed{std::uint64_t{0}};
  if (done && !found) {
    identity_ = {*fresh, 1};
    changed = db_->execute(make_identity, {to_hex(*fresh)});
  }
  if (done && changed)
    changed = db_->execute(take_owner, {}, [&](const row_view& r) {
      owner_ = static_cast<std::uint64_t>(r.integer(0));
    });
  if (!done || !changed)
    return to_store_error(done ? changed.error() : done.error());
  const auto now = read_lanes(*db_);
  if (!now)
    return to_store_error(now.error());
  applied_ = now->lowest;
  if (now->count != lanes) {
    // Other lanes than before: all begin at the lowest number; records are applied once more
    // without effect.
    changed = db_->execute(drop_lanes);
    for (std::uint32_t lane = 0; lane < lanes && changed; ++lane)
      changed = db_->execute(make_lane, {lane, applied_, now->last_time});
  }
  if (changed)
    done = work.commit();
  if (!done || !changed)
    return to_store_error(done ? changed.error() : done.error());
  return {};
}

store_result<boot_image> store::load_boot() {
  // A connection of its own: reading everything may take longer than a statement should.
  auto how = settings_for(settings_, access_mode::read_only);
  how.deadline = std::max(how.deadline, longest_boot);
  const auto db = connect(how);
  if (!db)
    return to_store_error(db.error());
  return storage::load_boot(**db);
}

store_result<std::unique_ptr<desk>> store::open_desk() {
  auto db = connect(settings_for(settings_, access_mode::read_write));
  if (!db)
    return to_store_error(db.error());
  return std::make_unique<desk>(std::move(*db), owner_, turn_);
}

store_result<std::unique_ptr<reader>> store::open_reader() {
  auto db = connect(settings_for(settings_, access_mode::read_only));
  if (!db)
    return to_store_error(db.error());
  return std::make_unique<reader>(std::move(*db));
}

store_result<std::unique_ptr<projector>> store::open_projector(projector_events events) {
  auto where = settings_for(settings_, access_mode::read_write);
  where.by_keys = true;
  auto db = connect(where);
  if (!db)
    return to_store_error(db.error());
  projector_settings how;
  how.batch = settings_.projector_batch;
  if (settings_.sqlite_path().empty()) {
    how.batch = std::max(how.batch, std::min(how.batch * server_batches, largest_server_batch));
    how.slice = server_slice;
    how.longest_slice = longest_server_slice;
  }
  how.niceness = lowest_priority;
  if (settings_.durability == config::durability::store) { // answers wait for it
    how.linger = duration{0};
    how.niceness = 0;
  }
  how.lanes = settings_.lanes;
  how.parked_limit = settings_.parked_limit;
  return std::make_unique<projector>(std::move(*db), owner_, how, turn_, std::move(events));
}

store_result<std::unique_ptr<history_keeper>> store::open_keeper() {
  auto where = settings_for(settings_, access_mode::read_write);
  where.deadline = std::max(where.deadline, longest_upkeep);
  auto db = connect(where);
  if (!db)
    return to_store_error(db.error());
  keeper_settings how;
  how.months = settings_.history_months;
  return std::make_unique<history_keeper>(std::move(*db), owner_, how, turn_);
}

store_result<store_report> store::report(std::uint32_t parked_limit) {
  return report_of(*db_, parked_limit);
}

store_result<store_report> inspect_store(const config::store_settings& settings,
                                         std::uint32_t parked_limit) {
  const auto db = connect(settings_for(settings, access_mode::read_only));
  if (!db)
    return to_store_error(db.error());
  return report_of(**db, parked_limit);
}

store_result<store_identity> begin_epoch(const config::store_settings& settings,
                                         journal_number last) {
  const auto db = connect(settings_for(settings, access_mode::read_write));
  if (!db)
    return to_store_error(db.error());
  if (const auto done = migrate(**db, all_migrations(), wall_clock()); !done)
    return done.error();
  const auto before = report_of(**db, 0);
  if (!before)
    return before.error();
  if (before->highest > last)
    return store_error{errc::conflict, "the database has applied records up to " +
                                         std::to_string(before->highest.value) +
                                         ", a new epoch cannot begin after " +
                                         std::to_string(last.value)};
  transaction work{**db};
  auto done = work.begin_write();
  database_result<std::uint64_t> changed{std::uint64_t{0}};
  if (done)
    changed = (*db)->execute(raise_epoch);
  if (done && changed)
    changed = (*db)->execute(take_owner);
  if (done && changed)
    changed = (*db)->execute(move_lanes, {last});
  if (done && changed)
    done = work.commit();
  if (!done || !changed)
    return to_store_error(done ? changed.error() : done.error());
  auto identity = before->identity;
  ++identity.epoch;
  return identity;
}

} // namespace uzel::storage
