#include "storage/desk.hpp"

#include "domain/entities/codec.hpp"
#include "storage/desk_rows.hpp"
#include "storage/random.hpp"
#include "storage/statements.hpp"

#include <chrono>
#include <thread>

namespace uzel::storage {
namespace {

constexpr statement make_note{
  "make_outbox_note", "INSERT INTO outbox (id, edit_key, entity, entity_id, version, deleted) "
                      "VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr statement list_notes{
  "list_outbox", "SELECT id, entity, entity_id, version, deleted FROM outbox ORDER BY id"};
constexpr statement drop_note{"delete_outbox_note", "DELETE FROM outbox WHERE id = $1"};
constexpr statement find_note{"find_outbox_note", "SELECT 1 FROM outbox WHERE edit_key = $1"};
constexpr statement owner_now{"desk_owner", "SELECT owner FROM store_identity WHERE one = 1"};

// How long an edit waits to learn what became of its COMMIT.
constexpr std::chrono::seconds settling_time{5};
constexpr std::chrono::milliseconds between_looks{100};

// id, version and updated, in every desk table.
constexpr std::size_t id_field = 0;
constexpr std::size_t version_field = 1;
constexpr std::size_t updated_field = 2;

std::uint64_t number_of(const row& r, std::size_t field) {
  return static_cast<std::uint64_t>(r[field].number);
}

store_error not_found(const entity& e, std::uint64_t id) {
  return {errc::not_found, "there is no " + std::string{e.name} + " " + std::to_string(id)};
}

store_result<> valid(const entity& e, const row& fields) {
  const auto problems = check_row(e, fields);
  if (problems.empty())
    return {};
  return store_error{errc::invalid_input, problems.front().field + " " + problems.front().problem};
}

} // namespace

desk::desk(std::unique_ptr<connection> db, std::uint64_t owner, write_turn& turn)
  : db_{std::move(db)}
  , owner_{owner}
  , turn_{turn} {}

store_result<> desk::check_owner() {
  std::uint64_t owner = 0;
  const auto done = db_->execute(
    owner_now, {}, [&](const row_view& r) { owner = static_cast<std::uint64_t>(r.integer(0)); });
  if (!done)
    return to_store_error(done.error());
  if (owner != owner_)
    return store_error{errc::store_foreign, "another process became the owner of the store"};
  return {};
}

store_result<> desk::take_note(const entity& e, const std::string& key, desk_outcome& out,
                               std::uint64_t id, std::uint64_t version, bool deleted) {
  const auto number = next_id(*db_, "outbox");
  if (!number)
    return number.error();
  out.changed = true;
  out.note = {*number, {std::string{e.name}, id, version, deleted}};
  const auto done = db_->execute(make_note, {*number, key, e.name, id, version, deleted ? 1 : 0});
  if (!done)
    return to_store_error(done.error());
  return {};
}

// A COMMIT that failed may have happened, or may still happen until the database lets the next
// writer in: then its key tells.
store_result<> desk::settle_commit(const database_error& why, const std::string& key) {
  db_->rollback();
  const auto until = std::chrono::steady_clock::now() + settling_time;
  do {
    transaction scope{*db_};
    bool there = false;
    if (const auto begun = scope.begin_write(); begun)
      if (const auto looked =
            db_->execute(find_note, {key}, [&](const row_view&) { there = true; });
          looked) {
        if (there)
          return {};
        return store_error{errc::unavailable, "the change was not stored: " + why.sentence};
      }
    std::this_thread::sleep_for(between_looks);
  } while (std::chrono::steady_clock::now() < until);
  return store_error{errc::unavailable,
                     "whether the change was stored is not known yet: " + why.sentence};
}

// The work gets the key of its note; it is undone as a whole when it returns an error.
template <class Work>
store_result<desk_outcome> desk::edit(Work work) {
  const auto id = random_id();
  if (!id)
    return id.error();
  const auto key = to_hex(*id);
  const std::scoped_lock turn{turn_};
  transaction scope{*db_};
  if (const auto begun = scope.begin_write(); !begun)
    return to_store_error(begun.error());
  if (const auto ours = check_owner(); !ours)
    return ours.error();
  store_result<desk_outcome> out = work(key);
  if (!out || !out->changed)
    return out;
  if (const auto done = scope.commit(); !done)
    if (const auto settled = settle_commit(done.error(), key); !settled)
      return settled.error();
  return out;
}

store_result<desk_outcome> desk::create(const entity& e, row fields, instant now) {
  if (e.written_by != writing_class::desk || fields.size() != e.fields.size())
    return store_error{errc::invalid_input, std::string{e.name} + " is no row of the desk"};
  return edit([&](const std::string& key) -> store_result<desk_outcome> {
    const auto id = next_id(*db_, e.name);
    if (!id)
      return id.error();
    fields[id_field] = value{static_cast<std::int64_t>(*id)};
    fields[version_field] = value{std::int64_t{1}};
    fields[updated_field] = value{now.us};
    if (const auto ok = valid(e, fields); !ok)
      return ok.error();
    if (const auto ok = references_exist(*db_, e, fields); !ok)
      return ok.error();
    const auto& s = statements_of(e);
    if (const auto ok = write_row(*db_, {s.name_of_insert, s.insert}, e, fields); !ok)
      return ok.error();
    desk_outcome out;
    if (const auto ok = take_note(e, key, out, *id, 1, false); !ok)
      return ok.error();
    out.after = fields;
    return out;
  });
}

store_result<desk_outcome> desk::change(const entity& e, std::uint64_t id,
                                        std::uint64_t expected_version,
                                        std::span<const std::uint32_t> changed, const row& fields,
                                        instant now) {
  if (e.written_by != writing_class::desk || changed.size() != fields.size())
    return store_error{errc::invalid_input, std::string{e.name} + " is no row of the desk"};
  return edit([&](const std::string& key) -> store_result<desk_outcome> {
    const auto before = read_one(*db_, e, id);
    if (!before)
      return before.error();
    if (before->empty())
      return not_found(e, id);
    const auto version = number_of(*before, version_field);
    if (expected_version != 0 && expected_version != version)
      return store_error{errc::stale_version, "it has version " + std::to_string(version) +
                                                " now, not " + std::to_string(expected_version)};
    desk_outcome out;
    out.after = *before;
    for (std::size_t i = 0; i < changed.size(); ++i)
      if (changed[i] > updated_field && changed[i] < e.fields.size())
        out.after[changed[i]] = fields[i];
    if (const auto ok = valid(e, out.after); !ok)
      return ok.error();
    if (const auto same = same_row(e, out.after, *before); same)
      return out;
    out.after[version_field] = value{static_cast<std::int64_t>(version + 1)};
    out.after[updated_field] = value{now.us};
    if (const auto ok = references_exist(*db_, e, out.after); !ok)
      return ok.error();
    const auto& s = statements_of(e);
    if (const auto ok = write_row(*db_, {s.name_of_update, s.update}, e, out.after); !ok)
      return ok.error();
    if (const auto ok = take_note(e, key, out, id, version + 1, false); !ok)
      return ok.error();
    return out;
  });
}

store_result<desk_outcome> desk::remove(const entity& e, std::uint64_t id) {
  if (e.written_by != writing_class::desk)
    return store_error{errc::invalid_input, std::string{e.name} + " is no row of the desk"};
  return edit([&](const std::string& key) -> store_result<desk_outcome> {
    const auto before = read_one(*db_, e, id);
    if (!before)
      return before.error();
    if (before->empty())
      return not_found(e, id);
    if (const auto ok = unused(*db_, e, id); !ok)
      return ok.error();
    const auto& s = statements_of(e);
    if (const auto gone = db_->execute({s.name_of_remove, s.remove}, {id}); !gone)
      return to_store_error(gone.error());
    desk_outcome out;
    const auto version = number_of(*before, version_field) + 1;
    if (const auto ok = take_note(e, key, out, id, version, true); !ok)
      return ok.error();
    return out;
  });
}

store_result<std::vector<outbox_note>> desk::pending_outbox() {
  std::vector<outbox_note> out;
  const auto done = db_->execute(list_notes, {}, [&](const row_view& r) {
    out.push_back({static_cast<std::uint64_t>(r.integer(0)),
                   {std::string{r.text(1)}, static_cast<std::uint64_t>(r.integer(2)),
                    static_cast<std::uint64_t>(r.integer(3)), r.integer(4) != 0}});
  });
  if (!done)
    return to_store_error(done.error());
  return out;
}

store_result<> desk::outbox_done(std::uint64_t note_id) {
  const std::scoped_lock turn{turn_};
  const auto done = db_->execute(drop_note, {note_id});
  if (!done)
    return to_store_error(done.error());
  return {};
}

} // namespace uzel::storage
