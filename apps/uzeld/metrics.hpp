// Which numbers of the daemon stand on /metrics.
#pragma once

#include "apps/uzeld/front_desk.hpp"
#include "domain/invariant_watch.hpp"
#include "net/http/metrics.hpp"
#include "storage/behind_alarm.hpp"

namespace uzel {

void add_radius_metrics(http::metrics_page& page, const net::radius_counters& radius,
                        const net::dynauth_counters& dynauth);
void add_dhcp_metrics(http::metrics_page& page, const net::dhcp_counters& dhcp);
void add_store_metrics(http::metrics_page& page, storage::journal& journal,
                       storage::projector& projector, const storage::behind_alarm& behind,
                       const ruled_time& time);
void add_history_metrics(http::metrics_page& page, const storage::history_keeper& keeper);
// dhcp may be null: it is off.
void add_live_metrics(http::metrics_page& page, const invariant_counters& invariants,
                      const net::radius_counters& radius, const net::dhcp_counters* dhcp,
                      const ruled_time& time, const event_backlog& backlog,
                      const trace_ring& traces);

} // namespace uzel
