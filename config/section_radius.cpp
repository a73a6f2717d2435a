#include "config/rules.hpp"

namespace uzel::config {

using namespace std::chrono_literals;

section radius_section() {
  using s = radius_settings;
  const declare in{"radius", &settings::radius};
  return {
    "radius",
    "The RADIUS server. Who may send requests, and with which secret, stands in the store: clients "
    "are added "
    "through the API.",
    {
      in("auth_listen", &s::auth_listen, listeners, reload::restart,
         "UDP addresses for Access-Request and Status-Server (RFC 2865)."),
      in("acct_listen", &s::acct_listen, listeners, reload::restart,
         "UDP addresses for Accounting-Request and Status-Server (RFC 2866)."),
      in("duplicate_window", &s::duplicate_window, range{5s, 30s}, reload::restart,
         "How long an answer is kept to be repeated when the same request arrives again (RFC 5080, "
         "section 2.2.2)."),
      in("duplicate_entries_per_client", &s::duplicate_entries_per_client, range{256u, 1048576u},
         reload::restart,
         "How many requests of one client are remembered to recognise duplicates."),
      in("max_in_flight", &s::max_in_flight, range{16u, 1048576u}, reload::restart,
         "Requests being worked on per listener. Beyond it datagrams are dropped: a NAS asks "
         "again."),
      in("login_deadline", &s::login_deadline, range{100ms, 30000ms}, reload::restart,
         "A request that is not answered in this time is given up in silence."),
      in("reject_delay", &s::reject_delay, range{0ms, 5000ms}, reload::restart,
         "How long an Access-Reject is held back, against guessing of passwords."),
      in("reject_delay_queue", &s::reject_delay_queue, range{0u, 1000000u}, reload::restart,
         "How many rejects may be held back at once; further ones leave without delay."),
      in("per_source_rate", &s::per_source_rate, range{0u, 1000000u}, reload::restart,
         "Datagrams per second that are accepted from one source address; 0 means no limit."),
      in("rate_limit_loopback", &s::rate_limit_loopback, anything{}, reload::restart,
         "Whether `per_source_rate` counts for 127.0.0.0/8 too."),
      in("receive_buffer", &s::receive_buffer, range{64ull << 10, 256ull << 20}, reload::restart,
         "Size of the socket's receive buffer that is asked of the kernel."),
      in("coa_port", &s::coa_port, range{std::uint16_t{1}, std::uint16_t{65535}}, reload::restart,
         "UDP port of a NAS to which Disconnect-Request is sent (RFC 5176), unless its client or "
         "NAS row "
         "names another."),
      in("coa_try", &s::coa_try, range{100ms, 30000ms}, reload::restart,
         "How long a Disconnect-Request waits for its answer before it is sent again; each wait is "
         "twice "
         "the one before."),
      in("coa_attempts", &s::coa_attempts, range{1u, 10u}, reload::restart,
         "How often a Disconnect-Request is sent before the NAS counts as silent."),
    }};
}

} // namespace uzel::config
