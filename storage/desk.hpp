// Edits of desk rows: each in one transaction with its note for the journal.
#pragma once

#include "domain/entities/entity.hpp"
#include "storage/database.hpp"
#include "storage/record.hpp"
#include "storage/write_turn.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace uzel::storage {

// A change of the desk that the journal does not know yet.
struct outbox_note {
  std::uint64_t id = 0;
  desk_changed what;
};

// What an edit came to.
struct desk_outcome {
  row after;            // outside form; empty after a removal
  bool changed = false; // false: nothing was different, there is no note
  outbox_note note;     // append note.what to the journal, then call outbox_done(note.id)
};

// Belongs to one thread. Errors carry a sentence that may be shown: not_found, conflict (names the
// field), stale_version, in_use (names who refers to it), invalid_input (a reference to nothing),
// unavailable, timed_out, store_foreign (another process owns the store now).
class desk {
 public:
  desk(std::unique_ptr<connection> db, std::uint64_t owner, write_turn& turn);

  // `fields` in table order; id, version and updated are set here. Bounds were checked before.
  store_result<desk_outcome> create(const entity& e, row fields, instant now);
  // expected_version 0 = whatever is there; changed = indexes of the fields that `fields` gives.
  store_result<desk_outcome> change(const entity& e, std::uint64_t id,
                                    std::uint64_t expected_version,
                                    std::span<const std::uint32_t> changed, const row& fields,
                                    instant now);
  store_result<desk_outcome> remove(const entity& e, std::uint64_t id);

  // Notes whose desk_changed was perhaps not appended, oldest first (leftovers of a crash too).
  store_result<std::vector<outbox_note>> pending_outbox();
  // The journal has it, synced.
  store_result<> outbox_done(std::uint64_t note_id);

 private:
  template <class Work>
  store_result<desk_outcome> edit(Work work);
  store_result<> check_owner();
  store_result<> take_note(const entity& e, const std::string& key, desk_outcome& out,
                           std::uint64_t id, std::uint64_t version, bool deleted);
  store_result<> settle_commit(const database_error& why, const std::string& key);

  std::unique_ptr<connection> db_;
  std::uint64_t owner_;
  write_turn& turn_;
};

} // namespace uzel::storage
