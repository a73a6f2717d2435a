#include "protocols/radius/vendor_profile.hpp"

#include "protocols/radius/hidden.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace uzel::radius {
namespace {

// Text of bounded size in place; what does not fit is a fault that shows as an empty text.
class short_text {
 public:
  short_text& operator<<(std::string_view part) noexcept {
    if (part.size() > text_.size() - size_)
      full_ = true;
    else
      size_ = static_cast<std::size_t>(
        std::ranges::copy(part, text_.begin() + static_cast<std::ptrdiff_t>(size_)).out -
        text_.begin());
    return *this;
  }
  short_text& operator<<(std::uint64_t number) noexcept {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return *this << std::string_view{digits.data(), end};
  }
  std::string_view view() const noexcept {
    return full_ ? std::string_view{} : std::string_view{text_.data(), size_};
  }

 private:
  std::array<char, 247> text_;
  std::size_t size_ = 0;
  bool full_ = false;
};

void put_speed(short_text& out, std::uint32_t kbit) noexcept {
  if (kbit != 0 && kbit % 1000 == 0)
    out << std::uint64_t{kbit / 1000} << "M";
  else if (kbit != 0)
    out << std::uint64_t{kbit} << "k";
  else
    out << "0";
}

void put_pair(short_text& out, std::uint32_t up_kbit, std::uint32_t down_kbit) noexcept {
  put_speed(out, up_kbit);
  out << "/";
  put_speed(out, down_kbit);
}

// The router's view: rx is what the subscriber sends, so upload stands first. Parts are positional.
void write_mikrotik_rate(packet_writer& out, const service_reply& r) noexcept {
  const bool burst = r.up.burst_kbit != 0 || r.down.burst_kbit != 0;
  if (r.up.kbit == 0 && r.down.kbit == 0 && !burst && r.priority == 0)
    return;
  const auto threshold = [](const rate& one) {
    return one.burst_kbit == 0 ? 0 : one.threshold_kbit != 0 ? one.threshold_kbit : one.kbit;
  };
  short_text text;
  put_pair(text, r.up.kbit, r.down.kbit);
  if (burst || r.priority != 0) {
    const std::uint64_t time = burst ? std::max(r.burst_seconds, 1u) : 0;
    text << " ";
    put_pair(text, r.up.burst_kbit, r.down.burst_kbit);
    text << " ";
    put_pair(text, threshold(r.up), threshold(r.down));
    text << " " << time << "/" << time;
  }
  if (r.priority != 0)
    text << " " << std::uint64_t{std::min<std::uint8_t>(r.priority, 8)};
  out.add_vendor(vendor::mikrotik, mikrotik::rate_limit, text.view());
}

void write_mikrotik(packet_writer& out, const service_reply& r) noexcept {
  write_mikrotik_rate(out, r);
  out.add_vendor(vendor::mikrotik, mikrotik::address_list, r.address_list);
  if (r.primary_dns)
    out.add_vendor(vendor::microsoft, microsoft::primary_dns_server, r.primary_dns);
  if (r.secondary_dns)
    out.add_vendor(vendor::microsoft, microsoft::secondary_dns_server, r.secondary_dns);
}

// One direction of SERVICE(rate, burst): bit/s and the octets that may pass at once.
void put_policer(short_text& out, const rate& one, std::uint32_t burst_seconds) noexcept {
  const std::uint64_t bits = std::uint64_t{one.kbit} * 1000;
  const std::uint64_t burst_bits =
    one.burst_kbit == 0 ? bits : std::uint64_t{one.burst_kbit} * 1000 * std::max(burst_seconds, 1u);
  out << bits << "," << burst_bits / 8;
}

// The service is tagged so that later CoA requests can name it (tag 1).
void write_juniper_service(packet_writer& out, const service_reply& r) noexcept {
  short_text text;
  text << "\x01";
  if (r.service_template.empty())
    text << (r.guest ? "SERVICE-GUEST" : "SERVICE-INET");
  else
    text << r.service_template;
  if (!r.guest && (r.down.kbit != 0 || r.up.kbit != 0)) {
    text << "(";
    put_policer(text, r.down, r.burst_seconds);
    text << ",";
    put_policer(text, r.up, r.burst_seconds);
    text << ")";
  }
  out.add_vendor(vendor::erx, erx::service_activate, text.view());
}

void write_juniper(packet_writer& out, const service_reply& r) noexcept {
  write_juniper_service(out, r);
  if (r.primary_dns)
    out.add_vendor(vendor::erx, erx::primary_dns, r.primary_dns);
  if (r.secondary_dns)
    out.add_vendor(vendor::erx, erx::secondary_dns, r.secondary_dns);
}

// WISPr speeds are bit/s in 32 bits; faster services are told the most that fits.
void write_generic(packet_writer& out, const service_reply& r) noexcept {
  const auto bits = [](std::uint32_t kbit) {
    return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(std::uint64_t{kbit} * 1000, 0xffffffffu));
  };
  if (r.up.kbit != 0)
    out.add_vendor(vendor::wispr, wispr::bandwidth_max_up, bits(r.up.kbit));
  if (r.down.kbit != 0)
    out.add_vendor(vendor::wispr, wispr::bandwidth_max_down, bits(r.down.kbit));
  if (r.primary_dns)
    out.add_vendor(vendor::microsoft, microsoft::primary_dns_server, r.primary_dns);
  if (r.secondary_dns)
    out.add_vendor(vendor::microsoft, microsoft::secondary_dns_server, r.secondary_dns);
}

