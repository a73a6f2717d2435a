// Latencies by how often each occurred: fixed memory, any number of values, percentiles within 1.6
// %.
#pragma once

#include <array>
#include <cstdint>

namespace uzel::load {

// Log-linear: each power of two is cut into 64 equal parts. Values are nanoseconds up to 18
// minutes; larger ones count as the largest.
class histogram {
 public:
  void add(std::uint64_t nanoseconds) noexcept;
  void add(const histogram& other) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t largest() const noexcept { return largest_; }
  double mean() const noexcept;
  // The value that `share` (0 to 1) of all values do not exceed: the upper edge of its cell, and
  // never more than the largest value seen. 0 when there are no values.
  std::uint64_t percentile(double share) const noexcept;

 private:
  static constexpr unsigned part_bits = 6;
  static constexpr unsigned parts = 1u << part_bits;
  static constexpr unsigned top_bits = 40;
  static constexpr unsigned cells = (top_bits - part_bits + 1) * parts;
  static unsigned cell_of(std::uint64_t value) noexcept;
  static std::uint64_t upper_edge(unsigned cell) noexcept;

  std::array<std::uint64_t, cells> cells_{};
  std::uint64_t count_ = 0;
  std::uint64_t largest_ = 0;
  double sum_ = 0;
};

} // namespace uzel::load
