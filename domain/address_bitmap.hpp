// Which addresses of a range are free, and which of them has been out of use longest.
#pragma once

#include "domain/ipv4.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace uzel {

// Two bits per address and a queue of what was given back: every question is O(1), amortised.
// Addresses never used come first, in order; then the one that was given back longest ago, so that
// an address does not bounce between people. Ranges of up to 2^24 addresses.
class address_bitmap {
 public:
  static constexpr std::uint64_t max_size = std::uint64_t{1} << 24;

  // Both ends belong to the range; first <= last.
  address_bitmap(ipv4 first, ipv4 last);

  bool contains(ipv4 a) const { return first_ <= a && a <= last_; }
  std::uint32_t size() const { return last_.value - first_.value + 1; }
  ipv4 first() const { return first_; }
  ipv4 last() const { return last_; }

  // Inside the range and inside the fence.
  bool is_open(ipv4 a) const { return contains(a) && inside_fence(a); }
  // True when the address may be given out: inside, unused and inside the fence.
  bool is_free(ipv4 a) const;
  void occupy(ipv4 a);
  void vacate(ipv4 a);
  // The free address to give out next, 0.0.0.0 when there is none. It stays free until occupied.
  ipv4 longest_free();
  // The lowest used address above `after`, 0.0.0.0 when there is none.
  ipv4 next_used(ipv4 after) const;

  // Nothing outside [first, last] is given out until the fence is opened; first > last = nothing at
  // all.
  void fence(ipv4 first, ipv4 last);
  void open();
  // The range becomes [first, last]; what was used stays used as far as it lies inside.
  void resize(ipv4 first, ipv4 last);

 private:
  using words = std::vector<std::uint64_t>;
  static bool bit(const words& in, std::uint32_t at) { return (in[at / 64] >> (at % 64)) & 1u; }
  static void set(words& in, std::uint32_t at) { in[at / 64] |= std::uint64_t{1} << (at % 64); }
  static void clear(words& in, std::uint32_t at) {
    in[at / 64] &= ~(std::uint64_t{1} << (at % 64));
  }
  std::uint32_t offset(ipv4 a) const { return a.value - first_.value; }
  bool inside_fence(ipv4 a) const { return fence_first_ <= a && a <= fence_last_; }
  // The first address at or after `from` that was never given back and is unused; size() = none.
  std::uint32_t untouched(std::uint32_t from) const;
  ipv4 longest_free_inside_fence() const;

  ipv4 first_, last_;
  ipv4 fence_first_, fence_last_;
  words used_;
  words queued_; // stands in given_back_
  std::deque<std::uint32_t> given_back_;
  std::uint32_t frontier_ = 0; // everything below was used at least once
};

} // namespace uzel
