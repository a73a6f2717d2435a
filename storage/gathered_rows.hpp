// The rows that a batch of records comes to: looked up together first, written table by table at
// the end. A server is asked some twenty questions per batch, not several per record.
#pragma once

#include "domain/entities/live.hpp"
#include "storage/database.hpp"
#include "storage/objects.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace uzel::storage {

// Works in its caller's transaction. What is added by reference outlives write().
class gathered_rows {
 public:
  explicit gathered_rows(connection& db) : db_{db} {}

  // Every row that is there has a record up to `applied`, and a session's id up to
  // `highest_session`: what is beyond is new. A row of which that was not true is refused.
  void begin(journal_number applied, std::uint64_t highest_session);
  // Reads where the histories of the changed addresses stand.
  database_result<> look_up(std::span<const binding* const> changes);
  // As they stand in the database, for an address of look_up().
  binding_state state_of(const binding& b) const;
  // The newest use of its address; the caller keeps it up to date.
  std::optional<address_use>& latest_use(const binding& b);

  // A row of the history; of several states the last one is written.
  void add(const address_use& use) { uses_[use.id.value] = use; }
  // Of one account in the order of its records: each ends the subscription before it.
  void add(const account_state& a, instant time);
  // Current states, one per thing; a free binding takes its row away.
  void add(const binding& b);
  void add(const session& s) { (s.id.value > highest_session_ ? begun_ : sessions_).push_back(&s); }
  void add(const nas_state& n) { nases_.push_back(&n); }

  database_result<> write();

 private:
  struct account_change {
    const account_state* after = nullptr;
    instant time;
  };
  using wave = std::vector<account_change>; // each account once

  template <class T>
  database_result<> upsert(const std::vector<const T*>& objects);
  // Those that are not there.
  template <class T>
  database_result<> insert(const std::vector<const T*>& objects);
  // Those that are there.
  template <class T>
  database_result<> refresh(const std::vector<const T*>& objects);
  database_result<> drop_freed();
  database_result<> write_uses();
  database_result<> write_accounts(const wave& changes);
  database_result<> write_children(const wave& changes);

  connection& db_;
  journal_number applied_;
  std::uint64_t highest_session_ = 0;
  object_parameters cells_;
  boost::unordered_flat_map<std::uint64_t, binding_state> states_;
  boost::unordered_flat_map<std::uint64_t, std::optional<address_use>> latest_;
  std::map<std::uint64_t, address_use> uses_;
  std::vector<wave> waves_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> wave_of_;
  std::vector<const binding*> bindings_; // of addresses that have a row
  std::vector<const binding*> given_;    // ... that have none
  std::vector<const binding*> freed_;
  std::vector<const session*> sessions_;
  std::vector<const session*> begun_; // without a row
  std::vector<const nas_state*> nases_;
};

} // namespace uzel::storage
