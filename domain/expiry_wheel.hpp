// What falls due when, in seconds: arming is cheap, taking what is due is bounded by count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace uzel {

// One bucket per second. An entry is never removed: its owner notes the second he armed last and
// ignores others, so moving a deadline costs nothing until the old one comes.
template <class Key>
class expiry_wheel {
 public:
  using entry = std::pair<Key, std::uint32_t>; // key, second it was armed for

  void arm(Key key, std::uint32_t second) { buckets_[second].push_back(key); }

  // Moves at most `limit` entries due at `now` (unix seconds) to the end of `out`, oldest second
  // first.
  void take_due(std::uint32_t now, std::size_t limit, std::vector<entry>& out) {
    while (limit > 0 && !buckets_.empty() && buckets_.begin()->first <= now) {
      auto& [second, keys] = *buckets_.begin();
      for (; limit > 0 && !keys.empty(); --limit, keys.pop_back())
        out.emplace_back(keys.back(), second);
      if (keys.empty())
        buckets_.erase(buckets_.begin());
    }
  }

  bool has_due(std::uint32_t now) const {
    return !buckets_.empty() && buckets_.begin()->first <= now;
  }
  bool empty() const { return buckets_.empty(); }

 private:
  std::map<std::uint32_t, std::vector<Key>> buckets_;
};

} // namespace uzel
