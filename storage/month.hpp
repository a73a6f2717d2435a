// Calendar months in UTC: what tables that grow without end are divided by.
#pragma once

#include "domain/instant.hpp"

#include <chrono>
#include <string>

namespace uzel::storage {

// When the month that `t` is in began; with `more`, a later or (negative) an earlier one.
inline instant month_of(instant t, int more = 0) {
  using namespace std::chrono;
  const year_month_day day{floor<days>(sys_time<duration>{duration{t.us}})};
  const sys_days first{year_month{day.year(), day.month()} / 1 + months{more}};
  return instant{duration{first.time_since_epoch()}.count()};
}

// "2026_11"
inline std::string month_name(instant t) {
  using namespace std::chrono;
  const year_month_day day{floor<days>(sys_time<duration>{duration{t.us}})};
  const auto month = static_cast<unsigned>(day.month());
  return std::to_string(static_cast<int>(day.year())) + (month < 10 ? "_0" : "_") +
         std::to_string(month);
}

} // namespace uzel::storage
