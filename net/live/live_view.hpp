// The WebSocket /api/v1/live: hello, a snapshot from the actors, then every change, without a gap.
#pragma once

#include "net/http/site.hpp"

namespace uzel::rest {
class api;
}
namespace uzel::http {
class metrics_page;
class readiness;
} // namespace uzel::http

namespace uzel::live {

class live_readers;

// Close codes of RFC 6455 section 7.4.2 that are ours.
enum close_code : std::uint16_t {
  close_too_slow = 4000,
  close_overloaded = 4003,
  close_not_signed_in = 4401,
  close_forbidden = 4403,
};

// Serves one reader until he leaves. His token stands in the Authorization header, in ?token=, or
// in his first message {"token":"…","cursor":"1.42"}; the cursor may stand in ?cursor= too.
boost::asio::awaitable<void> serve_live(rest::api& api, live_readers& readers,
                                        std::shared_ptr<http::websocket> socket,
                                        const http::request& asked);

// Everything that the daemon serves over HTTP, put together; all parts must outlive the server.
http::site site_of(rest::api& api, live_readers& readers, const http::readiness& ready,
                   http::metrics_page& metrics);

} // namespace uzel::live
