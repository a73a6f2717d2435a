// DHCPv4 packets in words, with the device and port that their relay names.
#pragma once

#include "apps/uzelctl/packet_text.hpp"

namespace uzel::ctl {

// Every field and option; for option 82 also what the built-in rows read out of it.
[[nodiscard]] outcome<packet_words> decode_dhcp(std::span<const std::uint8_t> datagram);

} // namespace uzel::ctl
