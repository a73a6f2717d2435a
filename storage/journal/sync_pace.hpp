// How close to each other syncs may be.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace uzel::storage {

// While several ask at once the disk rests one and a half times as long as it worked, 0.4 ms at
// most, and the records of that time share a sync. Each sync is two operations of the disk, two
// sleeps and their interrupts, on the cores that make the answers: at half of the peak rate nearly
// a fifth of all that a lease costs. After a batch of few the next begins at once.
class sync_pace {
 public:
  using clock = std::chrono::steady_clock;

  // A batch of so many records was written and synced.
  void synced(clock::time_point begun, clock::time_point ended, std::uint64_t records) {
    next_ = records < several ? begun : ended + std::min((ended - begun) * 3 / 2, longest_rest);
  }
  // When the next may begin.
  clock::time_point next() const { return next_; }

 private:
  static constexpr std::uint64_t several = 4;
  static constexpr clock::duration longest_rest = std::chrono::microseconds{400};

  clock::time_point next_{};
};

} // namespace uzel::storage
