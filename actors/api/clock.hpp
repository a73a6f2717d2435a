// Time as live work sees it: monotonic, never behind the journal, on hold after a jump until a
// person confirms.
#pragma once

#include "actors/api/message.hpp"
#include "domain/instant.hpp"

#include <string>

namespace uzel {

struct show_clock {
  std::uint8_t unused = 0;
  UZEL_INSPECT(show_clock, unused_)
};
struct clock_shown {
  instant now;
  bool held = false; // expiry and charges wait
  std::string reason;
  UZEL_INSPECT(clock_shown, now_, held_, reason_)
};
// A person says that the clock is right: the hold ends.
struct confirm_clock {
  std::string author;
  UZEL_INSPECT(confirm_clock, author_)
};

// clock -> itself, every second.
struct clock_tick {
  std::uint8_t unused = 0;
  UZEL_INSPECT(clock_tick, unused_)
};

} // namespace uzel
