#include "bench/load/deadline_wheel.hpp"

#include <algorithm>

namespace uzel::load {

deadline_wheel::deadline_wheel(std::uint32_t capacity, std::uint64_t now)
  : entries_(capacity)
  , buckets_(bucket_count, none)
  , tick_{now / tick_length} {
  due_.reserve(capacity);
}

void deadline_wheel::set(std::uint32_t number, std::uint64_t when) {
  clear(number);
  auto& e = entries_[number];
  e.when = std::max(when, (tick_ + 1) * tick_length);
  e.set = true;
  auto& head = buckets_[e.when / tick_length % bucket_count];
  e.previous = none;
  e.next = head;
  if (head != none)
    entries_[head].previous = number;
  head = number;
}

void deadline_wheel::clear(std::uint32_t number) {
  auto& e = entries_[number];
  if (!e.set)
    return;
  if (e.previous == none)
    buckets_[e.when / tick_length % bucket_count] = e.next;
  else
    entries_[e.previous].next = e.next;
  if (e.next != none)
    entries_[e.next].previous = e.previous;
  e.set = false;
}

} // namespace uzel::load
