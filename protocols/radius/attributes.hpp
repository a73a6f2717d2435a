// Numbers of codes, attributes and values that the server itself uses, and typed readers of values.
// Operators' own attributes come from dictionaries; these are the ones that the code knows by name.
#pragma once

#include "domain/instant.hpp"
#include "domain/ipv4.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace uzel::radius {

// Bytes of somebody else's buffer.
using octets = std::span<const std::uint8_t>;

// On-wire values: RFC 2865 section 3, RFC 2866 section 3, RFC 5176 section 2.3, RFC 5997 section 2.
enum class code : std::uint8_t {
  access_request = 1,
  access_accept = 2,
  access_reject = 3,
  accounting_request = 4,
  accounting_response = 5,
  access_challenge = 11,
  status_server = 12,
  disconnect_request = 40,
  disconnect_ack = 41,
  disconnect_nak = 42,
  coa_request = 43,
  coa_ack = 44,
  coa_nak = 45,
};

// The name that RFCs and radclient print ("Access-Request"); empty for numbers without one.
std::string_view name_of(code c) noexcept;

// On-wire values: RFC 2865, 2866, 2868, 2869, 3162, 3576, 4372, 4818, 5176.
namespace attr {
inline constexpr std::uint8_t user_name = 1, user_password = 2, chap_password = 3,
                              nas_ip_address = 4, nas_port = 5, service_type = 6,
                              framed_protocol = 7, framed_ip_address = 8, framed_ip_netmask = 9,
                              framed_routing = 10, filter_id = 11, framed_mtu = 12,
                              reply_message = 18, framed_route = 22, state = 24, class_ = 25,
                              vendor_specific = 26, session_timeout = 27, idle_timeout = 28,
                              termination_action = 29, called_station_id = 30,
                              calling_station_id = 31, nas_identifier = 32, proxy_state = 33,
                              acct_status_type = 40, acct_delay_time = 41, acct_input_octets = 42,
                              acct_output_octets = 43, acct_session_id = 44, acct_authentic = 45,
                              acct_session_time = 46, acct_input_packets = 47,
                              acct_output_packets = 48, acct_terminate_cause = 49,
                              acct_multi_session_id = 50, acct_link_count = 51,
                              acct_input_gigawords = 52, acct_output_gigawords = 53,
                              event_timestamp = 55, chap_challenge = 60, nas_port_type = 61,
                              port_limit = 62, tunnel_password = 69, connect_info = 77,
                              eap_message = 79, message_authenticator = 80,
                              acct_interim_interval = 85, nas_port_id = 87, framed_pool = 88,
                              chargeable_user_identity = 89, nas_ipv6_address = 95,
                              framed_interface_id = 96, framed_ipv6_prefix = 97,
                              framed_ipv6_pool = 100, error_cause = 101,
                              delegated_ipv6_prefix = 123, framed_ipv6_address = 168,
                              delegated_ipv6_prefix_pool = 171;
} // namespace attr

// On-wire values: IANA private enterprise numbers.
namespace vendor {
inline constexpr std::uint32_t cisco = 9, microsoft = 311, redback = 2352, adsl_forum = 3561,
                               erx = 4874, wispr = 14122, mikrotik = 14988;
} // namespace vendor

// On-wire values: RFC 2548 (vendor 311).
namespace microsoft {
inline constexpr std::uint8_t chap_response = 1, chap_error = 2, mppe_encryption_policy = 7,
                              mppe_encryption_types = 8, chap_domain = 10, chap_challenge = 11,
                              chap_mppe_keys = 12, mppe_send_key = 16, mppe_recv_key = 17,
                              chap2_response = 25, chap2_success = 26, primary_dns_server = 28,
                              secondary_dns_server = 29;
} // namespace microsoft

// On-wire values: RFC 4679 section 3.3 (vendor 3561).
namespace adsl_forum {
inline constexpr std::uint8_t agent_circuit_id = 1, agent_remote_id = 2;
} // namespace adsl_forum

// On-wire values: the vendor's dictionary (2352); some access concentrators spell option 82 so.
namespace redback {
inline constexpr std::uint8_t agent_remote_id = 96, agent_circuit_id = 97;
} // namespace redback

