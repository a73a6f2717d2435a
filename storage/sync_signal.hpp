// Tells who asked that the journal is synced up to a number: by a callback, or by waiting.
#pragma once

#include "storage/journal/journal.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <vector>

namespace uzel::storage {

// Thread-safe. Callbacks run on the journal's thread (or at once on the caller's, when the number
// is synced already) and must be quick: post, do not work.
class sync_signal final : public batch_observer {
 public:
  // `synced`: where the journal stands when it is opened.
  explicit sync_signal(journal_number synced) : synced_{synced} {}

  void when(journal_number number, std::function<void()> then);
  // False when the limit passes first. For threads that may block.
  bool wait(journal_number number, duration limit);
  journal_number synced() const;

  void on_synced(std::span<const record_view> records, journal_number synced) override;

 private:
  struct waiter {
    journal_number number;
    std::function<void()> then;
    bool operator>(const waiter& other) const { return number > other.number; }
  };

  mutable std::mutex mutex_;
  std::condition_variable moved_;
  journal_number synced_;
  std::priority_queue<waiter, std::vector<waiter>, std::greater<>> waiters_;
};

} // namespace uzel::storage
