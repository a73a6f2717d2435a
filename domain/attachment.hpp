// Where a subscriber is plugged in, as the network reported it.
#pragma once

#include "domain/id.hpp"
#include "domain/mac_address.hpp"

#include <cstdint>
#include <string>

namespace uzel {

// Tells the attachments of one account apart: the MAC when it is known (so a device keeps its place
// and its address when it moves between PPPoE and IPoE or between NASes), else a hash of NAS and
// port. Never 0 for a real attachment.
using attachment_key = id<struct attachment_key_tag>;

struct attachment {
  attachment_key key;
  nas_id nas;
  mac_address mac;
  device_id device; // the access device that option 82 named, 0 when it named none we know
  port_id port;
  std::uint16_t vlan = 0; // inner (customer) VLAN, 0 = unknown
  std::string nas_port;   // NAS-Port-Id as sent
  bool operator==(const attachment&) const = default;
};

// The key for what is known of a place; nas_port and calling_station are the texts of the request.
attachment_key key_of(nas_id nas, mac_address mac, std::string_view nas_port,
                      std::string_view calling_station);

template <class Inspector>
auto inspect(Inspector& f, attachment& x) {
  return f(x.key, x.nas, x.mac, x.device, x.port, x.vlan, x.nas_port);
}

} // namespace uzel
