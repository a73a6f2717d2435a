// Takers that wait until the holder of an address says whether he gives it up.
#pragma once

#include "actors/api/addresses.hpp"

#include <algorithm>
#include <deque>
#include <optional>

namespace uzel {

struct pool_waiter {
  take_address ask;
  ipv4 address;
  instant until; // then he is served without it
};

// A short queue, first come first served.
class pool_waiters {
 public:
  static constexpr std::size_t most = 256;

  bool full() const { return queue_.size() >= most; }
  bool empty() const { return queue_.empty(); }
  bool has(ipv4 address) const {
    return std::ranges::find(queue_, address, &pool_waiter::address) != queue_.end();
  }
  void push(pool_waiter w) { queue_.push_back(std::move(w)); }

  // The first who waits for the address.
  std::optional<pool_waiter> pop(ipv4 address) {
    return pop_if([address](const pool_waiter& w) { return w.address == address; });
  }
  // The first whose patience is over.
  std::optional<pool_waiter> pop_late(instant now) {
    return pop_if([now](const pool_waiter& w) { return w.until <= now; });
  }

 private:
  template <class Predicate>
  std::optional<pool_waiter> pop_if(Predicate matches) {
    const auto at = std::ranges::find_if(queue_, matches);
    if (at == queue_.end())
      return std::nullopt;
    std::optional<pool_waiter> found{std::move(*at)};
    queue_.erase(at);
    return found;
  }

  std::deque<pool_waiter> queue_;
};

} // namespace uzel
