#include "storage/projection.hpp"

#include "domain/hash.hpp"
#include "storage/statements.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace uzel::storage {
namespace {

constexpr statement read_ground{"read_ground", "SELECT owner, (SELECT MIN(applied) FROM lanes) "
                                               "FROM store_identity WHERE one = 1"};
constexpr statement read_lanes{"read_lanes", "SELECT lane, applied FROM lanes"};
constexpr statement note_lanes{"note_lanes", "UPDATE lanes SET applied = $1, applied_time = $2 "
                                             "WHERE applied < $1"};
constexpr statement read_parked_keys{"read_parked_keys", "SELECT record_key FROM parked"};
constexpr statement park_record{
  "park_record",
  "INSERT INTO parked (number, record_time, record_kind, record_key, reason, payload) "
  "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (number) DO NOTHING"};
constexpr statement read_highest{"read_highest_ids", "SELECT entity, id FROM highest_ids"};
constexpr statement note_highest{
  "note_highest_id", "INSERT INTO highest_ids (entity, id) VALUES ($1, $2) ON CONFLICT (entity) "
                     "DO UPDATE SET id = excluded.id WHERE excluded.id > highest_ids.id"};
constexpr statement drop_accesses{"delete_accesses", "DELETE FROM accesses WHERE account_id = $1"};
constexpr statement drop_statics{"delete_static_addresses",
                                 "DELETE FROM static_addresses WHERE account_id = $1"};
constexpr statement end_subscriptions{
  "end_subscriptions", "UPDATE subscriptions SET state = 3, "
                       "ends = CASE WHEN ends = 0 OR ends > $3 THEN $3 ELSE ends END "
                       "WHERE account_id = $1 AND id <> $2 AND state IN (1, 2)"};
constexpr statement drop_binding{"delete_binding_of_address",
                                 "DELETE FROM bindings WHERE routing_domain_id = $1 "
                                 "AND address = $2 AND record < $3"};
constexpr statement read_state{"read_binding_state",
                               "SELECT state FROM bindings WHERE routing_domain_id = $1 "
                               "AND address = $2"};

std::string latest_use_sql() {
  return "SELECT " + statements_of(entity_of<address_use>()).columns +
         " FROM address_history WHERE routing_domain_id = $1 AND address = $2 "
         "ORDER BY begun DESC, id DESC LIMIT 1";
}
const statement& read_latest_use() {
  static const std::string sql = latest_use_sql();
  static const statement out{"read_latest_use", sql};
  return out;
}

template <class T>
statement upsert_of() {
  const auto& s = statements_of(entity_of<T>());
  return {s.name_of_upsert, s.upsert_newer};
}

template <class T>
statement refresh_of() {
  const auto& s = statements_of(entity_of<T>());
  return {s.name_of_refresh, s.refresh_newer};
}

database_result<> just(const database_result<std::uint64_t>& r) {
  if (!r)
    return r.error();
  return {};
}

std::uint64_t address_key(const binding& b) {
  return (b.domain.value << 32) ^ b.address.value;
}

std::string subject_of(const binding_changed& x) {
  return "address " + std::to_string(x.after.domain.value) + "/" + to_string(x.after.address);
}
std::string subject_of(const session_changed& x) {
  return "session " + std::to_string(x.after.id.value);
}
std::string subject_of(const account_changed& x) {
  return "account " + std::to_string(x.after.id.value);
}
std::string subject_of(const nas_restarted& x) {
  return "nas " + std::to_string(x.after.id.value);
}
std::string subject_of(const desk_changed& x) {
  return x.entity + " " + std::to_string(x.id);
}

std::uint64_t owner_of(const binding_changed& x) {
  return address_key(x.after);
}
std::uint64_t owner_of(const session_changed& x) {
  return x.after.account.value;
}
std::uint64_t owner_of(const account_changed& x) {
  return x.after.id.value;
}
std::uint64_t owner_of(const nas_restarted& x) {
  return x.after.id.value;
}
std::uint64_t owner_of(const desk_changed& x) {
  return x.id;
}

} // namespace

std::string key_of(const projected_record& r) {
  if (!r.readable)
    return "record " + std::to_string(r.number.value);
  return std::visit([](const auto& x) { return subject_of(x); }, r.what);
}

