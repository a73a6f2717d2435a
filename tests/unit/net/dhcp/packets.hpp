// DHCP packets as clients and relays send them, written by hand: the codec is not its own witness.
#pragma once

#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::net::test {

using bytes = std::vector<std::uint8_t>;

inline bytes text(std::string_view t) {
  return {t.begin(), t.end()};
}
inline bytes address(ipv4 a) {
  return {static_cast<std::uint8_t>(a.value >> 24), static_cast<std::uint8_t>(a.value >> 16),
          static_cast<std::uint8_t>(a.value >> 8), static_cast<std::uint8_t>(a.value)};
}
inline bytes of_mac(mac_address mac) {
  bytes out;
  for (int shift = 40; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(mac.value >> shift));
  return out;
}

inline constexpr mac_address common_mac{0x020000000001};
// Circuit-id and remote-id in the form of D-Link: port 5 of f8:e9:03:e7:55:a6.
inline const bytes dlink_circuit{0x00, 0x04, 0x00, 0x98, 0x00, 0x05};
inline const bytes dlink_remote{0x00, 0x06, 0xf8, 0xe9, 0x03, 0xe7, 0x55, 0xa6};

// One sub-option after the other.
inline bytes relay_option(const std::vector<std::pair<int, bytes>>& parts) {
  bytes out;
  for (const auto& [code, value] : parts) {
    out.push_back(static_cast<std::uint8_t>(code));
    out.push_back(static_cast<std::uint8_t>(value.size()));
    out.insert(out.end(), value.begin(), value.end());
  }
  return out;
}
inline bytes common_relay_option() {
  return relay_option({{1, dlink_circuit}, {2, dlink_remote}});
}

enum message { discover = 1, offer, request, decline, ack, nak, release, inform };

class dhcp_sketch {
 public:
  explicit dhcp_sketch(int type, mac_address mac = common_mac, std::uint32_t xid = 0x11223344)
    : b_(240, 0) {
    b_[0] = 1;
    b_[1] = 1;
    b_[2] = 6;
    put(4, address(ipv4{xid}));
    put(28, of_mac(mac));
    put(236, {0x63, 0x82, 0x53, 0x63});
    option(53, {static_cast<std::uint8_t>(type)});
  }
  dhcp_sketch& put(std::size_t at, const bytes& value) {
    for (std::size_t i = 0; i < value.size(); ++i)
      b_[at + i] = value[i];
    return *this;
  }
  dhcp_sketch& option(int code, const bytes& value) {
    b_.push_back(static_cast<std::uint8_t>(code));
    b_.push_back(static_cast<std::uint8_t>(value.size()));
    b_.insert(b_.end(), value.begin(), value.end());
    return *this;
  }
  dhcp_sketch& op(std::uint8_t v) { return put(0, {v}); }
  dhcp_sketch& hardware(std::uint8_t type, std::uint8_t length) { return put(1, {type, length}); }
  dhcp_sketch& broadcast() { return put(10, {0x80}); }
  dhcp_sketch& ciaddr(ipv4 a) { return put(12, address(a)); }
  dhcp_sketch& giaddr(ipv4 a) { return put(24, address(a)); }
  dhcp_sketch& requested(ipv4 a) { return option(50, address(a)); }
  dhcp_sketch& server(ipv4 a) { return option(54, address(a)); }
  dhcp_sketch& identifier(const bytes& v) { return option(61, v); }
  dhcp_sketch& relayed(const bytes& v = common_relay_option()) { return option(82, v); }
  bytes finish() const {
    auto out = b_;
    out.push_back(255);
    return out;
  }

 private:
  bytes b_;
};

// A reply read octet by octet.
struct reply_read {
  explicit reply_read(const bytes& b) : b_{b} {}
  std::size_t size() const { return b_.size(); }
  int type() const { return value(53).empty() ? 0 : value(53)[0]; }
  bytes at(std::size_t from, std::size_t n) const {
    return {b_.begin() + static_cast<std::ptrdiff_t>(from),
            b_.begin() + static_cast<std::ptrdiff_t>(from + n)};
  }
  ipv4 address_at(std::size_t from) const {
    return ipv4{b_[from], b_[from + 1], b_[from + 2], b_[from + 3]};
  }
  ipv4 yiaddr() const { return address_at(16); }
  bool broadcast() const { return (b_[10] & 0x80) != 0; }
  // The value of an option; empty when it is not there.
  bytes value(int code) const {
    for (std::size_t i = 240; i + 1 < b_.size() && b_[i] != 255;
         i += b_[i] == 0 ? 1 : 2u + b_[i + 1])
      if (b_[i] == code)
        return at(i + 2, b_[i + 1]);
    return {};
  }
  std::uint32_t number(int code) const {
    std::uint32_t n = 0;
    for (const auto octet : value(code))
      n = n << 8 | octet;
    return n;
  }
  // All option codes in order.
  std::vector<int> codes() const {
    std::vector<int> out;
    for (std::size_t i = 240; i + 1 < b_.size() && b_[i] != 255;
         i += b_[i] == 0 ? 1 : 2u + b_[i + 1])
      if (b_[i] != 0)
        out.push_back(b_[i]);
    return out;
  }

 private:
  bytes b_;
};

} // namespace uzel::net::test
