// Deadlines of many requests: setting, clearing and finding the late ones cost the same however
// many there are, and nothing is allocated after the start.
#pragma once

#include <cstdint>
#include <vector>

namespace uzel::load {

class deadline_wheel {
 public:
  // For numbers below `capacity`; time is nanoseconds from now on.
  deadline_wheel(std::uint32_t capacity, std::uint64_t now);

  // Sets or moves the deadline of a number.
  void set(std::uint32_t number, std::uint64_t when);
  void clear(std::uint32_t number);

  // Clears those that are over and hands each to `take`, at most a tick late. `take` may set again.
  template <class Take>
  void expire(std::uint64_t now, Take&& take) {
    for (; tick_ * tick_length + tick_length <= now; ++tick_) {
      due_.clear();
      auto at = buckets_[tick_ % bucket_count];
      while (at != none) {
        const auto next = entries_[at].next;
        if (entries_[at].when / tick_length <= tick_)
          due_.push_back(at);
        at = next;
      }
      for (const auto number : due_)
        clear(number);
      for (const auto number : due_)
        take(number);
    }
  }

  static constexpr std::uint64_t tick_length = 4'000'000;

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  static constexpr std::size_t bucket_count = 4096; // 16 s; later ones go round again
  struct entry {
    std::uint64_t when = 0;
    std::uint32_t next = none;
    std::uint32_t previous = none;
    bool set = false;
  };
  std::vector<entry> entries_;
  std::vector<std::uint32_t> buckets_;
  std::vector<std::uint32_t> due_;
  std::uint64_t tick_;
};

} // namespace uzel::load
