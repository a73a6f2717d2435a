// Numbers that one thread counts up and /metrics reads.
#pragma once

#include <atomic>
#include <cstdint>

namespace uzel::net {

using counter = std::atomic<std::uint64_t>;

// One writer, many readers: no need for a locked increment.
inline void count(counter& c, std::uint64_t by = 1) {
  c.store(c.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

} // namespace uzel::net
