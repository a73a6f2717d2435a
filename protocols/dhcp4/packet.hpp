// Reading DHCPv4 datagrams: a validated view that allocates nothing.
// On-wire layout: RFC 2131 section 2, RFC 2132 section 2 and 9.3 (overload), RFC 3396 (long
// options).
#pragma once

#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "protocols/dhcp4/errc.hpp"
#include "protocols/dhcp4/options.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace uzel::dhcp4 {

inline constexpr std::size_t bootp_size = 236;
inline constexpr std::size_t header_size = 240; // with the cookie
inline constexpr std::size_t max_packet_size = 4096;
inline constexpr std::uint8_t boot_request = 1;
inline constexpr std::uint8_t boot_reply = 2;
// What a client takes that does not say more (RFC 2132 9.10). It counts the IP and UDP headers.
inline constexpr std::uint16_t min_message_size = 576;

// A view over one valid packet. It lives as long as the datagram's bytes do; spans of options that
// came in pieces look into the view itself, so that they end when it is moved or destroyed.
class packet_view {
 public:
  // Checks every length once and joins options that came in pieces, in the order options, file,
  // sname. Octets after END are ignored and a missing END is tolerated: real clients leave it out.
  // Two message types or two relay options are refused: nobody may add to what a relay vouches for.
  [[nodiscard]] static result<packet_view> parse(octets datagram) noexcept;
  // The same, and the packet has to come from a client.
  [[nodiscard]] static result<packet_view> parse_request(octets datagram) noexcept;

  std::uint8_t op() const noexcept { return bytes_[0]; }
  std::uint8_t hardware_type() const noexcept { return bytes_[1]; }
  std::uint8_t hops() const noexcept { return bytes_[3]; }
  std::uint32_t xid() const noexcept { return u32_at(4); }
  std::uint16_t secs() const noexcept { return u16_at(8); }
  std::uint16_t flags() const noexcept { return u16_at(10); }
  bool broadcast() const noexcept { return (flags() & 0x8000) != 0; }
  ipv4 client_address() const noexcept { return ipv4{u32_at(12)}; } // ciaddr
  ipv4 your_address() const noexcept { return ipv4{u32_at(16)}; }   // yiaddr
  ipv4 next_server() const noexcept { return ipv4{u32_at(20)}; }    // siaddr
  ipv4 relay() const noexcept { return ipv4{u32_at(24)}; }          // giaddr
  // chaddr: hlen octets, at most 16.
  octets hardware_address() const noexcept { return bytes_.subspan(28, bytes_[2]); }
  // The hardware address of Ethernet (htype 1, hlen 6), else none.
  mac_address mac() const noexcept;
  // Up to the first zero octet; empty where the field holds options.
  std::string_view server_name() const noexcept; // sname
  std::string_view boot_file() const noexcept;   // file
  // The datagram as it came.
  octets bytes() const noexcept { return bytes_; }

  bool has(option code) const noexcept { return at_[static_cast<std::uint8_t>(code)] != 0; }
  // The value; an absent option is empty, see has().
  octets value(option code) const noexcept;

  // The codes in the order in which they first stand in the packet; how many there are.
  std::size_t codes(std::span<std::uint8_t, 256> out) const noexcept;

  message_type type() const noexcept { return static_cast<message_type>(u8_of(53)); }
  ipv4 requested_address() const noexcept { return address_of(option::requested_address); }
  ipv4 server_identifier() const noexcept { return address_of(option::server_identifier); }
  ipv4 subnet_selection() const noexcept { return address_of(option::subnet_selection); }
  std::optional<std::uint32_t> lease_time() const noexcept;
  // Type and identifier; empty when absent or shorter than the 2 octets of RFC 2132 9.14.
  octets client_identifier() const noexcept;
  octets parameter_list() const noexcept { return value(option::parameter_list); }
  // At least 576, also when a client says less or nothing.
  std::uint16_t max_message_size() const noexcept;
  // Without the zero octets that some clients end them with.
  std::string_view host_name() const noexcept;
  std::string_view vendor_class() const noexcept;
  // The content of option 82, for option82::parse_relay_information.
  octets relay_information() const noexcept { return value(option::relay_information); }

 private:
  static constexpr std::uint16_t joined_bit = 0x8000;

  explicit packet_view(octets bytes) noexcept : bytes_{bytes} {}
  std::uint16_t u16_at(std::size_t i) const noexcept {
    return static_cast<std::uint16_t>(bytes_[i] << 8 | bytes_[i + 1]);
  }
  std::uint32_t u32_at(std::size_t i) const noexcept {
    return std::uint32_t{u16_at(i)} << 16 | u16_at(i + 2);
  }
  std::uint8_t u8_of(std::uint8_t code) const noexcept;
  ipv4 address_of(option code) const noexcept;
  std::string_view text_of(option code) const noexcept;
  errc scan() noexcept;
  errc scan_field(std::size_t from, std::size_t to, std::bitset<256>& repeated) noexcept;
  errc join(const std::bitset<256>& repeated) noexcept;
  errc check() const noexcept;
  bool overloads(std::uint8_t field) const noexcept { return (overload_ & field) != 0; }

  octets bytes_;
  std::uint8_t overload_ = 0;
  // Where the length octet of an option stands; 0 = absent; with joined_bit an offset in joined_.
  std::array<std::uint16_t, 256> at_{};
  // Length (2 octets) and value of each option that came in pieces: all that one frame can hold.
  std::array<std::uint8_t, 1472> joined_{};
};

} // namespace uzel::dhcp4
