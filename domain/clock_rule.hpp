// When may time be believed? Pure: readings in, verdict out.
#pragma once

#include "domain/instant.hpp"

#include <cstdint>

namespace uzel {

// Why expiry and charges are on hold.
enum class clock_doubt : std::uint8_t {
  none,
  jumped,         // the wall clock moved against the monotonic one
  far_from_store, // at start the wall clock is far from the last record
};

// Compares the wall clock with the monotonic one, and at start with the journal. After a jump it
// doubts until a person confirms: a wrong date must not expire every lease or charge every account.
class clock_rule {
 public:
  clock_rule(duration max_step, duration max_gap) : max_step_{max_step}, max_gap_{max_gap} {}

  // At start: last_record is 0 in a store that is new.
  clock_doubt begin(instant wall, duration monotonic, instant last_record);
  // Every second or so. The doubt stays until confirm().
  clock_doubt observe(instant wall, duration monotonic);
  // A person says that the wall clock is right as it stands.
  void confirm(instant wall, duration monotonic);

  clock_doubt doubt() const { return doubt_; }

 private:
  duration max_step_;
  duration max_gap_;
  duration offset_{0}; // wall - monotonic, as last believed
  clock_doubt doubt_ = clock_doubt::none;
};

} // namespace uzel
