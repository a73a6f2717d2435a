// What a DHCP client wants of its lease, as the server understood the packet.
#pragma once

#include <cstdint>

namespace uzel {

// The states of RFC 2131 section 4.3; none = no DHCP at all (a RADIUS login). Travels in messages:
// do not renumber.
enum class lease_step : std::uint8_t {
  none = 0,
  discover = 1, // DHCPDISCOVER
  select = 2,   // DHCPREQUEST that takes our offer
  reboot = 3,   // DHCPREQUEST of a client that remembers its address (INIT-REBOOT)
  renew = 4,    // DHCPREQUEST to us alone, from a client that uses the address
  rebind = 5,   // DHCPREQUEST to any server, from a client that uses the address
};

// How a client gave a lease back. Travels in messages: do not renumber.
enum class lease_end : std::uint8_t { released = 1, declined = 2 };

} // namespace uzel
