#include "domain/address_bitmap.hpp"

#include <algorithm>
#include <bit>

namespace uzel {

address_bitmap::address_bitmap(ipv4 first, ipv4 last)
  : first_{first}
  , last_{last}
  , fence_first_{first}
  , fence_last_{last}
  , used_((std::size_t{size()} + 63) / 64)
  , queued_(used_.size()) {}

bool address_bitmap::is_free(ipv4 a) const {
  return contains(a) && inside_fence(a) && !bit(used_, offset(a));
}

void address_bitmap::occupy(ipv4 a) {
  if (!contains(a))
    return;
  const auto at = offset(a);
  set(used_, at);
  if (!given_back_.empty() && given_back_.front() == at) {
    given_back_.pop_front();
    clear(queued_, at);
  }
}

void address_bitmap::vacate(ipv4 a) {
  if (!contains(a) || !bit(used_, offset(a)))
    return;
  const auto at = offset(a);
  clear(used_, at);
  if (!bit(queued_, at)) {
    set(queued_, at);
    given_back_.push_back(at);
  }
}

std::uint32_t address_bitmap::untouched(std::uint32_t from) const {
  for (std::size_t word = from / 64; word < used_.size(); ++word) {
    auto candidates = ~(used_[word] | queued_[word]);
    if (word == from / 64)
      candidates &= ~std::uint64_t{0} << (from % 64);
    if (candidates == 0)
      continue;
    const auto at = static_cast<std::uint32_t>(word * 64) +
                    static_cast<std::uint32_t>(std::countr_zero(candidates));
    return std::min(at, size());
  }
  return size();
}

ipv4 address_bitmap::longest_free() {
  if (fence_first_ != first_ || fence_last_ != last_)
    return longest_free_inside_fence();
  frontier_ = untouched(frontier_);
  if (frontier_ < size())
    return ipv4{first_.value + frontier_};
  while (!given_back_.empty() && bit(used_, given_back_.front())) {
    clear(queued_, given_back_.front());
    given_back_.pop_front();
  }
  return given_back_.empty() ? ipv4{} : ipv4{first_.value + given_back_.front()};
}

// While a fence stands (seconds, during an edit) the queue is searched and keeps its order.
ipv4 address_bitmap::longest_free_inside_fence() const {
  const auto low = std::max(fence_first_, first_);
  const auto high = std::min(fence_last_, last_);
  if (low > high)
    return {};
  const auto fresh = untouched(std::max(offset(low), frontier_));
  if (fresh <= offset(high))
    return ipv4{first_.value + fresh};
  for (const auto at : given_back_)
    if (offset(low) <= at && at <= offset(high) && !bit(used_, at))
      return ipv4{first_.value + at};
  return {};
}

ipv4 address_bitmap::next_used(ipv4 after) const {
  if (after >= last_)
    return {};
  const auto from = after < first_ ? 0 : offset(after) + 1;
  for (std::size_t word = from / 64; word < used_.size(); ++word) {
    auto candidates = used_[word];
    if (word == from / 64)
      candidates &= ~std::uint64_t{0} << (from % 64);
    if (candidates != 0)
      return ipv4{first_.value + static_cast<std::uint32_t>(word * 64) +
                  static_cast<std::uint32_t>(std::countr_zero(candidates))};
  }
  return {};
}

void address_bitmap::fence(ipv4 first, ipv4 last) {
  fence_first_ = first;
  fence_last_ = last;
}

void address_bitmap::open() {
  fence_first_ = first_;
  fence_last_ = last_;
}

void address_bitmap::resize(ipv4 first, ipv4 last) {
  address_bitmap after{first, last};
  for (auto a = next_used(ipv4{first.value - 1}); a && a <= last; a = next_used(a))
    after.occupy(a);
  for (const auto at : given_back_) {
    const ipv4 a{first_.value + at};
    if (bit(used_, at) || !after.contains(a))
      continue;
    set(after.queued_, after.offset(a));
    after.given_back_.push_back(after.offset(a));
  }
  *this = std::move(after);
}

} // namespace uzel
