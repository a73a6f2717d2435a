#include "net/dhcp/dhcp_counters.hpp"

#include <algorithm>

namespace uzel::net {

std::string_view name_of(dhcp_request r) {
  static constexpr std::array<std::string_view, dhcp_requests> names{
    "discover", "select", "reboot", "renew", "rebind", "release", "decline", "inform"};
  return names[static_cast<std::size_t>(r)];
}

dhcp_request kind_of(const dhcp_question& q) {
  switch (q.wish) {
  case dhcp_wish::release:
    return dhcp_request::release;
  case dhcp_wish::decline:
    return dhcp_request::decline;
  case dhcp_wish::inform:
    return dhcp_request::inform;
  case dhcp_wish::lease:
    break;
  }
  switch (q.step) {
  case lease_step::select:
    return dhcp_request::select;
  case lease_step::reboot:
    return dhcp_request::reboot;
  case lease_step::renew:
    return dhcp_request::renew;
  case lease_step::rebind:
    return dhcp_request::rebind;
  case lease_step::none:
  case lease_step::discover:
    break;
  }
  return dhcp_request::discover;
}

void dhcp_counters::answered_in(duration time) {
  const auto us = std::max<std::int64_t>(0, time.count());
  const auto bound = std::ranges::lower_bound(dhcp_answer_bounds_us, us);
  count(answer_times[static_cast<std::size_t>(bound - dhcp_answer_bounds_us.begin())]);
  count(answer_time_us, static_cast<std::uint64_t>(us));
}

} // namespace uzel::net
