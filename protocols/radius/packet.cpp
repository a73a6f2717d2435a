#include "protocols/radius/packet.hpp"

#include <algorithm>

namespace uzel::radius {
namespace {

errc check_attributes(octets packet) noexcept {
  std::size_t at = header_size;
  while (at < packet.size()) {
    if (packet.size() - at < 2)
      return errc::attribute_overrun;
    const std::size_t length = packet[at + 1];
    if (length < 2)
      return errc::attribute_too_short;
    if (length > packet.size() - at)
      return errc::attribute_overrun;
    at += length;
  }
  return errc::ok;
}

std::uint32_t read_big_endian(octets bytes) noexcept {
  std::uint32_t value = 0;
  for (const std::uint8_t b : bytes)
    value = value << 8 | b;
  return value;
}

} // namespace

result<packet_view> packet_view::parse(octets datagram) noexcept {
  if (datagram.size() < header_size)
    return errc::datagram_too_short;
  const std::size_t length = read_big_endian(datagram.subspan(2, 2));
  if (length < header_size)
    return errc::length_too_small;
  if (length > max_packet_size)
    return errc::length_too_large;
  if (length > datagram.size())
    return errc::length_beyond_datagram;
  const octets packet = datagram.first(length);
  if (const errc e = check_attributes(packet); e != errc::ok)
    return e;
  return packet_view{packet};
}

radius::authenticator packet_view::authenticator() const noexcept {
  radius::authenticator copy;
  std::ranges::copy(authenticator_bytes(), copy.begin());
  return copy;
}

std::optional<attribute> packet_view::find(std::uint8_t type) const noexcept {
  for (const attribute a : attributes())
    if (a.type == type)
      return a;
  return std::nullopt;
}

std::size_t packet_view::count(std::uint8_t type) const noexcept {
  std::size_t n = 0;
  for (const attribute a : attributes())
    n += a.type == type;
  return n;
}

vendor_cursor::vendor_cursor(octets vsa_value, vendor_format format) noexcept : format_{format} {
  if (vsa_value.size() < 4) {
    malformed_ = true;
    return;
  }
  vendor_ = read_big_endian(vsa_value.first(4));
  rest_ = vsa_value.subspan(4);
  malformed_ = rest_.empty();
  const octets whole = rest_;
  while (!rest_.empty() && !malformed_) {
    std::uint32_t type = 0;
    std::size_t value_size = 0;
    malformed_ = !read_head(type, value_size);
    if (!malformed_)
      rest_ = rest_.subspan(std::size_t{format_.type_size} + format_.length_size + value_size);
  }
  rest_ = malformed_ ? octets{} : whole;
}

// With no length field the vendor attribute fills the rest (format=4,0).
bool vendor_cursor::read_head(std::uint32_t& type, std::size_t& value_size) const noexcept {
  const std::size_t head = std::size_t{format_.type_size} + format_.length_size;
  if (rest_.size() < head)
    return false;
  type = read_big_endian(rest_.first(format_.type_size));
  if (format_.length_size == 0) {
    value_size = rest_.size() - head;
    return true;
  }
  const std::size_t length = read_big_endian(rest_.subspan(format_.type_size, format_.length_size));
  if (length < head || length > rest_.size())
    return false;
  value_size = length - head;
  return true;
}

std::optional<vendor_attribute> vendor_cursor::next() noexcept {
  std::uint32_t type = 0;
  std::size_t value_size = 0;
  if (rest_.empty() || !read_head(type, value_size))
    return std::nullopt;
  const std::size_t head = std::size_t{format_.type_size} + format_.length_size;
  const vendor_attribute found{vendor_, type, rest_.subspan(head, value_size)};
  rest_ = rest_.subspan(head + value_size);
  return found;
}

} // namespace uzel::radius
