// The store of a daemon: opens the database, brings its schema up to date, knows whose it is, and
// hands out its parts.
#pragma once

#include "config/settings.hpp"
#include "storage/boot.hpp"
#include "storage/desk.hpp"
#include "storage/history_keeper.hpp"
#include "storage/journal/journal.hpp"
#include "storage/listing.hpp"
#include "storage/projector.hpp"
#include "storage/write_turn.hpp"

#include <memory>
#include <string>
#include <vector>

namespace uzel::storage {

// A record that the database refused for good; later ones of its key wait with it.
struct parked_note {
  journal_number number;
  std::string key;
  std::string reason;
};

// What the database says of itself, without becoming its owner.
struct store_report {
  store_identity identity;
  std::uint64_t owner = 0;
  journal_number applied; // the lowest lane
  journal_number highest; // the highest lane
  std::uint32_t schema = 0;
  std::uint64_t parked_total = 0;
  std::vector<parked_note> parked;
  std::uint64_t outbox = 0;
};

// Outlives everything it opened.
class store {
 public:
  // Makes or migrates the database and takes the owner row: whoever held it before can write no
  // more.
  [[nodiscard]] static store_result<std::unique_ptr<store>>
  open(const config::store_settings& settings);

  // For journal::open(): the journal must belong to this identity and reach over applied().
  const store_identity& identity() const { return identity_; }
  journal_number applied() const { return applied_; }

  // The live state up to applied(), parked records included; then replay the journal's tail with
  // boot_replay.
  [[nodiscard]] store_result<boot_image> load_boot();
  [[nodiscard]] store_result<std::unique_ptr<desk>> open_desk();
  [[nodiscard]] store_result<std::unique_ptr<reader>> open_reader();
  [[nodiscard]] store_result<std::unique_ptr<projector>> open_projector(projector_events events);
  [[nodiscard]] store_result<std::unique_ptr<history_keeper>> open_keeper();
  [[nodiscard]] store_result<store_report> report(std::uint32_t parked_limit);

 private:
  store(config::store_settings settings, std::unique_ptr<connection> db);
  store_result<> take(std::uint32_t lanes);

  config::store_settings settings_;
  std::unique_ptr<connection> db_;
  store_identity identity_;
  std::uint64_t owner_ = 0;
  journal_number applied_;
  write_turn turn_;
};

// For tools, while no daemon runs: the report of a database that need not be up to date.
[[nodiscard]] store_result<store_report> inspect_store(const config::store_settings& settings,
                                                       std::uint32_t parked_limit);
// Opens a new epoch in the database whose first record will be last + 1 (then adopt() the journal
// with what this returns). Refused (conflict) when the database has applied more than `last`.
[[nodiscard]] store_result<store_identity> begin_epoch(const config::store_settings& settings,
                                                       journal_number last);

} // namespace uzel::storage