std::uint64_t owner_hash(const record& what) {
  return std::hash<journal_number>{}(
    journal_number{std::visit([](const auto& x) { return owner_of(x); }, what)});
}

projection::projection(std::unique_ptr<connection> db, std::uint64_t owner, std::uint32_t lanes)
  : db_{std::move(db)}
  , owner_{owner}
  , lanes_{std::max(lanes, 1u)}
  , rows_{*db_} {}

database_result<> projection::connect() {
  const statement needed[] = {read_ground,
                              note_lanes,
                              park_record,
                              note_highest,
                              drop_accesses,
                              drop_statics,
                              end_subscriptions,
                              drop_binding,
                              read_state,
                              read_latest_use(),
                              upsert_of<account_state>(),
                              upsert_of<access_row>(),
                              upsert_of<static_address_row>(),
                              upsert_of<subscription_row>(),
                              upsert_of<binding>(),
                              upsert_of<session>(),
                              upsert_of<nas_state>(),
                              upsert_of<address_use>(),
                              refresh_of<address_use>(),
                              refresh_of<binding>(),
                              refresh_of<session>()};
  if (auto done = db_->prepare(needed); !done)
    return done;
  auto lowest = std::numeric_limits<std::int64_t>::max();
  reached_ = journal_number{};
  auto done = db_->execute(read_lanes, {}, [&](const row_view& r) {
    lowest = std::min(lowest, r.integer(1));
    reached_ = std::max(reached_, journal_number{static_cast<std::uint64_t>(r.integer(1))});
  });
  if (!done)
    return done.error();
  applied_ = journal_number{
    lowest == std::numeric_limits<std::int64_t>::max() ? 0 : static_cast<std::uint64_t>(lowest)};
  parked_keys_.clear();
  parked_total_ = 0;
  done = db_->execute(read_parked_keys, {}, [&](const row_view& r) {
    parked_keys_.insert(text_from_stored(r.text(0)));
    ++parked_total_;
  });
  if (!done)
    return done.error();
  highest_.clear();
  done = db_->execute(read_highest, {}, [&](const row_view& r) {
    highest_[std::string{r.text(0)}] = static_cast<std::uint64_t>(r.integer(1));
  });
  highest_noted_ = highest_;
  return just(done);
}

database_result<> projection::apply(std::span<const projected_record> batch) {
  parking_.clear();
  parked_now_.clear();
  singly_ = false;
  // Every round but the first refused one parks at least one more record, so this ends.
  for (;;) {
    refusal at;
    const auto done = attempt(batch, at);
    if (done)
      break;
    if (!done.error().refused)
      return done.error();
    if (!std::exchange(singly_, true))
      continue;
    parking_[key_of(batch[at.record])].emplace(at.record, at.why.sentence);
  }
  applied_ = batch.back().number;
  reached_ = std::max(reached_, applied_);
  for (const auto& note : parked_now_)
    parked_keys_.insert(note.key);
  parked_total_ += parked_now_.size();
  highest_noted_ = highest_;
  return {};
}

database_result<> projection::check_ground() {
  std::uint64_t owner = 0;
  std::uint64_t applied = 0;
  const auto done = db_->execute(read_ground, {}, [&](const row_view& r) {
    owner = static_cast<std::uint64_t>(r.integer(0));
    applied = static_cast<std::uint64_t>(r.integer(1));
  });
  if (done && owner != owner_)
    return database_error{errc::store_foreign,
                          "another process became the owner of the store (owner " +
                            std::to_string(owner) + ", we are " + std::to_string(owner_) + ")",
                          {},
                          false};
  if (done && applied != applied_.value)
    return database_error{errc::unavailable,
                          "it has records up to " + std::to_string(applied) + ", not up to " +
                            std::to_string(applied_.value) + " as before",
                          {},
                          false};
  return just(done);
}

bool projection::is_parked(std::span<const projected_record> batch, std::size_t i) const {
  const auto& r = batch[i];
  if (!r.readable)
    return true;
  if (parked_keys_.empty() && parking_.empty())
    return false;
  const auto key = key_of(r);
  const auto now = parking_.find(key);
  return parked_keys_.contains(key) || (now != parking_.end() && now->second.begin()->first <= i);
}

