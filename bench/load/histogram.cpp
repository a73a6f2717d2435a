#include "bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace uzel::load {

unsigned histogram::cell_of(std::uint64_t value) noexcept {
  value = std::min(value, (std::uint64_t{1} << top_bits) - 1);
  if (value < parts)
    return static_cast<unsigned>(value);
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - part_bits - 1;
  return (shift + 1) * parts + static_cast<unsigned>((value >> shift) - parts);
}

std::uint64_t histogram::upper_edge(unsigned cell) noexcept {
  if (cell < parts)
    return cell;
  const unsigned shift = cell / parts - 1;
  return ((std::uint64_t{cell % parts} + parts + 1) << shift) - 1;
}

void histogram::add(std::uint64_t nanoseconds) noexcept {
  ++cells_[cell_of(nanoseconds)];
  ++count_;
  largest_ = std::max(largest_, nanoseconds);
  sum_ += static_cast<double>(nanoseconds);
}

void histogram::add(const histogram& other) noexcept {
  for (unsigned i = 0; i < cells; ++i)
    cells_[i] += other.cells_[i];
  count_ += other.count_;
  largest_ = std::max(largest_, other.largest_);
  sum_ += other.sum_;
}

double histogram::mean() const noexcept {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::uint64_t histogram::percentile(double share) const noexcept {
  if (count_ == 0)
    return 0;
  const auto wanted = std::clamp<std::uint64_t>(
    static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))), 1, count_);
  std::uint64_t seen = 0;
  for (unsigned i = 0; i < cells; ++i)
    if ((seen += cells_[i]) >= wanted)
      return std::min(i + 1 == cells ? largest_ : upper_edge(i), largest_);
  return largest_;
}

} // namespace uzel::load
