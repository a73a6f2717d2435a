#include "storage/gathered_rows.hpp"

#include "storage/statements.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

namespace uzel::storage {
namespace {

constexpr rows_statement read_states{
  {"read_binding_states", "SELECT routing_domain_id, address, state FROM bindings "
                          "WHERE routing_domain_id = $1 AND address = $2"},
  "SELECT b.routing_domain_id, b.address, b.state FROM (SELECT unnest($1::bigint[]) AS domain, "
  "unnest($2::bigint[]) AS address) AS k JOIN bindings b "
  "ON b.routing_domain_id = k.domain AND b.address = k.address",
  2};
constexpr rows_statement drop_accesses{
  {"delete_accesses", "DELETE FROM accesses WHERE account_id = $1"},
  "DELETE FROM accesses WHERE account_id = ANY ($1::bigint[])",
  1};
constexpr rows_statement drop_statics{
  {"delete_static_addresses", "DELETE FROM static_addresses WHERE account_id = $1"},
  "DELETE FROM static_addresses WHERE account_id = ANY ($1::bigint[])",
  1};
constexpr rows_statement end_subscriptions{
  {"end_subscriptions", "UPDATE subscriptions SET state = 3, "
                        "ends = CASE WHEN ends = 0 OR ends > $3 THEN $3 ELSE ends END "
                        "WHERE account_id = $1 AND id <> $2 AND state IN (1, 2)"},
  "UPDATE subscriptions s SET state = 3, "
  "ends = CASE WHEN s.ends = 0 OR s.ends > k.until THEN k.until ELSE s.ends END "
  "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS k (account, current, until) "
  "WHERE s.account_id = k.account AND s.id <> k.current AND s.state IN (1, 2)",
  3};
constexpr rows_statement drop_bindings{
  {"delete_binding_of_address", "DELETE FROM bindings WHERE routing_domain_id = $1 "
                                "AND address = $2 AND record < $3"},
  "DELETE FROM bindings b USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) "
  "AS k (domain, address, record) WHERE b.routing_domain_id = k.domain "
  "AND b.address = k.address AND b.record < k.record",
  3};

const rows_statement& read_latest_uses() {
  static const std::string newest =
    "SELECT " + statements_of(entity_of<address_use>()).columns + " FROM address_history WHERE ";
  static const std::string order = " ORDER BY begun DESC, id DESC LIMIT 1";
  static const std::string one = newest + "routing_domain_id = $1 AND address = $2" + order;
  static const std::string many =
    "SELECT u.* FROM (SELECT unnest($1::bigint[]) AS domain, unnest($2::bigint[]) AS address_of) "
    "AS k CROSS JOIN LATERAL (" +
    newest + "routing_domain_id = k.domain AND address = k.address_of" + order + ") u";
  static const rows_statement out{{"read_latest_use", one}, many, 2};
  return out;
}

template <class T>
rows_statement upsert_of() {
  const auto& s = statements_of(entity_of<T>());
  return {{s.name_of_upsert, s.upsert_newer}, s.upsert_newer_many, columns_of<T>().size()};
}

template <class T>
rows_statement insert_of() {
  const auto& s = statements_of(entity_of<T>());
  return {{s.name_of_upsert, s.upsert_newer}, s.insert_many, columns_of<T>().size()};
}

template <class T>
rows_statement refresh_of() {
  auto out = upsert_of<T>();
  const auto& s = statements_of(entity_of<T>());
  out.refresh = {s.name_of_refresh, s.refresh_newer};
  out.refresh_many = s.refresh_newer_many;
  return out;
}

// Shows the ids of those that were older in the database.
const rows_statement& upsert_accounts() {
  static const auto plain = upsert_of<account_state>();
  static const std::string one = std::string{plain.one.sql} + " RETURNING id";
  static const std::string many = std::string{plain.many} + " RETURNING id";
  static const rows_statement out{{plain.one.name, one}, many, plain.columns};
  return out;
}

database_result<> just(const database_result<std::uint64_t>& r) {
  if (!r)
    return r.error();
  return {};
}

std::uint64_t key_of(routing_domain_id domain, ipv4 address) {
  return (domain.value << 32) ^ address.value;
}
std::uint64_t key_of(const binding& b) {
  return key_of(b.domain, b.address);
}

} // namespace

void gathered_rows::begin(journal_number applied, std::uint64_t highest_session) {
  applied_ = applied;
  highest_session_ = highest_session;
  states_.clear();
  latest_.clear();
  uses_.clear();
  waves_.clear();
  wave_of_.clear();
  bindings_.clear();
  given_.clear();
  freed_.clear();
  sessions_.clear();
  begun_.clear();
  nases_.clear();
}

database_result<> gathered_rows::look_up(std::span<const binding* const> changes) {
  std::vector<parameter> keys;
  for (const auto* b : changes)
    if (states_.try_emplace(key_of(*b), binding_state::free).second) {
      keys.emplace_back(b->domain);
      keys.emplace_back(b->address);
    }
  auto done = just(db_.execute_rows(read_states, keys, [&](const row_view& r) {
    const auto key = key_of(routing_domain_id{static_cast<std::uint64_t>(r.integer(0))},
                            ipv4{static_cast<std::uint32_t>(r.integer(1))});
    states_[key] = static_cast<binding_state>(r.integer(2));
  }));
  if (!done)
    return done;
  // Only a bound address has a use that goes on, or begins one.
  keys.clear();
  for (const auto* b : changes)
    if ((b->state == binding_state::bound || state_of(*b) == binding_state::bound) &&
        latest_.try_emplace(key_of(*b)).second) {
      keys.emplace_back(b->domain);
      keys.emplace_back(b->address);
    }
  return just(db_.execute_rows(read_latest_uses(), keys, [&](const row_view& r) {
    address_use use;
    read_object(r, use);
    latest_[key_of(use.domain, use.address)] = use;
  }));
}

binding_state gathered_rows::state_of(const binding& b) const {
  const auto at = states_.find(key_of(b));
  return at == states_.end() ? binding_state::free : at->second;
}

std::optional<address_use>& gathered_rows::latest_use(const binding& b) {
  return latest_[key_of(b)];
}

void gathered_rows::add(const binding& b) {
  auto& into = b.state == binding_state::free       ? freed_
               : state_of(b) == binding_state::free ? given_
                                                    : bindings_;
  into.push_back(&b);
}

void gathered_rows::add(const account_state& a, instant time) {
  const auto number = wave_of_[a.id.value]++;
  if (number == waves_.size())
    waves_.emplace_back();
  waves_[number].push_back({&a, time});
}

template <class T>
database_result<> gathered_rows::upsert(const std::vector<const T*>& objects) {
  cells_.clear();
  for (const auto* one : objects)
    cells_.add(*one);
  return just(db_.execute_rows(upsert_of<T>(), cells_.all()));
}

template <class T>
database_result<> gathered_rows::insert(const std::vector<const T*>& objects) {
  cells_.clear();
  for (const auto* one : objects)
    cells_.add(*one);
  return just(db_.execute_rows(insert_of<T>(), cells_.all()));
}

template <class T>
database_result<> gathered_rows::refresh(const std::vector<const T*>& objects) {
  cells_.clear();
  for (const auto* one : objects)
    cells_.add(*one);
  return just(db_.execute_rows(refresh_of<T>(), cells_.all()));
}

database_result<> gathered_rows::drop_freed() {
  std::vector<parameter> cells;
  for (const auto* b : freed_) {
    cells.emplace_back(b->domain);
    cells.emplace_back(b->address);
    cells.emplace_back(b->number);
  }
  return just(db_.execute_rows(drop_bindings, cells));
}

database_result<> gathered_rows::write_children(const wave& changes) {
  std::vector<parameter> ids;
  std::vector<parameter> ends;
  std::vector<access_row> accesses;
  std::vector<static_address_row> statics;
  std::vector<subscription_row> subscriptions;
  for (const auto& [a, time] : changes) {
    ids.emplace_back(a->id);
    std::uint32_t position = 0;
    for (const auto& one : a->accesses)
      accesses.push_back(row_of(a->id, position++, one, a->number_of_change));
    position = 0;
    for (const auto& one : a->addresses)
      statics.push_back(row_of(a->id, position++, one, a->number_of_change));
    const auto current = row_of(a->id, a->current, a->number_of_change);
    ends.insert(ends.end(), {parameter{a->id}, parameter{current.id}, parameter{time}});
    if (a->current != subscription{})
      subscriptions.push_back(current);
  }
  const auto upsert_all = [&](const auto& rows) {
    cells_.clear();
    for (const auto& one : rows)
      cells_.add(one);
    using row_type = typename std::decay_t<decltype(rows)>::value_type;
    return just(db_.execute_rows(upsert_of<row_type>(), cells_.all()));
  };
  auto done = just(db_.execute_rows(drop_accesses, ids));
  if (done)
    done = just(db_.execute_rows(drop_statics, ids));
  if (done)
    done = upsert_all(accesses);
  if (done)
    done = upsert_all(statics);
  if (done)
    done = just(db_.execute_rows(end_subscriptions, ends));
  return done ? upsert_all(subscriptions) : done;
}

database_result<> gathered_rows::write_accounts(const wave& changes) {
  cells_.clear();
  for (const auto& one : changes)
    cells_.add(*one.after);
  boost::unordered_flat_set<std::uint64_t> newer;
  const auto done = db_.execute_rows(upsert_accounts(), cells_.all(), [&](const row_view& r) {
    newer.insert(static_cast<std::uint64_t>(r.integer(0)));
  });
  if (!done)
    return done.error();
  wave changed;
  for (const auto& one : changes)
    if (newer.contains(one.after->id.value))
      changed.push_back(one);
  return write_children(changed);
}

database_result<> gathered_rows::write() {
  database_result<> done;
  for (const auto& one : waves_)
    if (done)
      done = write_accounts(one);
  if (done)
    done = insert(given_);
  if (done)
    done = refresh(bindings_);
  if (done)
    done = drop_freed();
  if (done)
    done = insert(begun_);
  if (done)
    done = refresh(sessions_);
  if (done)
    done = upsert(nases_);
  return done ? write_uses() : done;
}

// A use has the number of the record that began it.
database_result<> gathered_rows::write_uses() {
  std::vector<const address_use*> begun;
  std::vector<const address_use*> changed;
  for (const auto& [id, use] : uses_)
    (id > applied_.value ? begun : changed).push_back(&use);
  auto done = insert(begun);
  return done ? refresh(changed) : done;
}

} // namespace uzel::storage
