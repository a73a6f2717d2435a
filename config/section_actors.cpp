#include "config/rules.hpp"

namespace uzel::config {

using namespace std::chrono_literals;

section actors_section() {
  using s = actor_settings;
  const declare in{"actors", &settings::actors};
  return {
    "actors",
    "Threads, and the times in the life of sessions and addresses.",
    {
      in("workers", &s::workers, range{0u, 256u}, reload::restart,
         "Threads that run the actors; 0 means one per processor core."),
      in("pin_workers", &s::pin_workers, anything{}, reload::restart,
         "Each of these threads keeps to one core, if there are as many of them as cores. Turn it "
         "off where another program keeps one of the cores busy."),
      in("shards", &s::shards, range{1u, 64u}, reload::restart,
         "Parts of the subscriber directory."),
      in("idle_sleep", &s::idle_sleep, range{1s, 604800s}, reload::restart,
         "A subscriber who logged in and of whom nothing was heard for this long is kept packed in "
         "a few hundred bytes until something is. After a report of his session or a confirmed "
         "lease he is packed at once: the next one comes in minutes."),
      in(
        "offer_time", &s::offer_time, range{5s, 3600s}, reload::restart,
        "How long an address stays reserved after the Access-Accept until accounting confirms it."),
      in("stale_factor", &s::stale_factor, range{2u, 100u}, reload::restart,
         "A session counts as ended when it was silent for this many interim intervals."),
      in("interim_interval", &s::interim_interval, range{60s, 86400s}, reload::restart,
         "Acct-Interim-Interval that is asked of the NAS (RFC 2869, section 5.16: at least 60 s)."),
      in("trace_bytes", &s::trace_bytes, range{1ull << 20, 16ull << 30}, reload::restart,
         "Memory for the decision traces that `uzelctl explain` shows."),
      in("trace_per_account", &s::trace_per_account, range{1u, 1000u}, reload::restart,
         "Decision traces kept of one account."),
      in("guest_limit", &s::guest_limit, range{0u, 10000000u}, reload::restart,
         "Guests (unknown subscribers in a guest pool) at once."),
      in("decline_quarantine", &s::decline_quarantine, range{60s, 2592000s}, reload::restart,
         "How long an address stays out of use after a client found somebody else on it "
         "(DHCPDECLINE)."),
      in("declines_per_hour", &s::declines_per_hour, range{0u, 100000u}, reload::restart,
         "Addresses of one pool that declines may put into quarantine within an hour; further ones "
         "only end the lease."),
    }};
}

} // namespace uzel::config
