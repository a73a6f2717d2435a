#include "bench/load/radius_packet.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace uzel::load {
namespace {

constexpr std::size_t header = 20;
constexpr std::size_t longest_value = 253;

octets octets_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The attributes fill the packet exactly.
bool well_formed(octets packet) noexcept {
  std::size_t at = header;
  while (at + 2 <= packet.size() && packet[at + 1] >= 2)
    at += packet[at + 1];
  return at == packet.size();
}

bool seal_holds(std::span<std::uint8_t> packet, std::size_t seal_at, octets request,
                const shared_secret& secret) noexcept {
  digest seal;
  digest authenticator;
  std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(seal_at), 16, seal.begin());
  std::copy_n(packet.begin() + 4, 16, authenticator.begin());
  std::ranges::fill(packet.subspan(seal_at, 16), std::uint8_t{0});
  std::copy_n(request.begin() + 4, 16, packet.begin() + 4);
  const bool holds = secret.hmac(packet) == seal;
  std::ranges::copy(seal, packet.begin() + static_cast<std::ptrdiff_t>(seal_at));
  std::ranges::copy(authenticator, packet.begin() + 4);
  return holds;
}

} // namespace

radius_writer::radius_writer(std::span<std::uint8_t> room, radius_code code,
                             std::uint8_t id) noexcept
  : room_{room} {
  std::fill_n(room_.begin(), header, std::uint8_t{0});
  room_[0] = static_cast<std::uint8_t>(code);
  room_[1] = id;
}

void radius_writer::set_authenticator(const digest& a) noexcept {
  std::ranges::copy(a, room_.begin() + 4);
}

void radius_writer::add_seal() noexcept {
  seal_at_ = size_ + 2;
  add(radius_attribute::message_authenticator, digest{});
}

void radius_writer::add(radius_attribute type, octets value) noexcept {
  value = value.first(std::min(value.size(), longest_value));
  if (size_ + 2 + value.size() > room_.size())
    return;
  room_[size_] = static_cast<std::uint8_t>(type);
  room_[size_ + 1] = static_cast<std::uint8_t>(value.size() + 2);
  std::ranges::copy(value, room_.begin() + static_cast<std::ptrdiff_t>(size_) + 2);
  size_ += 2 + value.size();
}

void radius_writer::add(radius_attribute type, std::string_view value) noexcept {
  add(type, octets_of(value));
}

void radius_writer::add(radius_attribute type, std::uint32_t value) noexcept {
  const std::array<std::uint8_t, 4> bytes{
    static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
    static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  add(type, octets{bytes});
}

void radius_writer::add_pap(std::string_view password, const shared_secret& secret) noexcept {
  std::array<std::uint8_t, 128> hidden{};
  password = password.substr(0, hidden.size());
  std::ranges::copy(octets_of(password), hidden.begin());
  const std::size_t size = std::max<std::size_t>(16, (password.size() + 15) / 16 * 16);
  octets previous = octets{room_}.subspan(4, 16);
  for (std::size_t at = 0; at < size; at += 16) {
    const auto pad = secret.pad(previous);
    for (std::size_t i = 0; i < 16; ++i)
      hidden[at + i] ^= pad[i];
    previous = octets{hidden}.subspan(at, 16);
  }
  add(radius_attribute::user_password, octets{hidden}.first(size));
}

void radius_writer::add_chap(std::string_view password, std::uint8_t ident) noexcept {
  const auto answer = md5({octets{&ident, 1}, octets_of(password), octets{room_}.subspan(4, 16)});
  std::array<std::uint8_t, 17> value{ident};
  std::ranges::copy(answer, value.begin() + 1);
  add(radius_attribute::chap_password, octets{value});
}

void radius_writer::write_length() noexcept {
  room_[2] = static_cast<std::uint8_t>(size_ >> 8);
  room_[3] = static_cast<std::uint8_t>(size_);
}

std::size_t radius_writer::finish_access(const shared_secret& secret) noexcept {
  write_length();
  if (seal_at_ != 0)
    std::ranges::copy(secret.hmac(written()),
                      room_.begin() + static_cast<std::ptrdiff_t>(seal_at_));
  return size_;
}

std::size_t radius_writer::finish_accounting(const shared_secret& secret) noexcept {
  write_length();
  set_authenticator(digest{});
  set_authenticator(md5({written(), secret.bytes()}));
  return size_;
}

std::size_t radius_writer::finish_reply(const shared_secret& secret,
                                        const digest& request) noexcept {
  set_authenticator(request);
  finish_access(secret);
  set_authenticator(md5({written(), secret.bytes()}));
  return size_;
}

fault read_reply(std::span<std::uint8_t> datagram, octets request, const shared_secret& secret,
                 radius_reply& out) noexcept {
  if (datagram.size() < header || request.size() < header)
    return fault::malformed;
  const std::size_t length = static_cast<std::size_t>(datagram[2]) << 8 | datagram[3];
  if (length < header || length > datagram.size())
    return fault::malformed;
  const auto packet = datagram.first(length);
  const auto wanted = md5({octets{packet}.first(4), request.subspan(4, 16),
                           octets{packet}.subspan(header), secret.bytes()});
  if (!std::equal(wanted.begin(), wanted.end(), packet.begin() + 4))
    return fault::bad_authenticator;
  if (!well_formed(packet))
    return fault::malformed;
  out = {};
  out.code = static_cast<radius_code>(packet[0]);
  const auto seal = find_attribute(packet, radius_attribute::message_authenticator);
  if (!seal.empty()) {
    if (seal.size() != 16 ||
        !seal_holds(packet, static_cast<std::size_t>(seal.data() - packet.data()), request, secret))
      return fault::bad_message_authenticator;
    out.sealed = true;
  }
  const auto address = find_attribute(packet, radius_attribute::framed_ip_address);
  if (address.size() == 4) {
    std::memcpy(&out.address, address.data(), 4);
    out.address = ntohl(out.address);
  }
  out.class_value = find_attribute(packet, radius_attribute::class_value);
  return fault::none;
}

octets find_attribute(octets packet, radius_attribute type) noexcept {
  for (std::size_t at = header;
       at + 2 <= packet.size() && packet[at + 1] >= 2 && at + packet[at + 1] <= packet.size();
       at += packet[at + 1])
    if (packet[at] == static_cast<std::uint8_t>(type))
      return packet.subspan(at + 2, packet[at + 1] - std::size_t{2});
  return {};
}

} // namespace uzel::load