// On-wire values: the vendor's dictionary (4874).
namespace erx {
inline constexpr std::uint8_t virtual_router_name = 1, address_pool_name = 2, primary_dns = 4,
                              secondary_dns = 5, dhcp_options = 55, dhcp_mac_addr = 56,
                              dhcp_gi_address = 57, service_activate = 65, service_deactivate = 66,
                              service_statistics = 69, service_session = 83;
} // namespace erx

// On-wire values: the vendor's dictionary (14988).
namespace mikrotik {
inline constexpr std::uint8_t rate_limit = 8, host_ip = 10, address_list = 19,
                              delegated_ipv6_pool = 22;
} // namespace mikrotik

// On-wire values: the vendor's dictionary (9).
namespace cisco {
inline constexpr std::uint8_t avpair = 1, nas_port = 2;
} // namespace cisco

// On-wire values: Wi-Fi Alliance WISPr 1.0 (14122), bit/s.
namespace wispr {
inline constexpr std::uint8_t bandwidth_max_up = 7, bandwidth_max_down = 8;
} // namespace wispr

// On-wire values: RFC 2866 section 5.1.
enum class acct_status : std::uint32_t { start = 1, stop = 2, interim = 3, on = 7, off = 8 };

// On-wire values: RFC 2866 section 5.10.
enum class terminate_cause : std::uint32_t {
  user_request = 1,
  lost_carrier = 2,
  lost_service = 3,
  idle_timeout = 4,
  session_timeout = 5,
  admin_reset = 6,
  admin_reboot = 7,
  port_error = 8,
  nas_error = 9,
  nas_request = 10,
  nas_reboot = 11,
  port_unneeded = 12,
  port_preempted = 13,
  port_suspended = 14,
  service_unavailable = 15,
  callback = 16,
  user_error = 17,
  host_request = 18,
};

// On-wire values: RFC 5176 section 3.6.
enum class error_cause : std::uint32_t {
  residual_session_context_removed = 201,
  invalid_eap_packet = 202,
  unsupported_attribute = 401,
  missing_attribute = 402,
  nas_identification_mismatch = 403,
  invalid_request = 404,
  unsupported_service = 405,
  unsupported_extension = 406,
  invalid_attribute_value = 407,
  administratively_prohibited = 501,
  request_not_routable = 502,
  session_context_not_found = 503,
  session_context_not_removable = 504,
  other_proxy_processing_error = 505,
  resources_unavailable = 506,
  request_initiated = 507,
  multiple_session_selection_unsupported = 508,
};

// On-wire values: RFC 2865 sections 5.6, 5.7, 5.29 and 5.41.
namespace value {
inline constexpr std::uint32_t service_framed = 2, service_call_check = 10, protocol_ppp = 1,
                               termination_radius_request = 1, port_ethernet = 15, port_virtual = 5;
} // namespace value

// Typed readers: nothing when the size is wrong.
constexpr std::optional<std::uint32_t> read_u32(octets v) noexcept {
  if (v.size() != 4)
    return std::nullopt;
  return std::uint32_t{v[0]} << 24 | std::uint32_t{v[1]} << 16 | std::uint32_t{v[2]} << 8 | v[3];
}
constexpr std::optional<std::uint64_t> read_u64(octets v) noexcept {
  if (v.size() != 8)
    return std::nullopt;
  return std::uint64_t{*read_u32(v.first(4))} << 32 | *read_u32(v.subspan(4));
}
constexpr std::optional<ipv4> read_ipv4(octets v) noexcept {
  const auto number = read_u32(v);
  return number ? std::optional{ipv4{*number}} : std::nullopt;
}
// Whole seconds since 1970 (RFC 2869 section 5.3).
constexpr std::optional<instant> read_time(octets v) noexcept {
  const auto number = read_u32(v);
  return number ? std::optional{instant::from_unix(*number)} : std::nullopt;
}
// The bytes as text; nothing is promised about their encoding.
inline std::string_view read_text(octets v) noexcept {
  return {reinterpret_cast<const char*>(v.data()), v.size()};
}
inline octets as_octets(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace uzel::radius
