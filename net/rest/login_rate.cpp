#include "net/rest/login_rate.hpp"

#include <algorithm>

namespace uzel::rest {

bool login_rate::admit(const std::string& source, duration now) {
  if (per_minute_ == 0)
    return true;
  constexpr std::int64_t minute = 60'000'000;
  const auto cost = minute / per_minute_;
  if (sources_.size() >= most_sources && !sources_.contains(source))
    std::erase_if(sources_, [&](const auto& s) { return s.second.spent_us <= now.count(); });
  // Still full: an attack from everywhere. Nobody new gets a bucket of his own.
  auto& mine =
    sources_[sources_.size() >= most_sources && !sources_.contains(source) ? std::string{}
                                                                           : source];
  const auto start = std::max(mine.spent_us, now.count());
  if (start + cost > now.count() + minute)
    return false;
  mine.spent_us = start + cost;
  return true;
}

} // namespace uzel::rest
