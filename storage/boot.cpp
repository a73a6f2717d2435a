#include "storage/boot.hpp"

#include "config/log.hpp"
#include "domain/entities/codec.hpp"
#include "storage/boot_tables.hpp"

#include <algorithm>
#include <limits>

namespace uzel::storage {
namespace {

constexpr statement boot_lanes{"boot_lanes", "SELECT applied, applied_time FROM lanes"};
constexpr statement boot_highest{"boot_highest_ids", "SELECT entity, id FROM highest_ids"};
constexpr statement boot_parked{"boot_parked",
                                "SELECT number, record_time, record_kind, payload FROM parked "
                                "ORDER BY number"};

std::uint64_t address_key(const binding& b) {
  return (b.domain.value << 32) ^ b.address.value;
}

database_result<> read_notes(connection& db, boot_image& out) {
  auto lowest = std::numeric_limits<std::int64_t>::max();
  auto done = db.execute(boot_lanes, {}, [&](const row_view& r) {
    lowest = std::min(lowest, r.integer(0));
    out.last_time = std::max(out.last_time, instant{r.integer(1)});
  });
  if (!done)
    return done.error();
  if (lowest != std::numeric_limits<std::int64_t>::max())
    out.last = journal_number{static_cast<std::uint64_t>(lowest)};
  done = db.execute(boot_highest, {}, [&](const row_view& r) {
    const auto next = static_cast<std::uint64_t>(r.integer(1)) + 1;
    if (r.text(0) == "account")
      out.next_account = next;
    else if (r.text(0) == "binding")
      out.next_binding = next;
    else if (r.text(0) == "session")
      out.next_session = next;
  });
  if (!done)
    return done.error();
  return {};
}

// What the database refused is as true as the rest.
database_result<> replay_parked(connection& db, boot_image& out) {
  std::vector<numbered_record> records;
  const auto done = db.execute(boot_parked, {}, [&](const row_view& r) {
    const auto number = journal_number{static_cast<std::uint64_t>(r.integer(0))};
    const auto payload = secret_from_stored(r.text(3));
    const auto what =
      decode(static_cast<std::uint16_t>(r.integer(2)),
             {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, number);
    if (what)
      records.push_back({number, instant{r.integer(1)}, *what});
    else
      log::store.error("parked-record-unreadable",
                       "parked record {} cannot be read; what it changed is not known to this "
                       "program",
                       number.value);
  });
  if (!done)
    return done.error();
  if (records.empty())
    return {};
  const auto last = out.last;
  boot_replay replay{out};
  for (const auto& one : records)
    replay.apply(one);
  replay.finish();
  out.last = last;
  return {};
}

// Where the newer of two states of one thing goes; null when it is older than what is there.
template <class T, class Index>
T* place_for(std::vector<T>& list, Index& index, std::uint64_t key, journal_number number,
             journal_number T::*stamp) {
  const auto [at, fresh] = index.try_emplace(key, list.size());
  if (fresh)
    return &list.emplace_back();
  auto& known = list[at->second];
  return known.*stamp < number ? &known : nullptr;
}

template <class T>
std::shared_ptr<const catalogue> changed(const catalogue& before, std::string_view entity_name,
                                         std::uint64_t id, const row& fields) {
  if (fields.empty())
    return with_change(before, entity_name, id, nullptr);
  T object;
  for (const auto& problem : from_row(fields, object))
    log::store.warn("desk-row-invalid", "{} {}: {} {}", entity_name, id, problem.field,
                    problem.problem);
  return with_change(before, entity_name, id, &object);
}

} // namespace

store_result<boot_image> load_boot(connection& db) {
  boot_image out;
  transaction snapshot{db};
  auto done = snapshot.begin_read();
  if (done)
    done = read_notes(db, out);
  if (done)
    done = read_catalogue(db, out);
  if (done)
    done = read_accounts(db, out);
  if (done)
    done = read_bindings(db, out);
  if (done)
    done = read_sessions(db, out);
  if (done)
    done = read_nases(db, out);
  if (done)
    done = replay_parked(db, out);
  if (done)
    done = snapshot.commit();
  if (!done)
    return store_error{done.error().code, "cannot load the live state: " + done.error().sentence};
  auto desk = std::make_shared<catalogue>(*out.desk);
  desk->number = out.last;
  out.desk = std::move(desk);
  return out;
}

boot_replay::boot_replay(boot_image& image) : image_{image} {
  accounts_.reserve(image.accounts.size());
  for (std::size_t i = 0; i < image.accounts.size(); ++i)
    accounts_[image.accounts[i].id.value] = i;
  bindings_.reserve(image.bindings.size());
  for (std::size_t i = 0; i < image.bindings.size(); ++i)
    bindings_[address_key(image.bindings[i])] = i;
  sessions_.reserve(image.sessions.size());
  for (std::size_t i = 0; i < image.sessions.size(); ++i)
    sessions_[image.sessions[i].id.value] = i;
  for (std::size_t i = 0; i < image.nases.size(); ++i)
    nases_[image.nases[i].id.value] = i;
}

void boot_replay::apply(const numbered_record& next) {
  std::visit([this](const auto& x) { put(x); }, next.what);
  image_.last = std::max(image_.last, next.number);
  image_.last_time = std::max(image_.last_time, next.time);
}

void boot_replay::put(const account_changed& x) {
  const auto& a = x.after;
  if (auto* place = place_for(image_.accounts, accounts_, a.id.value, a.number_of_change,
                              &account_state::number_of_change))
    *place = a;
  image_.next_account = std::max(image_.next_account, a.id.value + 1);
}

void boot_replay::put(const binding_changed& x) {
  const auto& b = x.after;
  if (auto* place =
        place_for(image_.bindings, bindings_, address_key(b), b.number, &binding::number))
    *place = b;
  image_.next_binding = std::max(image_.next_binding, b.id.value + 1);
}

void boot_replay::put(const session_changed& x) {
  const auto& s = x.after;
  if (auto* place = place_for(image_.sessions, sessions_, s.id.value, s.number, &session::number))
    *place = s;
  image_.next_session = std::max(image_.next_session, s.id.value + 1);
}

void boot_replay::put(const nas_restarted& x) {
  const auto& n = x.after;
  if (auto* place = place_for(image_.nases, nases_, n.id.value, n.number, &nas_state::number))
    *place = n;
}

// The row itself was read from the database, which is never behind its own notes.
void boot_replay::put(const desk_changed&) {}

void boot_replay::finish() {
  std::erase_if(image_.bindings, [](const binding& b) { return b.state == binding_state::free; });
  std::erase_if(image_.sessions,
                [this](const session& s) { return !may_be_heard_of(s, image_.last_time); });
  if (!image_.desk)
    image_.desk = std::make_shared<catalogue>();
  auto desk = std::make_shared<catalogue>(*image_.desk);
  desk->number = std::max(desk->number, image_.last);
  image_.desk = std::move(desk);
}

void apply_tail(boot_image& image, const numbered_record& next) {
  boot_replay replay{image};
  replay.apply(next);
  replay.finish();
}

std::shared_ptr<const catalogue> with_row(const catalogue& before, const entity& e,
                                          std::uint64_t id, const row& fields,
                                          journal_number number) {
  auto after = e.name == "routing_domain" ? changed<routing_domain>(before, e.name, id, fields)
               : e.name == "client"       ? changed<client>(before, e.name, id, fields)
               : e.name == "nas"          ? changed<nas>(before, e.name, id, fields)
               : e.name == "device"       ? changed<device>(before, e.name, id, fields)
               : e.name == "port"         ? changed<port>(before, e.name, id, fields)
               : e.name == "service"      ? changed<service>(before, e.name, id, fields)
               : e.name == "pool"         ? changed<pool>(before, e.name, id, fields)
               : e.name == "network"      ? changed<network>(before, e.name, id, fields)
               : e.name == "subscriber_options"
                 ? changed<subscriber_options>(before, e.name, id, fields)
                 : with_change(before, e.name, id, nullptr);
  auto stamped = std::make_shared<catalogue>(*after);
  stamped->number = std::max(before.number, number);
  return stamped;
}

} // namespace uzel::storage
