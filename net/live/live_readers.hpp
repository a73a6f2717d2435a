// Between the events actor and the event loop: a bounded queue per reader. The actor's side never
// waits; who reads too slowly is dropped.
#pragma once

#include "actors/api/ports.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace uzel::live {

// What waits for one reader. Thread-safe.
class live_queue {
 public:
  struct batch {
    std::vector<event> events;
    std::uint64_t missed = 0; // volatile events that were left out before these
    bool dropped = false;     // nothing will come any more
  };

  live_queue(std::uint64_t reader, std::size_t limit, std::function<void()> wake)
    : reader_{reader}
    , limit_{limit}
    , wake_{std::move(wake)} {}

  std::uint64_t reader() const { return reader_; }
  // Everything that waits; empty when nothing does.
  batch take();
  bool is_dropped() const;
  // The events actor's side: false when it does not fit, and then the queue is dropped.
  bool push(std::span<const event> events, std::uint64_t missed);
  void drop();

 private:
  const std::uint64_t reader_;
  const std::size_t limit_;
  const std::function<void()> wake_; // called without the lock, on the thread of push() and drop()
  mutable std::mutex mutex_;
  batch waiting_;
};

// All readers; the events actor speaks to it.
class live_readers final : public live_gate {
 public:
  // `buffer`: events that may wait for one reader.
  explicit live_readers(std::uint32_t buffer) : buffer_{buffer} {}

  bool deliver(std::uint64_t reader, std::span<const event> batch,
               std::uint64_t missed_volatile) override;
  void drop(std::uint64_t reader, std::uint32_t epoch, journal_number cursor) override;

  // A new reader; null when there are too many. `wake` is called on any thread whenever something
  // waits, and must not block.
  std::shared_ptr<live_queue> open(std::function<void()> wake);
  void close(std::uint64_t reader);

  std::size_t count() const;
  std::uint64_t dropped() const { return dropped_.load(); }

 private:
  static constexpr std::size_t most_readers = 256;

  std::shared_ptr<live_queue> find(std::uint64_t reader) const;

  const std::size_t buffer_;
  mutable std::mutex mutex_;
  std::uint64_t last_reader_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<live_queue>> queues_;
  std::atomic<std::uint64_t> dropped_{0};
};

} // namespace uzel::live
