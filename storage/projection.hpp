// How records become rows: one batch, one transaction. Belongs to the projector's thread.
#pragma once

#include "domain/entities/live.hpp"
#include "storage/database.hpp"
#include "storage/gathered_rows.hpp"
#include "storage/history.hpp"
#include "storage/objects.hpp"
#include "storage/record.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace uzel::storage {

// A record on its way to the tables; what = nothing when the payload could not be read.
struct projected_record {
  journal_number number;
  instant time;
  std::uint16_t kind = 0;
  std::span<const std::uint8_t> payload;
  bool readable = false;
  record what;
};

// The thing that a record is about: records of one thing are applied in order, and parked together.
std::string key_of(const projected_record& r);
// What the lanes are made of: records of one owner share a lane.
std::uint64_t owner_hash(const record& what);

// A record that was refused for good in the last batch.
struct newly_parked {
  journal_number number;
  std::string key;
  std::string reason;
};

class projection {
 public:
  projection(std::unique_ptr<connection> db, std::uint64_t owner, std::uint32_t lanes);

  // Reads what the database has: applied numbers (a fail-over may have moved them back), parked
  // keys, highest ids. At the start and after every loss of the database.
  database_result<> connect();
  journal_number applied() const { return applied_; }
  std::uint64_t parked_total() const { return parked_total_; }

  // Everything or nothing of the batch, in a durable commit; records refused for good are parked
  // with it. Errors: store_foreign when another process owns the store now, otherwise worth
  // repeating.
  database_result<> apply(std::span<const projected_record> batch);
  const std::vector<newly_parked>& parked_now() const { return parked_now_; }
  void interrupt() noexcept { db_->interrupt(); }

 private:
  // Where in the batch a refusal came from.
  struct refusal {
    std::size_t record = 0;
    database_error why;
  };
  database_result<> attempt(std::span<const projected_record> batch, refusal& at);
  // The store is still ours, and has what we think it has.
  database_result<> check_ground();
  database_result<> apply_record(std::span<const projected_record> batch, std::size_t i);
  database_result<> put(const account_state& a, instant time);
  database_result<> put_children(const account_state& a, instant time);
  database_result<> look_up(std::span<const projected_record> batch);
  database_result<> put_history(std::span<const projected_record> batch, std::size_t i);
  database_result<> put_use(const address_use& use);
  database_result<binding_state> state_before(std::span<const projected_record> batch,
                                              const binding& b);
  database_result<> flush(std::span<const projected_record> batch, refusal& at);
  database_result<> put_current(const projected_record& r);
  database_result<> park(std::span<const projected_record> batch);
  database_result<> note(std::span<const projected_record> batch);
  void note_ids(const record& what);
  bool is_parked(std::span<const projected_record> batch, std::size_t i) const;
  template <class T>
  database_result<> upsert(const T& object);

  std::unique_ptr<connection> db_;
  std::uint64_t owner_;
  std::uint32_t lanes_;
  object_parameters parameters_;
  gathered_rows rows_;
  bool singly_ = false; // row by row, to learn which record is refused
  journal_number applied_;
  journal_number reached_; // by the lane that is farthest
  std::uint64_t parked_total_ = 0;
  boost::unordered_flat_set<std::string> parked_keys_;                // committed
  std::map<std::string, std::map<std::size_t, std::string>> parking_; // key -> index -> reason
  std::map<std::string, std::uint64_t> highest_;
  std::map<std::string, std::uint64_t> highest_noted_;
  std::vector<newly_parked> parked_now_;
  // Of the batch at hand: the last record of each thing whose current state is written once.
  boost::unordered_flat_map<std::uint64_t, std::size_t> addresses_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> sessions_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> nases_;
};

} // namespace uzel::storage
