// Building RADIUS packets in a reusable buffer: nothing is allocated, an overflow sticks until the
// next begin().
#pragma once

#include "protocols/radius/digest.hpp"
#include "protocols/radius/packet.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace uzel::radius {

using packet_buffer = std::array<std::uint8_t, max_packet_size>;

// Writes one packet at a time into a buffer that outlives it. Not thread-safe; reuse one per
// thread.
class packet_writer {
 public:
  explicit packet_writer(std::span<std::uint8_t> buffer) noexcept;

  // Starts a request; the authenticator matters for Access-Request and Status-Server only.
  void begin(radius::code code, std::uint8_t id, const radius::authenticator& a = {}) noexcept;
  // Starts the reply to a request: its id and authenticator are kept for sign_reply().
  void begin_reply(radius::code code, const packet_view& request) noexcept;

  // Reserves Message-Authenticator; call it first, so that no attacker's octets stand before it
  // (CVE-2024-3596).
  void reserve_message_authenticator() noexcept;

  // Each value is at most 253 octets; an empty one is left out (RFC 2865 section 5).
  void add(std::uint8_t type, octets value) noexcept;
  void add(std::uint8_t type, std::string_view value) noexcept { add(type, as_octets(value)); }
  void add(std::uint8_t type, std::uint32_t value) noexcept;
  void add(std::uint8_t type, ipv4 value) noexcept { add(type, value.value); }
  // The same, but an empty value is written: what a tool was told to send.
  void add_verbatim(std::uint8_t type, octets value) noexcept;
  // At most 247 octets with the default format.
  void add_vendor(std::uint32_t vendor, std::uint32_t type, octets value,
                  vendor_format format = {}) noexcept;
  void add_vendor(std::uint32_t vendor, std::uint32_t type, std::string_view value) noexcept {
    add_vendor(vendor, type, as_octets(value));
  }
  void add_vendor(std::uint32_t vendor, std::uint32_t type, std::uint32_t value) noexcept;
  void add_vendor(std::uint32_t vendor, std::uint32_t type, ipv4 value) noexcept {
    add_vendor(vendor, type, value.value);
  }
  // Copies every attribute of that type in order: Proxy-State (RFC 2865 section 5.33).
  void add_all_of(std::uint8_t type, const packet_view& from) noexcept;

  // What went wrong since begin(); later additions were ignored.
  errc fault() const noexcept { return fault_; }
  std::size_t size() const noexcept { return size_; }

  // Fills in Message-Authenticator (if reserved) and the Response Authenticator. The bytes live in
  // the buffer.
  [[nodiscard]] result<octets> sign_reply(const radius::authenticator& request_authenticator,
                                          const shared_secret& secret) noexcept;
  // The same with the authenticator that begin_reply() took from the request.
  [[nodiscard]] result<octets> sign_reply(const shared_secret& secret) noexcept;
  // Access-Request and Status-Server keep their authenticator; accounting and RFC 5176 requests are
  // sealed by it.
  [[nodiscard]] result<octets> sign_request(const shared_secret& secret) noexcept;
  // The packet without any signing.
  [[nodiscard]] result<octets> unsigned_bytes() noexcept;

 private:
  std::uint8_t* grow(std::size_t n) noexcept;
  void set_authenticator(const radius::authenticator& a) noexcept;
  void fail(errc e) noexcept;
  bool seal(const shared_secret& secret) noexcept;

  std::span<std::uint8_t> buffer_;
  std::size_t size_ = 0;
  std::size_t seal_at_ = 0;
  errc fault_ = errc::buffer_full;
};

// Whether accounting-style signing applies: the Request Authenticator is a digest of the packet.
constexpr bool authenticator_is_digest(code c) noexcept {
  return c == code::accounting_request || c == code::disconnect_request || c == code::coa_request;
}

} // namespace uzel::radius
