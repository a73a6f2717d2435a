// What the DHCP side counts; read by /metrics from any thread.
#pragma once

#include "domain/refusal.hpp"
#include "net/bridge/counter.hpp"
#include "net/dhcp/question.hpp"

#include <array>

namespace uzel::net {

// What clients ask for; a metric label each.
enum class dhcp_request : std::uint8_t {
  discover,
  select,
  reboot,
  renew,
  rebind,
  release,
  decline,
  inform,
};
inline constexpr std::size_t dhcp_requests = 8;
std::string_view name_of(dhcp_request r);
dhcp_request kind_of(const dhcp_question& q);

// Upper bounds of the time from a request to its reply; one more stands for everything above.
inline constexpr std::array<std::int64_t, 10> dhcp_answer_bounds_us{
  500, 1000, 2500, 5000, 10'000, 25'000, 50'000, 100'000, 500'000, 1'000'000};

struct dhcp_counters {
  std::array<counter, dhcp_verdicts> datagrams{};
  std::array<counter, dhcp_requests> requests{};
  counter offers{0};
  counter acks{0};
  counter naks{0};
  std::array<counter, refusal_count> refusals{}; // answers that gave no lease
  counter late{0};           // answers that came after their request was given up
  counter oversized{0};      // replies that did not fit a packet
  counter pings_answered{0}; // new addresses that somebody used already
  counter waiting_for_sync{0};
  counter in_use{0};
  counter early{0};  // replies that left before what they rest on was synced: must stay 0
  counter unsent{0}; // the kernel did not take the datagram
  std::array<counter, dhcp_answer_bounds_us.size() + 1> answer_times{};
  counter answer_time_us{0};

  void answered_in(duration time);
};

} // namespace uzel::net
