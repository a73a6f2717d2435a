// What the RADIUS side counts; read by /metrics from any thread.
#pragma once

#include "net/bridge/counter.hpp"
#include "net/radius/admission.hpp"

#include <array>

namespace uzel::net {

struct radius_counters {
  std::array<counter, admission_verdicts> datagrams{}; // by admission_verdict
  counter logins{0};                                   // Access-Requests given to the directory
  counter accounting{0};                               // Accounting-Requests given to their NAS
  counter status{0};                                   // Status-Server answered
  counter accepts{0};
  counter guests{0};
  counter rejects{0};
  counter responses{0}; // Accounting-Responses
  counter repeated{0};  // answers sent again
  counter late{0};      // answers that came after their request was given up
  counter oversized{0}; // answers that did not fit a packet
  counter waiting_for_sync{0};
  counter in_use{0}; // requests and kept replies
  counter early{0};  // answers that left before what they rest on was synced: must stay 0
  counter unsent{0}; // the kernel did not take the datagram
};

} // namespace uzel::net