database_result<> projection::attempt(std::span<const projected_record> batch, refusal& at) {
  transaction work{*db_};
  if (auto done = work.begin_write(); !done)
    return done;
  if (auto done = check_ground(); !done)
    return done;
  addresses_.clear();
  sessions_.clear();
  nases_.clear();
  parked_now_.clear();
  const auto session = highest_noted_.find("session");
  rows_.begin(reached_, session == highest_noted_.end() ? 0 : session->second);
  if (auto done = look_up(batch); !done)
    return done;
  for (std::uint32_t lane = 0; lane < lanes_; ++lane)
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (is_parked(batch, i) || owner_hash(batch[i].what) % lanes_ != lane)
        continue;
      if (const auto done = apply_record(batch, i); !done) {
        at = {i, done.error()};
        return done;
      }
    }
  auto done = flush(batch, at);
  if (!done)
    return done;
  done = park(batch);
  if (done)
    done = note(batch);
  if (done)
    done = work.commit();
  if (!done) // no record is at fault
    return database_error{done.error().code, done.error().sentence, {}, false};
  return done;
}

database_result<> projection::apply_record(std::span<const projected_record> batch, std::size_t i) {
  const auto& r = batch[i];
  note_ids(r.what);
  if (const auto* account = std::get_if<account_changed>(&r.what)) {
    if (singly_)
      return put(account->after, r.time);
    rows_.add(account->after, r.time);
  } else if (const auto* session = std::get_if<session_changed>(&r.what)) {
    auto& last = sessions_[session->after.id.value]; // it may have changed its owner, and lane
    last = std::max(last, i);
  } else if (const auto* nas = std::get_if<nas_restarted>(&r.what)) {
    nases_[nas->after.id.value] = i;
  } else if (const auto* address = std::get_if<binding_changed>(&r.what)) {
    const auto done = put_history(batch, i);
    addresses_[address_key(address->after)] = i;
    return done;
  }
  return {};
}

template <class T>
database_result<> projection::upsert(const T& object) {
  return just(db_->execute(upsert_of<T>(), parameters_.of(object), row_reader{}));
}

database_result<> projection::put(const account_state& a, instant time) {
  const auto done = db_->execute(upsert_of<account_state>(), parameters_.of(a), row_reader{});
  if (!done)
    return done.error();
  return *done == 0 ? database_result<>{} : put_children(a, time);
}

database_result<> projection::put_children(const account_state& a, instant time) {
  auto done = just(db_->execute(drop_accesses, {a.id}));
  if (done)
    done = just(db_->execute(drop_statics, {a.id}));
  std::uint32_t position = 0;
  for (const auto& one : a.accesses)
    if (done)
      done = upsert(row_of(a.id, position++, one, a.number_of_change));
  position = 0;
  for (const auto& one : a.addresses)
    if (done)
      done = upsert(row_of(a.id, position++, one, a.number_of_change));
  const auto current = row_of(a.id, a.current, a.number_of_change);
  if (done)
    done = just(db_->execute(end_subscriptions, {a.id, current.id, time}));
  if (done && a.current != subscription{})
    done = upsert(current);
  return done;
}

database_result<> projection::look_up(std::span<const projected_record> batch) {
  if (singly_)
    return {};
  std::vector<const binding*> changes;
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (const auto* address = std::get_if<binding_changed>(&batch[i].what);
        address && !is_parked(batch, i))
      changes.push_back(&address->after);
  return rows_.look_up(changes);
}

database_result<binding_state> projection::state_before(std::span<const projected_record> batch,
                                                        const binding& b) {
  if (const auto at = addresses_.find(address_key(b)); at != addresses_.end())
    return std::get<binding_changed>(batch[at->second].what).after.state;
  if (!singly_)
    return rows_.state_of(b);
  auto state = binding_state::free;
  const auto done = db_->execute(read_state, {b.domain, b.address}, [&](const row_view& r) {
    state = static_cast<binding_state>(r.integer(0));
  });
  if (!done)
    return done.error();
  return state;
}

