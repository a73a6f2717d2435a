// Writers of one database take turns in the order they came: SQLite lets one write at a time and is
// unfair to those who wait.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace uzel::storage {

// A fair lock; BasicLockable.
class write_turn {
 public:
  void lock() {
    std::unique_lock hold{mutex_};
    const auto mine = next_++;
    moved_.wait(hold, [&] { return serving_ == mine; });
  }
  void unlock() {
    {
      const std::scoped_lock hold{mutex_};
      ++serving_;
    }
    moved_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable moved_;
  std::uint64_t next_ = 0;
  std::uint64_t serving_ = 0;
};

} // namespace uzel::storage
