#include "config/rules.hpp"

namespace uzel::config {

using namespace std::chrono_literals;

section http_section() {
  using s = http_settings;
  const declare in{"http", &settings::http};
  return {"http",
          "The JSON API, the live view, `/metrics`, `/healthz` and `/readyz`.",
          {
            in("listen", &s::listen, listeners, reload::restart, "TCP addresses to listen on."),
            in("body_limit", &s::body_limit, range{1ull << 10, 1ull << 30}, reload::restart,
               "Largest request body; an import of 100 000 accounts needs some 10 MiB."),
            in("read_timeout", &s::read_timeout, range{1s, 3600s}, reload::restart,
               "A connection that sends no complete request in this time is closed."),
            in("request_timeout", &s::request_timeout, range{1s, 3600s}, reload::restart,
               "A request that is not answered in this time ends with 503."),
            in("max_connections", &s::max_connections, range{1u, 65536u}, reload::restart,
               "Open connections at once; further ones are closed at once."),
            in("login_rate", &s::login_rate, range{0u, 100000u}, reload::restart,
               "Sign-in attempts per minute from one source address; 0 means no limit."),
            in("rate_limit_loopback", &s::rate_limit_loopback, anything{}, reload::restart,
               "Whether `login_rate` counts for 127.0.0.0/8 and ::1 too."),
            in("token_lifetime", &s::token_lifetime, range{60s, 31536000s}, reload::restart,
               "How long a sign-in is good for."),
            in("tls_certificate", &s::tls_certificate, anything{}, reload::restart,
               "PEM file with the certificate chain; empty means plain HTTP."),
            in("tls_key", &s::tls_key, anything{}, reload::restart,
               "PEM file with the private key that belongs to `tls_certificate`."),
            in("live_buffer", &s::live_buffer, range{16u, 10000000u}, reload::restart,
               "Events kept for one reader of the live view before it is dropped as too slow."),
            in("events_ring", &s::events_ring, range{1000u, 10000000u}, reload::restart,
               "Latest events kept in memory, so that a reader can resume where it stopped."),
          }};
}

} // namespace uzel::config
