// Turns a service into the attributes that a vendor's equipment understands.
#pragma once

#include "domain/entities/desk.hpp"
#include "domain/login_proof.hpp"
#include "protocols/radius/packet_writer.hpp"

#include <cstdint>
#include <string_view>

namespace uzel::radius {

// Speed of one direction in kbit/s (1000 bit); 0 = not limited.
struct rate {
  std::uint32_t kbit = 0;
  std::uint32_t burst_kbit = 0;     // 0 = no burst
  std::uint32_t threshold_kbit = 0; // 0 = the rate
};

// What an Access-Accept grants. Zero and empty fields stay out of the packet.
struct service_reply {
  ipv4 address;
  ipv4 netmask;
  rate down; // to the subscriber
  rate up;   // from the subscriber
  std::uint32_t burst_seconds = 0;
  std::uint8_t priority = 0; // MikroTik queues: 1 (first) to 8 (last)
  std::string_view address_list;
  std::string_view filter_id;
  std::string_view framed_pool;
  std::string_view service_template;  // Juniper; empty = SERVICE-INET, for guests SERVICE-GUEST
  bool guest = false;                 // the walled garden: no speeds of a paid service
  bool ppp = false;                   // the request asked for PPP: Service-Type, Framed-Protocol
  bool ask_again = false;             // Termination-Action RADIUS-Request with Session-Timeout
  std::uint32_t session_timeout = 0;  // seconds
  std::uint32_t idle_timeout = 0;     // seconds
  std::uint32_t interim_interval = 0; // seconds; RFC 2869 section 2.1 wants at least 60
  octets class_value;
  std::string_view reply_message; // longer texts continue in further attributes
  ipv4 primary_dns;
  ipv4 secondary_dns;
};

// Appends the attributes; faults stick in the writer.
void write_service(packet_writer& out, uzel::vendor vendor, const service_reply& reply) noexcept;

// Appends Reply-Message, split at 253 octets without cutting a UTF-8 character.
void write_reply_message(packet_writer& out, std::string_view text) noexcept;

// Appends what a checked MS-CHAP proof gives back (RFC 2548 sections 2.1.4, 2.3.3, 2.4); keys are
// hidden under the secret. `salt` must differ between replies to be of use: two values, salt and
// salt + 1, are taken.
void write_ms_chap(packet_writer& out, const proof_answer& answer, std::uint16_t salt,
                   const authenticator& request_authenticator,
                   const shared_secret& secret) noexcept;

} // namespace uzel::radius
