// The generator's own RADIUS packets (RFC 2865, RFC 2866, RFC 3579): written into a given buffer,
// without allocations, and shared with nobody.
#pragma once

#include "bench/load/digest.hpp"
#include "bench/load/fault.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace uzel::load {

// On-wire values: RFC 2865 section 3, RFC 2866 section 3.
enum class radius_code : std::uint8_t {
  access_request = 1,
  access_accept = 2,
  access_reject = 3,
  accounting_request = 4,
  accounting_response = 5,
};

// Attributes that the generator writes or reads; on-wire values.
enum class radius_attribute : std::uint8_t {
  user_name = 1,
  user_password = 2,
  chap_password = 3,
  nas_ip_address = 4,
  nas_port = 5,
  service_type = 6,
  framed_protocol = 7,
  framed_ip_address = 8,
  class_value = 25,
  called_station_id = 30,
  calling_station_id = 31,
  nas_identifier = 32,
  acct_status_type = 40,
  acct_delay_time = 41,
  acct_input_octets = 42,
  acct_output_octets = 43,
  acct_session_id = 44,
  acct_session_time = 46,
  acct_terminate_cause = 49,
  acct_input_gigawords = 52,
  acct_output_gigawords = 53,
  event_timestamp = 55,
  nas_port_type = 61,
  message_authenticator = 80,
};

// Writes one packet. Room must hold all that is added; attributes above 253 octets are cut.
class radius_writer {
 public:
  radius_writer(std::span<std::uint8_t> room, radius_code code, std::uint8_t id) noexcept;

  void set_authenticator(const digest& a) noexcept;
  // Where the Message-Authenticator goes; first, so that it is checked before anything else.
  void add_seal() noexcept;
  void add(radius_attribute type, octets value) noexcept;
  void add(radius_attribute type, std::string_view value) noexcept;
  void add(radius_attribute type, std::uint32_t value) noexcept;
  // User-Password hidden with secret and authenticator (RFC 2865 section 5.2).
  void add_pap(std::string_view password, const shared_secret& secret) noexcept;
  // CHAP-Password over the authenticator as the challenge (RFC 2865 sections 5.3 and 5.40).
  void add_chap(std::string_view password, std::uint8_t ident) noexcept;

  // Fills in length and seal of an Access-Request, or the digest that is an Accounting-Request's
  // authenticator. Returns the size.
  std::size_t finish_access(const shared_secret& secret) noexcept;
  std::size_t finish_accounting(const shared_secret& secret) noexcept;
  // Signs a reply to the request with that authenticator.
  std::size_t finish_reply(const shared_secret& secret, const digest& request) noexcept;

 private:
  void write_length() noexcept;
  octets written() const noexcept { return octets{room_}.first(size_); }
  std::span<std::uint8_t> room_;
  std::size_t size_ = 20;
  std::size_t seal_at_ = 0;
};

// What a reply said.
struct radius_reply {
  radius_code code{};
  bool sealed = false; // it has a Message-Authenticator, and the right one
  std::uint32_t address = 0;
  octets class_value; // within the datagram
};

// Checks who wrote the reply and reads it. `request` is the packet as it was sent. Changes the
// datagram while it reckons, and restores it.
fault read_reply(std::span<std::uint8_t> datagram, octets request, const shared_secret& secret,
                 radius_reply& out) noexcept;

// Attributes of a packet that was parsed for good: the value, or empty.
octets find_attribute(octets packet, radius_attribute type) noexcept;

} // namespace uzel::load
