#include "config/rules.hpp"

namespace uzel::config {

using namespace std::chrono_literals;

section dhcp_section() {
  using s = dhcp_settings;
  const declare in{"dhcp", &settings::dhcp};
  return {
    "dhcp",
    "The DHCPv4 server (RFC 2131). Relays are clients in the store, subnets are its networks. It "
    "is "
    "off while both lists are empty.",
    {
      in("listen", &s::listen, listeners_or_none, reload::restart,
         "UDP addresses for relays and for clients that renew straight with us, usually "
         "`0.0.0.0:67`."),
      in("interfaces", &s::interfaces, interfaces, reload::restart,
         "Interfaces with clients that are heard directly; each needs a network that names it."),
      in("identify", &s::identify, identities, reload::restart,
         "How a client is recognised, best first: by `option82` of a trusted relay, by `mac`, by "
         "`client-id` (option 61)."),
      in("max_in_flight", &s::max_in_flight, range{16u, 1048576u}, reload::restart,
         "Requests being worked on. Beyond it datagrams are dropped: a client asks again."),
      in("deadline", &s::deadline, range{100ms, 30000ms}, reload::restart,
         "A request that is not answered in this time is given up in silence."),
      in("per_relay_rate", &s::per_relay_rate, range{0u, 1000000u}, reload::restart,
         "Datagrams per second that are accepted from one relay; 0 means no limit."),
      in("per_client_rate", &s::per_client_rate, range{0u, 1000u}, reload::restart,
         "Datagrams per second that are accepted of one hardware address; 0 means no limit."),
      in("clients_per_port", &s::clients_per_port, range{0u, 65536u}, reload::restart,
         "Hardware addresses that may hold or ask for leases behind one port, as option 82 names "
         "it; 0 means no limit."),
      in("ping_wait", &s::ping_wait, range{50ms, 2000ms}, reload::restart,
         "How long a new address is pinged before it is offered, in networks that want that."),
      in("receive_buffer", &s::receive_buffer, range{64ull << 10, 256ull << 20}, reload::restart,
         "Size of the socket's receive buffer that is asked of the kernel."),
    }};
}

} // namespace uzel::config
