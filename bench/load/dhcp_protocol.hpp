// Clients behind relays who speak DHCPv4: writes their requests, judges the answers, and keeps what
// a client keeps: the offer, the server, the address.
#pragma once

#include "bench/load/address_ledger.hpp"
#include "bench/load/dhcp_packet.hpp"
#include "bench/load/pattern.hpp"
#include "bench/load/plan.hpp"

#include <cstdint>
#include <vector>

namespace uzel::load {

struct dhcp_options {
  mac first_mac{2, 0, 0, 0, 0, 1};
  std::uint32_t clients = 1000;
  std::uint32_t first_relay = 0x7F000002; // 127.0.0.2
  unsigned relays = 1;
  bool client_id = true;
  bool circuit = true; // option 82 sub-option 1
  bool remote = true;  // option 82 sub-option 2
  name_pattern circuits;
  name_pattern remotes;
  std::uint64_t first = 1; // number of the first client in the patterns
  std::uint32_t seed = 1;
};

// Kinds of requests.
namespace dhcp_kind {
enum value : std::uint8_t { discover, request, renew, release };
}

class dhcp_protocol : public protocol {
 public:
  dhcp_protocol(dhcp_options o, address_ledger& addresses);

  std::span<const std::string_view> kinds() const override;
  bool answered(std::uint8_t kind) const override { return kind != dhcp_kind::release; }
  // Each relay is a group.
  unsigned group_of(const step& s) const override { return s.subscriber % options_.relays; }
  std::size_t write(const step& s, std::uint32_t slot, std::uint32_t local,
                    std::span<std::uint8_t> room) override;
  std::optional<std::uint32_t> slot_of(octets datagram, std::uint32_t first,
                                       std::uint32_t count) const override;
  reading read(const step& s, octets request, std::span<std::uint8_t> datagram) override;

  // Slots that fit into the part of the transaction id that names them.
  static constexpr std::uint32_t most_slots = 1u << 20;

 private:
  struct client {
    std::uint32_t address = 0; // offered, then held
    std::uint32_t server = 0;
  };
  std::uint32_t relay_of(const step& s) const { return options_.first_relay + group_of(s); }
  fault judge(const step& s, octets request, const dhcp_reply& said) const;
  reading take(const step& s, const dhcp_reply& said);

  dhcp_options options_;
  address_ledger& addresses_;
  std::vector<client> clients_;
  std::uint32_t serial_; // upper part of the transaction ids
};

} // namespace uzel::load
