// The batch that gathers records while the one before it is being synced.
#pragma once

#include "storage/journal/format.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

namespace uzel::storage {

// A fixed buffer: adding a record copies it and allocates nothing. Not thread-safe.
class open_batch {
 public:
  explicit open_batch(std::uint32_t capacity)
    : bytes_{std::make_unique_for_overwrite<std::uint8_t[]>(capacity)}
    , capacity_{capacity} {}

  // Bytes that a group takes in any batch.
  static std::uint64_t bytes_of(std::span<const encoded_record> group) {
    std::uint64_t sum = 0;
    for (const auto& record : group)
      sum += format::record_bytes(record.payload.size());
    return sum;
  }

  bool empty() const { return records_ == 0; }
  std::uint64_t length() const { return used_; }
  std::uint32_t records() const { return records_; }
  std::uint64_t first() const { return first_; }
  instant latest() const { return latest_; }
  bool fits(std::uint64_t more) const { return used_ + more <= capacity_; }
  std::span<std::uint8_t> bytes() { return {bytes_.get(), used_}; }

  void restart(std::uint64_t first) {
    used_ = format::batch_header_bytes;
    records_ = 0;
    first_ = first;
    latest_ = instant{};
  }

  // The group fits.
  void add(instant now, std::span<const encoded_record> group) {
    for (std::size_t i = 0; i < group.size(); ++i)
      used_ += format::write_record(bytes_.get() + used_, now, group[i].kind, i + 1 == group.size(),
                                    group[i].payload);
    records_ += static_cast<std::uint32_t>(group.size());
    latest_ = std::max(latest_, now);
  }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_;
  std::size_t used_ = format::batch_header_bytes;
  std::uint32_t records_ = 0;
  std::uint64_t first_ = 0;
  instant latest_;
};

} // namespace uzel::storage
