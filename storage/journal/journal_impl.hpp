// The running journal: a writing thread, and a thread that keeps one spare segment ready.
#pragma once

#include "storage/journal/files.hpp"
#include "storage/journal/open_batch.hpp"
#include "storage/journal/scan.hpp"
#include "storage/journal/sync_pace.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace uzel::storage {

// What open() hands over: the directory is locked and checked, the last segment ends behind its
// last sound batch.
struct recovered_journal {
  journal_settings settings;
  store_identity identity;
  directory_lock lock;
  std::vector<segment_entry> segments; // not empty
  segment_tail tail;                   // of the last one
  posix_file file;                     // the last one, for writing
};

// Who touches what: members under "mutex_" by any thread that holds it, those under "writer" by the
// writing thread alone once it runs.
class journal_impl {
 public:
  journal_impl(recovered_journal found, failure_handler on_failure);
  ~journal_impl();
  journal_impl(const journal_impl&) = delete;
  journal_impl& operator=(const journal_impl&) = delete;

  void subscribe(batch_observer& observer) { observers_.push_back(&observer); }
  void on_space(space_handler handler) { on_space_ = std::move(handler); }
  void start();
  void stop();
  result<journal_number> append(instant now, std::span<const encoded_record> group);
  journal_number synced() const { return journal_number{synced_.load(std::memory_order_acquire)}; }
  journal_number appended() const {
    return journal_number{appended_.load(std::memory_order_acquire)};
  }
  instant last_time() const { return instant{last_time_.load(std::memory_order_acquire)}; }
  bool has_space() const { return !full_.load(std::memory_order_relaxed); }
  const store_identity& identity() const { return identity_; }
  journal_counters counters() const;
  store_result<> read(journal_number after, journal_number up_to, const record_sink& sink) const;
  void drop_before(journal_number applied_durable, instant keep_after);

 private:
  using clock = std::chrono::steady_clock;

  // journal_impl.cpp: the writing thread.
  void write_batches();
  void take_open_batch();
  store_result<> write_taken();
  store_result<> turn_to_spare();
  void publish();
  void fail(const store_error& why);

  // space.cpp: the spare segment.
  bool fits_on_disk(std::uint64_t batch_bytes) const;
  void keep_spare_ready();
  void await_need(std::unique_lock<std::mutex>& lock);
  store_result<posix_file> make_spare();
  // The problem to tell, empty when space is back, none when nothing changed.
  std::optional<std::string> note_spare(store_result<posix_file> made);

  const journal_settings settings_;
  const store_identity identity_;
  const std::uint64_t seed_;
  const directory_lock lock_;
  const failure_handler on_failure_;
  std::vector<batch_observer*> observers_;
  space_handler on_space_;
  std::thread writer_;
  std::thread preparer_;

  std::atomic<std::uint64_t> synced_;
  std::atomic<std::uint64_t> appended_;
  std::atomic<std::int64_t> last_time_;
  std::atomic<bool> full_{false};

  // mutex_
  mutable std::mutex mutex_;
  std::condition_variable work_;  // the open batch has records, or the end
  std::condition_variable space_; // a spare is wanted, or the end
  open_batch open_;
  std::uint64_t room_; // what the current segment holds after all batches taken so far
  std::optional<posix_file> spare_;
  bool turning_ = false; // the spare's file gets its header and its name just now
  bool space_freed_ = false;
  clock::time_point next_attempt_{};
  bool stopping_ = false;
  bool failed_ = false;
  std::vector<segment_entry> segments_;
  std::uint64_t segment_bytes_sum_ = 0;
  journal_counters counters_;

  // writer
  open_batch taken_;
  std::optional<posix_file> next_file_; // the spare, when the taken batch opens a new segment
  posix_file file_;
  std::uint64_t offset_;
  std::uint64_t checksum_; // of the last batch written
  instant written_time_;   // the latest time in any batch written
  sync_pace pace_;
  std::vector<record_view> views_;

  std::mutex dropping_; // one drop_before() at a time

  // Where read() stopped: who reads on does not walk a segment from its beginning again.
  mutable std::mutex reading_;
  mutable bookmark read_up_to_;
};

} // namespace uzel::storage
