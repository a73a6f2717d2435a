#include "protocols/radius/packet_writer.hpp"

#include <algorithm>

namespace uzel::radius {
namespace {

constexpr std::size_t seal_size = 16;

void put_u32(std::uint8_t* out, std::uint32_t v) noexcept {
  out[0] = static_cast<std::uint8_t>(v >> 24);
  out[1] = static_cast<std::uint8_t>(v >> 16);
  out[2] = static_cast<std::uint8_t>(v >> 8);
  out[3] = static_cast<std::uint8_t>(v);
}

// The low `size` octets of a number, most significant first.
std::uint8_t* put_number(std::uint8_t* out, std::size_t v, std::size_t size) noexcept {
  for (std::size_t i = size; i > 0; --i)
    *out++ = static_cast<std::uint8_t>(v >> (8 * (i - 1)));
  return out;
}

std::array<std::uint8_t, 4> wire(std::uint32_t v) noexcept {
  std::array<std::uint8_t, 4> bytes;
  put_u32(bytes.data(), v);
  return bytes;
}

} // namespace

packet_writer::packet_writer(std::span<std::uint8_t> buffer) noexcept
  : buffer_{buffer.first(std::min(buffer.size(), max_packet_size))} {}

void packet_writer::begin(radius::code code, std::uint8_t id,
                          const radius::authenticator& a) noexcept {
  size_ = 0;
  seal_at_ = 0;
  fault_ = errc::ok;
  if (std::uint8_t* head = grow(header_size)) {
    head[0] = static_cast<std::uint8_t>(code);
    head[1] = id;
    set_authenticator(a);
  }
}

void packet_writer::begin_reply(radius::code code, const packet_view& request) noexcept {
  begin(code, request.id(), request.authenticator());
}

void packet_writer::reserve_message_authenticator() noexcept {
  if (seal_at_ != 0)
    return;
  if (std::uint8_t* at = grow(2 + seal_size)) {
    at[0] = attr::message_authenticator;
    at[1] = 2 + seal_size;
    std::fill_n(at + 2, seal_size, std::uint8_t{0});
    seal_at_ = size_ - seal_size;
  }
}

void packet_writer::add(std::uint8_t type, octets value) noexcept {
  if (!value.empty())
    add_verbatim(type, value);
}

void packet_writer::add_verbatim(std::uint8_t type, octets value) noexcept {
  if (value.size() > max_value_size)
    return fail(errc::value_too_long);
  if (std::uint8_t* at = grow(2 + value.size())) {
    at[0] = type;
    at[1] = static_cast<std::uint8_t>(2 + value.size());
    std::ranges::copy(value, at + 2);
  }
}

void packet_writer::add(std::uint8_t type, std::uint32_t value) noexcept {
  add(type, octets{wire(value)});
}

void packet_writer::add_vendor(std::uint32_t vendor, std::uint32_t type, octets value,
                               vendor_format format) noexcept {
  if (value.empty())
    return;
  const std::size_t inner = std::size_t{format.type_size} + format.length_size + value.size();
  if (inner > max_value_size - 4)
    return fail(errc::value_too_long);
  if (std::uint8_t* at = grow(6 + inner)) {
    at[0] = attr::vendor_specific;
    at[1] = static_cast<std::uint8_t>(6 + inner);
    put_u32(at + 2, vendor);
    std::uint8_t* next = put_number(at + 6, type, format.type_size);
    next = put_number(next, inner, format.length_size);
    std::ranges::copy(value, next);
  }
}

void packet_writer::add_vendor(std::uint32_t vendor, std::uint32_t type,
                               std::uint32_t value) noexcept {
  add_vendor(vendor, type, octets{wire(value)});
}

void packet_writer::add_all_of(std::uint8_t type, const packet_view& from) noexcept {
  for (const attribute a : from.attributes())
    if (a.type == type)
      add(type, a.value);
}

result<octets> packet_writer::sign_reply(const radius::authenticator& request_authenticator,
                                         const shared_secret& secret) noexcept {
  if (fault_ != errc::ok)
    return fault_;
  set_authenticator(request_authenticator);
  return sign_reply(secret);
}

result<octets> packet_writer::sign_reply(const shared_secret& secret) noexcept {
  const auto packet = unsigned_bytes();
  if (!packet)
    return packet;
  md5_digest response;
  if (!seal(secret) || !md5({*packet, secret.bytes()}, response))
    return errc::digest_unavailable;
  set_authenticator(response);
  return packet;
}

result<octets> packet_writer::sign_request(const shared_secret& secret) noexcept {
  const auto packet = unsigned_bytes();
  if (!packet)
    return packet;
  const auto kind = static_cast<radius::code>(buffer_[0]);
  if (kind != code::access_request && kind != code::status_server && !authenticator_is_digest(kind))
    return errc::wrong_code;
  if (authenticator_is_digest(kind))
    set_authenticator({});
  if (!seal(secret))
    return errc::digest_unavailable;
  if (!authenticator_is_digest(kind))
    return packet;
  md5_digest digest;
  if (!md5({*packet, secret.bytes()}, digest))
    return errc::digest_unavailable;
  set_authenticator(digest);
  return packet;
}

result<octets> packet_writer::unsigned_bytes() noexcept {
  if (fault_ != errc::ok)
    return fault_;
  put_number(buffer_.data() + 2, size_, 2);
  return octets{buffer_.first(size_)};
}

std::uint8_t* packet_writer::grow(std::size_t n) noexcept {
  if (fault_ != errc::ok)
    return nullptr;
  if (n > buffer_.size() - size_) {
    fault_ = errc::buffer_full;
    return nullptr;
  }
  std::uint8_t* at = buffer_.data() + size_;
  size_ += n;
  return at;
}

void packet_writer::set_authenticator(const radius::authenticator& a) noexcept {
  std::ranges::copy(a, buffer_.begin() + 4);
}

void packet_writer::fail(errc e) noexcept {
  if (fault_ == errc::ok)
    fault_ = e;
}

// HMAC over the packet with zeros in its own place and whatever the authenticator field holds now.
bool packet_writer::seal(const shared_secret& secret) noexcept {
  if (seal_at_ == 0)
    return true;
  const auto place = buffer_.subspan(seal_at_, seal_size);
  std::ranges::fill(place, std::uint8_t{0});
  md5_digest sum;
  if (!hmac_md5(secret, {octets{buffer_.first(size_)}}, sum))
    return false;
  std::ranges::copy(sum, place.begin());
  return true;
}

} // namespace uzel::radius