database_result<> projection::put_history(std::span<const projected_record> batch, std::size_t i) {
  const auto& b = std::get<binding_changed>(batch[i].what).after;
  // A held, offered or free address without a binding before it has no open use.
  const auto before = state_before(batch, b);
  if (!before)
    return before.error();
  if (b.state != binding_state::bound && *before != binding_state::bound)
    return {};
  std::optional<address_use> read;
  auto& latest = singly_ ? read : rows_.latest_use(b);
  if (singly_)
    if (const auto done =
          db_->execute(read_latest_use(), {b.domain, b.address},
                       [&](const row_view& r) { read_object(r, latest.emplace()); });
        !done)
      return done.error();
  const auto change = follow(latest, *before, b, batch[i].time);
  for (const auto* use : {&change.closed, &change.begun})
    if (*use) {
      latest = *use;
      if (auto done = put_use(**use); !done)
        return done;
    }
  return {};
}

database_result<> projection::put_use(const address_use& use) {
  if (singly_)
    return upsert(use);
  rows_.add(use);
  return {};
}

database_result<> projection::put_current(const projected_record& r) {
  if (const auto* x = std::get_if<session_changed>(&r.what))
    return upsert(x->after);
  if (const auto* x = std::get_if<nas_restarted>(&r.what))
    return upsert(x->after);
  const auto& b = std::get<binding_changed>(r.what).after;
  if (b.state == binding_state::free)
    return just(db_->execute(drop_binding, {b.domain, b.address, b.number}));
  return upsert(b);
}

database_result<> projection::flush(std::span<const projected_record> batch, refusal& at) {
  std::vector<std::size_t> order;
  order.reserve(addresses_.size() + sessions_.size() + nases_.size());
  for (const auto* table : {&addresses_, &sessions_, &nases_})
    for (const auto& [key, index] : *table)
      order.push_back(index);
  std::sort(order.begin(), order.end());
  if (!singly_) {
    for (const auto index : order)
      std::visit(
        [this](const auto& x) {
          if constexpr (requires { rows_.add(x.after); })
            rows_.add(x.after);
        },
        batch[index].what);
    const auto done = rows_.write();
    if (!done)
      at = {0, done.error()};
    return done;
  }
  for (const auto index : order)
    if (const auto done = put_current(batch[index]); !done) {
      at = {index, done.error()};
      return done;
    }
  return {};
}

database_result<> projection::park(std::span<const projected_record> batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& r = batch[i];
    if (!is_parked(batch, i))
      continue;
    auto note = newly_parked{r.number, key_of(r), "an earlier record of this key is parked"};
    if (!r.readable)
      note.reason = "the record cannot be read";
    if (const auto key = parking_.find(note.key); key != parking_.end())
      if (const auto at = key->second.find(i); at != key->second.end())
        note.reason = at->second;
    const std::string_view bytes{reinterpret_cast<const char*>(r.payload.data()), r.payload.size()};
    const auto done = db_->execute(park_record, {r.number, r.time, r.kind, stored_text(note.key),
                                                 stored_text(note.reason), stored_secret(bytes)});
    if (!done)
      return done.error();
    if (*done > 0)
      parked_now_.push_back(std::move(note));
  }
  return {};
}

void projection::note_ids(const record& what) {
  const auto raise = [this](const std::string& entity, std::uint64_t id) {
    auto& highest = highest_[entity];
    highest = std::max(highest, id);
  };
  if (const auto* account = std::get_if<account_changed>(&what))
    raise("account", account->after.id.value);
  else if (const auto* address = std::get_if<binding_changed>(&what))
    raise("binding", address->after.id.value);
  else if (const auto* session = std::get_if<session_changed>(&what))
    raise("session", session->after.id.value);
  else if (const auto* edit = std::get_if<desk_changed>(&what))
    raise(edit->entity, edit->id); // a restored database may lack the row
}

database_result<> projection::note(std::span<const projected_record> batch) {
  for (const auto& [entity, highest] : highest_) {
    const auto noted = highest_noted_.find(entity);
    if (noted != highest_noted_.end() && noted->second == highest)
      continue;
    if (const auto done = db_->execute(note_highest, {entity, highest}); !done)
      return done.error();
  }
  return just(db_->execute(note_lanes, {batch.back().number, batch.back().time}));
}

} // namespace uzel::storage
