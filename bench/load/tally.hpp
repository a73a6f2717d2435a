// What one run counted.
#pragma once

#include "bench/load/fault.hpp"
#include "bench/load/histogram.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace uzel::load {

struct kind_tally {
  std::string name;
  histogram latency;
  std::uint64_t sent = 0; // first tries
  std::uint64_t answered = 0;
  std::uint64_t rejected = 0;
  std::uint64_t retries = 0;
  std::uint64_t unanswered = 0;
};

struct tally {
  std::vector<kind_tally> kinds;
  histogram operation; // from begin to end, those that ended well
  std::array<std::uint64_t, static_cast<std::size_t>(fault::count)> faults{};
  std::uint64_t begun = 0;      // operations
  std::uint64_t done = 0;       // ended well, within the measured time
  std::uint64_t failed = 0;     // rejected or unanswered on the way
  std::uint64_t not_begun = 0;  // open loop: due, but the window was full until the end
  std::uint64_t answers = 0;    // within the measured time
  std::uint64_t datagrams = 0;  // sent and received, within the measured time
  double seconds = 0;           // measured
  double last_done_seconds = 0; // when the last operation ended well, after the start

  std::uint64_t count(fault f) const { return faults[static_cast<std::size_t>(f)]; }
  void add(fault f) { ++faults[static_cast<std::size_t>(f)]; }
};

} // namespace uzel::load
