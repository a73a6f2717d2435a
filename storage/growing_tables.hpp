// The tables that grow for as long as there are subscribers: their rows end, and are kept for some
// time after that.
#pragma once

#include "domain/instant.hpp"

#include <array>
#include <string>
#include <string_view>

namespace uzel::storage {

struct growing_table {
  std::string_view name;
  std::string_view begun;   // when a row began
  std::string_view ended;   // and when it ended; 0 = it goes on
  std::string_view divider; // what a server divides the table by; rises with time
};

// A Start that comes late moves `started` back, and a key cannot move: sessions are divided by
// their ids, which are given out in the order of time.
inline constexpr std::array growing_tables{
  growing_table{"address_history", "begun", "ended", "begun"},
  growing_table{"sessions", "started", "ended", "id"},
};

// A condition: the row ended before that.
inline std::string ended_before(const growing_table& t, instant limit) {
  const std::string ended{t.ended};
  return ended + " <> 0 AND " + ended + " < " + std::to_string(limit.us);
}

} // namespace uzel::storage
