// Looks after the tables that grow without end, on a thread and a connection of its own: makes the
// partitions that will be needed, and throws away what ended long ago.
#pragma once

#include "storage/database.hpp"
#include "storage/growing_tables.hpp"
#include "storage/write_turn.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace uzel::storage {

struct keeper_settings {
  std::uint32_t months = 0;        // whole ones, kept after the end; 0 = for ever
  std::uint32_t slice = 256;       // rows looked at in one transaction
  duration between_slices{20'000}; // others write then
  seconds before_first{10};        // by then it is known whether the clock can be trusted
  seconds between_rounds{3600};
};

// Since start, for /metrics.
struct keeper_counters {
  std::uint64_t rows_removed = 0; // one by one
  std::uint64_t partitions_made = 0;
  std::uint64_t partitions_dropped = 0;
  bool failing = false; // the last round did not end
};

class history_keeper {
 public:
  // The time, or nothing while it is not to be trusted: then nothing is thrown away.
  using clock = std::function<std::optional<instant>()>;

  history_keeper(std::unique_ptr<connection> db, std::uint64_t owner, keeper_settings settings,
                 write_turn& turn);
  ~history_keeper(); // stops

  // A round soon and then one every hour.
  void start(clock now);
  void stop();
  // One round on the caller's thread; without start(). Errors: store_foreign, unavailable while
  // others are in the tables.
  [[nodiscard]] store_result<> look(instant now);
  keeper_counters counters() const;

 private:
  void run(const clock& now);
  void round(instant now);
  bool wait(duration limit); // false: stop
  database_result<> look_after(const growing_table& table, instant now);
  database_result<> drop_old_partitions(const growing_table& table, instant limit);
  database_result<> remove_old_rows(const growing_table& table, const std::string& place,
                                    instant limit);
  database_result<> check_owner();

  std::unique_ptr<connection> db_;
  std::uint64_t owner_;
  keeper_settings settings_;
  write_turn& turn_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  keeper_counters counters_;
  bool stopping_ = false;
  bool ended_ = true;
  std::thread thread_;
};

// What ended before that is thrown away: the first moment of the month so many months ago.
instant kept_since(instant now, std::uint32_t months);

} // namespace uzel::storage
