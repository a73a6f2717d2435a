// What an Access-Request or Accounting-Request says, extracted in one pass without allocating.
//
// Repeats: attributes that prove or decide something (User-Name, every credential, State,
// Message-Authenticator, Acct-Status-Type, Acct-Session-Id) may stand once, as the tables of RFC
// 2865 section 5.44 and RFC 2866 section 5.13 say; a second one is refused. Of descriptive
// attributes the first wins. Class and Proxy-State may repeat. An empty value counts as absent (RFC
// 2865 section 5). A wrongly sized number refuses the packet when it decides something, else the
// attribute is ignored and counted.
#pragma once

#include "protocols/radius/packet.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace uzel::radius {

// What a NAS tells in either kind of request about itself and the place where the subscriber is
// plugged in. All views point into the datagram.
struct nas_report {
  packet_view packet;

  std::string_view user_name;
  std::string_view nas_identifier;
  ipv4 nas_address;
  octets nas_ipv6_address;
  std::optional<std::uint32_t> nas_port;
  std::string_view nas_port_id;
  std::optional<std::uint32_t> nas_port_type;
  std::string_view called_station_id;
  std::string_view calling_station_id;
  std::optional<std::uint32_t> service_type;
  std::optional<std::uint32_t> framed_protocol;
  ipv4 framed_address;
  octets delegated_ipv6_prefix;
  std::string_view connect_info;
  instant event_time; // Event-Timestamp
  // Option 82 as relayed: ADSL-Forum (3561), else Redback (2352).
  octets agent_circuit_id;
  octets agent_remote_id;
  std::string_view dhcp_mac; // ERX-Dhcp-Mac-Addr
  ipv4 hotspot_address;      // Mikrotik-Host-IP
  octets first_class;        // the others: packet.attributes()
  std::uint16_t class_count = 0;
  std::uint16_t proxy_state_count = 0;
  std::uint16_t ignored_count = 0; // attributes with a size that their type forbids
  // Offset of the Message-Authenticator attribute in the packet; 0 when absent.
  std::size_t seal_offset = 0;

  explicit nas_report(const packet_view& p) : packet{p} {}
};

// What kind of login proof a request carries.
enum class proof_kind : std::uint8_t { none, pap, chap, ms_chap, ms_chap2, eap };

// An Access-Request. Proof fields are raw wire octets of the size that their RFC demands.
struct access_request : nas_report {
  proof_kind proof = proof_kind::none;
  octets hidden_password; // 16..128 octets: RFC 2865 section 5.2
  octets chap_password;   // ident + 16 octets of response: RFC 2865 section 5.3
  octets chap_challenge;  // CHAP-Challenge, else the Request Authenticator
  octets ms_chap_challenge;
  octets ms_chap_response;  // 50 octets: RFC 2548 section 2.1.3
  octets ms_chap2_response; // 50 octets: RFC 2548 section 2.3.2
  octets state;
  bool has_eap = false;

  explicit access_request(const packet_view& p) : nas_report{p} {}
};

// An Accounting-Request; counters are the NAS's view, input = from the subscriber.
struct accounting_request : nas_report {
  acct_status status{};
  std::string_view session_id; // never empty, except for On and Off
  std::string_view multi_session_id;
  std::string_view erx_service_session;
  // Gigawords * 2^32 + octets (RFC 2869 section 5.1).
  std::uint64_t input_octets = 0;
  std::uint64_t output_octets = 0;
  std::uint64_t input_packets = 0;
  std::uint64_t output_packets = 0;
  std::optional<std::uint32_t> session_seconds;
  std::uint32_t delay_seconds = 0; // Acct-Delay-Time
  std::optional<std::uint32_t> authentic;
  std::optional<terminate_cause> cause;

  explicit accounting_request(const packet_view& p) : nas_report{p} {}
};

// Errors: wrong_code, repeated_attribute, bad_value, mixed_credentials (RFC 2865 section 4.1).
[[nodiscard]] result<access_request> read_access_request(const packet_view& packet) noexcept;

// Errors: wrong_code, repeated_attribute, bad_value, missing_attribute (no status, no session id).
[[nodiscard]] result<accounting_request>
read_accounting_request(const packet_view& packet) noexcept;

// When what is told happened: Event-Timestamp, else arrival minus Acct-Delay-Time (RFC 2866
// section 5.2).
[[nodiscard]] instant time_of(const accounting_request& request, instant arrival) noexcept;

} // namespace uzel::radius