void write_standard(packet_writer& out, const service_reply& r) noexcept {
  const auto number = [&out](std::uint8_t type, std::uint32_t v) {
    if (v != 0)
      out.add(type, v);
  };
  if (r.ppp) {
    out.add(attr::service_type, value::service_framed);
    out.add(attr::framed_protocol, value::protocol_ppp);
  }
  number(attr::framed_ip_address, r.address.value);
  if (r.address)
    number(attr::framed_ip_netmask, r.netmask.value);
  out.add(attr::framed_pool, r.framed_pool);
  out.add(attr::filter_id, r.filter_id);
  number(attr::session_timeout, r.session_timeout);
  if (r.ask_again && r.session_timeout != 0)
    out.add(attr::termination_action, value::termination_radius_request);
  number(attr::idle_timeout, r.idle_timeout);
  number(attr::acct_interim_interval, r.interim_interval);
  out.add(attr::class_, r.class_value);
}

} // namespace

void write_service(packet_writer& out, uzel::vendor vendor, const service_reply& reply) noexcept {
  write_standard(out, reply);
  switch (vendor) {
  case uzel::vendor::mikrotik:
    write_mikrotik(out, reply);
    break;
  case uzel::vendor::juniper:
    write_juniper(out, reply);
    break;
  case uzel::vendor::generic:
    write_generic(out, reply);
    break;
  }
  write_reply_message(out, reply.reply_message);
}

void write_reply_message(packet_writer& out, std::string_view text) noexcept {
  while (!text.empty()) {
    std::size_t size = std::min(text.size(), max_value_size);
    // Octets 10xxxxxx continue a character; a text of nothing else is cut anywhere.
    while (size < text.size() && size > 0 && (static_cast<std::uint8_t>(text[size]) & 0xc0) == 0x80)
      --size;
    if (size == 0)
      size = std::min(text.size(), max_value_size);
    out.add(attr::reply_message, text.substr(0, size));
    text.remove_prefix(size);
  }
}

void write_ms_chap(packet_writer& out, const proof_answer& answer, std::uint16_t salt,
                   const authenticator& request_authenticator,
                   const shared_secret& secret) noexcept {
  const auto add_key = [&](std::uint8_t type, std::string_view key, std::uint16_t with) {
    if (key.empty())
      return;
    const auto hidden = hide_salted(as_octets(key), with, request_authenticator, secret);
    if (hidden)
      out.add_vendor(vendor::microsoft, type, hidden->bytes());
  };
  out.add_vendor(vendor::microsoft, microsoft::chap2_success, answer.mschap_success);
  out.add_vendor(vendor::microsoft, microsoft::chap_error, answer.mschap_error);
  add_key(microsoft::mppe_send_key, answer.mppe_send_key, salt);
  add_key(microsoft::mppe_recv_key, answer.mppe_recv_key, static_cast<std::uint16_t>(salt + 1));
  if (!answer.mppe_v1_keys.empty()) {
    const auto hidden =
      hide_password(as_octets(answer.mppe_v1_keys), request_authenticator, secret);
    if (hidden)
      out.add_vendor(vendor::microsoft, microsoft::chap_mppe_keys, hidden->bytes());
  }
  if (answer.mppe_send_key.empty() && answer.mppe_v1_keys.empty())
    return;
  // RFC 2548 sections 2.4.4 and 2.4.5: encryption is allowed, with 40 or 128 bits.
  out.add_vendor(vendor::microsoft, microsoft::mppe_encryption_policy, 1u);
  out.add_vendor(vendor::microsoft, microsoft::mppe_encryption_types, 6u);
}

} // namespace uzel::radius
