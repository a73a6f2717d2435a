// One creation of accounts on its way, of a single one or of a hundred thousand: check, claim keys,
// take static addresses, seal and append, plant. Until the first record is appended all of it can
// be undone, and is. Part of a directory shard; runs on its thread only.
#pragma once

#include "actors/directory.hpp"

#include <utility>

namespace uzel {

class intake {
 public:
  intake(directory_state& home, std::uint64_t number, std::vector<account_state> drafts,
         std::vector<std::string> passwords);

  // One of them is set before start(): who asked, and for what.
  void answer_to(caf::typed_response_promise<account_shown> asker);
  void answer_to(caf::typed_response_promise<accounts_imported> asker) { many_ = asker; }

  void start();
  // The next slice of appending.
  void go_on();

 private:
  struct wanted_address {
    std::uint32_t row;
    std::size_t index; // in the draft's addresses
  };
  struct taken_address {
    std::uint32_t row;
    static_address what;
    binding given;
  };

  void check();
  void check_row(std::uint32_t line);
  bool take_id(std::uint32_t line);
  void collect_keys();
  void claim();
  void claim_answered(std::size_t shard, const batch_claimed& outcome);
  void take_addresses();
  void ask_address(const wanted_address& next);
  void address_failed(const wanted_address& which, errc why, const std::string& text);
  void append_slice();
  bool wait_for_disk();
  bool seal(std::uint32_t line);
  void plant(std::vector<account_shown> fresh);
  // Something is in the way: gives back what rows from `first` on hold, then answers.
  void undo(std::uint32_t first);
  void finish();
  void problem(std::uint32_t line, std::string field, std::string text, errc why);
  std::chrono::seconds limit() const { return single_ ? claim_limit : bulk_limit; }
  // Calls back into this job if it still lives when the answer comes.
  template <class Answer, class F>
  auto if_alive(F f) {
    return [home = &home_, number = number_, f](Answer& answer) {
      if (const auto at = home->intakes.find(number); at != home->intakes.end())
        f(*at->second, answer);
    };
  }

  directory_state& home_;
  bool single_ = false;
  caf::typed_response_promise<account_shown> one_;
  caf::typed_response_promise<accounts_imported> many_;
  std::uint64_t number_;
  std::vector<account_state> drafts_;
  std::vector<std::string> passwords_;
  std::vector<import_problem> problems_;
  errc first_error_ = errc::ok;
  std::vector<std::vector<claimed_key>> claims_; // per shard
  std::size_t waiting_ = 0;
  std::vector<wanted_address> wanted_;
  std::size_t next_wanted_ = 0;
  std::vector<taken_address> taken_; // sorted by row when complete
  std::size_t next_taken_ = 0;
  std::uint32_t next_row_ = 0; // rows before it are in the journal
  journal_number commit_;
  instant waits_since_; // for the disk; 0 = it goes on
  account_shown last_planted_;
  bool appended_all_ = false;
};

} // namespace uzel
