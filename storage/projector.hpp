// Carries the journal into the database, behind everybody's back: a thread of its own.
#pragma once

#include "storage/database.hpp"
#include "storage/journal/journal.hpp"
#include "storage/record.hpp"
#include "storage/write_turn.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace uzel::storage {

// Called on the projector's thread; they must not block.
struct projector_events {
  // All records up to this one are in a durable commit, or parked.
  std::function<void(journal_number)> applied;
  // The database went away, or came back (then the sentence is empty).
  std::function<void(bool away, const std::string& why)> away;
  // A record was refused for good.
  std::function<void(journal_number, const std::string& key, const std::string& why)> parked;
  // Nothing will be written any more (another process owns the store, or too much is parked): leave
  // the process.
  std::function<void(const store_error&)> failed;
};

struct projector_settings {
  std::uint32_t batch = 256; // records per transaction
  duration linger{10'000};   // how long few records wait for more, unless somebody waits for them
  duration slice{20'000};    // of work per transaction
  duration longest_slice{0}; // ... while much is left to do; 0 = no more than ever
  std::uint32_t lanes = 4;
  std::uint64_t queue_bytes = 16u << 20; // beyond it records are read again from the journal
  std::uint32_t parked_limit = 10000;
  int niceness = 0; // of its thread, while it is not late
};

// Since start, for /metrics.
struct projector_counters {
  std::uint64_t records = 0;
  std::uint64_t commits = 0;
  std::uint64_t parked = 0; // now, earlier starts included
  std::uint64_t retries = 0;
  std::uint64_t hurried = 0; // of them, those that came early because somebody waited
  std::uint64_t spills = 0;  // times it fell behind the queue's bound
};

// How long to wait before the n-th repetition of a failed transaction: 0.1 s, doubling up to 10 s,
// and up to 1 s while somebody waits for the database.
duration retry_delay(std::uint32_t failures, bool wanted = false);

class projection; // applies records to tables

class projector final : public batch_observer {
 public:
  // Reads (after, up_to] again; journal::read in the daemon.
  using reread =
    std::function<store_result<>(journal_number after, journal_number up_to,
                                 const std::function<result<>(const record_view&)>& sink)>;

  projector(std::unique_ptr<connection> db, std::uint64_t owner, projector_settings settings,
            write_turn& turn, projector_events events);
  ~projector() override; // stops

  // Everything in (applied, synced] is read again first.
  void start(reread source, journal_number synced);
  // Applies what is queued if it can within the limit, then ends the thread; what runs then is
  // broken off and undone.
  void stop(duration limit = seconds{5});
  void on_synced(std::span<const record_view> records, journal_number synced) override;

  // The lowest lane.
  journal_number applied() const noexcept {
    return journal_number{applied_.load(std::memory_order_acquire)};
  }
  // False when the limit passes first.
  bool wait_applied(journal_number number, duration limit);
  bool is_away() const noexcept { return away_.load(std::memory_order_relaxed); }
  // Somebody was refused because the database is away: it is tried soon whether it is back.
  void hurry();
  // Told that it is late, it takes its part of the processor like any other thread, until it is
  // told that it is not any more. Any thread.
  void set_late(bool late) noexcept { late_.store(late, std::memory_order_relaxed); }
  // The age of the oldest record that waits to be applied; 0 when none does.
  duration behind(instant now) const noexcept;
  projector_counters counters() const;

 private:
  struct piece {
    std::vector<std::uint8_t> payload;
    journal_number number;
    instant time;
    std::uint16_t kind = 0;
  };

  void run();
  void take_priority();
  bool connect();
  bool wait_for_work();
  bool take_batch(std::vector<piece>& out);
  void take_ready(std::vector<piece>& out);
  void take_over_queue();
  journal_number what_to_read();
  void drop_applied();
  static std::uint64_t size_of(const piece& p) { return p.payload.size() + sizeof(piece); }
  bool read_behind(journal_number up_to);
  void apply(const std::vector<piece>& batch);
  void settle(std::size_t records, duration took);
  std::size_t next_limit(std::size_t records, duration took) const; // under mutex_
  bool wait_before_retry(const database_error& why);
  void came_back();
  void fail(const store_error& why);
  bool given_up() const; // under mutex_

  projector_settings settings_;
  write_turn& turn_;
  projector_events events_;
  std::unique_ptr<projection> projection_;
  reread source_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;    // for the thread
  std::condition_variable settled_; // for wait_applied
  std::deque<piece> queue_;         // what the journal told
  journal_number synced_;           // what the journal told last
  std::uint32_t awaited_ = 0;       // calls of wait_applied()
  bool resting_ = false;            // the thread waits for the first record after it was done
  bool spilled_ = false; // the queue was full: read again until the journal is caught up with
  bool wanted_ = false;  // somebody asked to hurry since the last try
  bool stopping_ = false;
  bool failed_ = false;
  bool ended_ = false;          // the thread has nothing more to do
  std::size_t batch_limit_ = 1; // so many records fit into a slice
  std::chrono::steady_clock::time_point stop_by_;
  std::deque<piece> ready_;                    // taken from the queue: the thread's own
  std::atomic<std::uint64_t> queued_bytes_{0}; // of both
  std::atomic<std::uint64_t> applied_{0};
  std::atomic<bool> away_{false};
  std::atomic<bool> late_{false};
  std::atomic<std::int64_t> waiting_since_{0}; // time of the oldest record that waits, 0 for none
  std::uint32_t failures_ = 0;
  std::optional<int> niceness_; // of the thread now
  bool refused_ = false;        // another priority, by the kernel
  projector_counters counters_;
  std::thread thread_;
};

} // namespace uzel::storage
