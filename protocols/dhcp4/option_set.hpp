// Option values that an operator chose: built once per network, read for every reply.
#pragma once

#include "protocols/dhcp4/options.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace uzel::dhcp4 {

// Values by code, sorted. Bounded: what does not fit is refused.
class option_set {
 public:
  static constexpr std::size_t max_value_size = 1024;
  static constexpr std::size_t max_total_size = 4096;

  struct entry {
    option code = option::pad;
    bool forced = false; // sent also to clients that do not ask for it
    std::uint16_t offset = 0;
    std::uint16_t size = 0;
    bool operator==(const entry&) const = default;
  };

  // Adds a value; false when the code is pad, end or there already, or when it is too long.
  [[nodiscard]] bool add(option code, octets value, bool forced = false);
  // The value, which may be empty (a flag), or nothing.
  std::optional<octets> find(option code) const noexcept;
  // Codes in ascending order; see value_of().
  std::span<const entry> entries() const noexcept { return entries_; }
  octets value_of(const entry& e) const noexcept {
    return octets{bytes_}.subspan(e.offset, e.size);
  }
  bool empty() const noexcept { return entries_.empty(); }
  // Equal when codes, values and forcing are, in whatever order they were added.
  bool operator==(const option_set& other) const noexcept;

 private:
  std::vector<entry> entries_;
  std::vector<std::uint8_t> bytes_;
};

} // namespace uzel::dhcp4
