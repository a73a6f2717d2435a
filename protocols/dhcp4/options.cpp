#include "protocols/dhcp4/options.hpp"

#include <algorithm>
#include <array>

namespace uzel::dhcp4 {
namespace {

using k = value_kind;

constexpr option_row plain(int code, std::string_view name, value_kind kind) {
  return {static_cast<option>(code), name, kind, false};
}

constexpr option_row computed(int code, std::string_view name, value_kind kind) {
  return {static_cast<option>(code), name, kind, true};
}

constexpr std::array rows{
  plain(1, "subnet-mask", k::address),
  plain(2, "time-offset", k::i32),
  plain(3, "routers", k::addresses),
  plain(4, "time-servers", k::addresses),
  plain(6, "dns", k::addresses),
  plain(7, "log-servers", k::addresses),
  plain(9, "lpr-servers", k::addresses),
  plain(12, "host-name", k::text),
  plain(13, "boot-size", k::u16),
  plain(15, "domain", k::text),
  plain(16, "swap-server", k::address),
  plain(17, "root-path", k::text),
  plain(19, "ip-forwarding", k::boolean),
  plain(23, "default-ttl", k::u8),
  plain(26, "mtu", k::u16),
  plain(28, "broadcast", k::address),
  plain(31, "router-discovery", k::boolean),
  plain(33, "static-routes", k::address_pairs),
  plain(35, "arp-timeout", k::u32),
  plain(37, "tcp-ttl", k::u8),
  plain(40, "nis-domain", k::text),
  plain(41, "nis-servers", k::addresses),
  plain(42, "ntp", k::addresses),
  plain(43, "vendor-information", k::raw),
  plain(44, "netbios-name-servers", k::addresses),
  plain(46, "netbios-node-type", k::u8),
  plain(47, "netbios-scope", k::text),
  computed(50, "requested-address", k::address),
  computed(51, "lease-time", k::u32),
  computed(52, "overload", k::u8),
  computed(53, "message-type", k::message_type),
  computed(54, "server-identifier", k::address),
  computed(55, "parameter-list", k::codes),
  computed(56, "message", k::text),
  computed(57, "max-message-size", k::u16),
  computed(58, "renewal-time", k::u32),
  computed(59, "rebinding-time", k::u32),
  plain(60, "vendor-class", k::text),
  computed(61, "client-identifier", k::client_identifier),
  plain(66, "tftp-server", k::text),
  plain(67, "boot-file", k::text),
  plain(69, "smtp-servers", k::addresses),
  plain(70, "pop3-servers", k::addresses),
  plain(77, "user-class", k::raw),
  computed(80, "rapid-commit", k::flag),
  computed(81, "fqdn", k::raw),
  computed(82, "relay-information", k::relay_information),
  computed(90, "authentication", k::raw),
  computed(91, "last-transaction-time", k::u32),
  plain(93, "client-architecture", k::u16),
  plain(100, "posix-timezone", k::text),
  plain(101, "timezone-name", k::text),
  plain(108, "ipv6-only", k::u32),
  plain(114, "captive-portal", k::text),
  plain(116, "auto-configure", k::u8),
  computed(118, "subnet-selection", k::address),
  plain(119, "domain-search", k::domains),
  plain(120, "sip-servers", k::raw),
  plain(121, "routes", k::routes),
  plain(124, "vendor-class-v-i", k::raw),
  plain(125, "vendor-information-v-i", k::raw),
  plain(138, "capwap-controllers", k::addresses),
  plain(150, "tftp-addresses", k::addresses),
  plain(249, "microsoft-routes", k::routes),
  plain(252, "proxy-autoconfig", k::text),
};

static_assert(std::ranges::is_sorted(rows, {}, &option_row::code));

} // namespace

std::string_view name_of(message_type type) noexcept {
  static constexpr std::array<std::string_view, 9> names{
    "?", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"};
  const auto at = static_cast<std::size_t>(type);
  return at < names.size() ? names[at] : names[0];
}

std::span<const option_row> known_options() noexcept {
  return rows;
}

option_row row_of(option code) noexcept {
  const auto at = std::ranges::lower_bound(rows, code, {}, &option_row::code);
  return at != rows.end() && at->code == code ? *at : option_row{code, {}, k::raw, false};
}

const option_row* find_option(std::string_view name) noexcept {
  const auto at = std::ranges::find(rows, name, &option_row::name);
  return at == rows.end() ? nullptr : &*at;
}

} // namespace uzel::dhcp4
