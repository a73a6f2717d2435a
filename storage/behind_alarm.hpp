// An alarm for people: the database has lacked acknowledged records for too long. Nothing is lost,
// but lists are old and the journal grows.
#pragma once

#include "domain/instant.hpp"

#include <atomic>
#include <cstdint>

namespace uzel::storage {

// One thread looks; any may ask whether it is raised.
class behind_alarm {
 public:
  enum class news : std::uint8_t { none, raised, ended };

  explicit behind_alarm(duration limit) : limit_{limit} {}

  // `behind`: the age of the oldest record that waits, 0 for none. Ends at half of the limit, so
  // that a database that just keeps up is not told of again and again.
  news look(duration behind) {
    if (!is_raised() && behind > limit_) {
      raised_.store(true, std::memory_order_relaxed);
      return news::raised;
    }
    if (is_raised() && behind <= limit_ / 2) {
      raised_.store(false, std::memory_order_relaxed);
      return news::ended;
    }
    return news::none;
  }
  bool is_raised() const noexcept { return raised_.load(std::memory_order_relaxed); }

 private:
  duration limit_;
  std::atomic<bool> raised_{false};
};

} // namespace uzel::storage
