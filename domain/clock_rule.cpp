#include "domain/clock_rule.hpp"

namespace uzel {
namespace {

duration magnitude(duration d) {
  return d < duration{0} ? -d : d;
}

} // namespace

clock_doubt clock_rule::begin(instant wall, duration monotonic, instant last_record) {
  offset_ = duration{wall.us} - monotonic;
  const bool behind = last_record && last_record - wall > max_step_;
  const bool ahead = last_record && wall - last_record > max_gap_;
  doubt_ = behind || ahead ? clock_doubt::far_from_store : clock_doubt::none;
  return doubt_;
}

clock_doubt clock_rule::observe(instant wall, duration monotonic) {
  const auto offset = duration{wall.us} - monotonic;
  if (magnitude(offset - offset_) > max_step_)
    doubt_ = doubt_ == clock_doubt::none ? clock_doubt::jumped : doubt_;
  else if (doubt_ == clock_doubt::none)
    offset_ = offset; // slow drift (NTP slewing) is followed
  return doubt_;
}

void clock_rule::confirm(instant wall, duration monotonic) {
  offset_ = duration{wall.us} - monotonic;
  doubt_ = clock_doubt::none;
}

} // namespace uzel
