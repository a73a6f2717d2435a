#include "protocols/dhcp4/packet.hpp"

#include <algorithm>

namespace uzel::dhcp4 {
namespace {

constexpr std::array<std::uint8_t, 4> cookie{0x63, 0x82, 0x53, 0x63};
constexpr std::size_t sname_at = 44;
constexpr std::size_t file_at = 108;
constexpr std::uint8_t overload_file = 1;
constexpr std::uint8_t overload_sname = 2;

std::string_view as_text(octets value) noexcept {
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

std::string_view until_zero(octets field) noexcept {
  const auto text = as_text(field);
  return text.substr(0, text.find('\0'));
}

struct fixed_length {
  std::uint8_t code;
  std::uint8_t length;
};

// Those that a getter or the server reads as a number.
constexpr std::array fixed_lengths{
  fixed_length{1, 4},  fixed_length{50, 4},  fixed_length{51, 4}, fixed_length{52, 1},
  fixed_length{53, 1}, fixed_length{54, 4},  fixed_length{57, 2}, fixed_length{58, 4},
  fixed_length{59, 4}, fixed_length{118, 4},
};

// Calls f(code, offset of the length octet) for each option of a field; false = one overruns it.
template <class F>
bool walk(octets bytes, std::size_t at, std::size_t to, F f) noexcept {
  while (at < to) {
    const std::uint8_t code = bytes[at++];
    if (code == 0)
      continue;
    if (code == 255)
      return true;
    if (at >= to || to - at - 1 < bytes[at])
      return false;
    f(code, at);
    at += 1u + bytes[at];
  }
  return true;
}

// Calls f(from, to) for each field that holds options, in the order in which pieces are joined.
template <class F>
void each_field(std::size_t size, std::uint8_t overload, F f) noexcept {
  f(header_size, size);
  if ((overload & overload_file) != 0)
    f(file_at, bootp_size);
  if ((overload & overload_sname) != 0)
    f(sname_at, file_at);
}

} // namespace

result<packet_view> packet_view::parse(octets datagram) noexcept {
  if (datagram.size() < header_size)
    return errc::datagram_too_short;
  if (datagram.size() > max_packet_size)
    return errc::datagram_too_long;
  if (!std::ranges::equal(datagram.subspan(bootp_size, cookie.size()), cookie))
    return errc::bad_cookie;
  if (datagram[2] > 16)
    return errc::bad_hardware_length;
  result<packet_view> out{packet_view{datagram}};
  if (const errc fault = out->scan(); fault != errc::ok)
    return fault;
  return out;
}

result<packet_view> packet_view::parse_request(octets datagram) noexcept {
  if (datagram.size() >= header_size && datagram[0] != boot_request)
    return errc::wrong_op;
  return parse(datagram);
}

errc packet_view::scan() noexcept {
  std::bitset<256> repeated;
  if (const errc fault = scan_field(header_size, bytes_.size(), repeated); fault != errc::ok)
    return fault;
  // Overload counts in the options field only: else file could claim itself (RFC 2132 9.3).
  if (has(option::overload)) {
    if (value(option::overload).size() != 1)
      return errc::bad_option_length;
    overload_ = u8_of(52);
    if (overload_ < 1 || overload_ > 3 || repeated[52])
      return errc::bad_overload;
    errc fault = errc::ok;
    if (overloads(overload_file))
      fault = scan_field(file_at, bootp_size, repeated);
    if (fault == errc::ok && overloads(overload_sname))
      fault = scan_field(sname_at, file_at, repeated);
    if (fault != errc::ok)
      return fault;
    if (repeated[52])
      return errc::bad_overload;
  }
  if (repeated[53] || repeated[82])
    return errc::repeated_option;
  if (repeated.any())
    if (const errc fault = join(repeated); fault != errc::ok)
      return fault;
  return check();
}

errc packet_view::scan_field(std::size_t from, std::size_t to,
                             std::bitset<256>& repeated) noexcept {
  const bool whole = walk(bytes_, from, to, [&](std::uint8_t code, std::size_t at) {
    if (at_[code] != 0)
      repeated.set(code);
    else
      at_[code] = static_cast<std::uint16_t>(at);
  });
  return whole ? errc::ok : errc::option_overrun;
}

// One pass per option in pieces; `used` bounds how many there can be, so that a datagram full of
// pairs costs no more than a few passes.
errc packet_view::join(const std::bitset<256>& repeated) noexcept {
  constexpr std::size_t max_joined = 16;
  if (repeated.count() > max_joined)
    return errc::options_too_long;
  std::size_t used = 0;
  for (std::size_t code = 1; code < 255; ++code) {
    if (!repeated[code])
      continue;
    const std::size_t begin = used;
    used += 2;
    if (used > joined_.size())
      return errc::options_too_long;
    bool fits = true;
    each_field(bytes_.size(), overload_, [&](std::size_t from, std::size_t to) {
      walk(bytes_, from, to, [&](std::uint8_t found, std::size_t at) {
        if (found != code || !fits)
          return;
        const auto piece = bytes_.subspan(at + 1, bytes_[at]);
        fits = piece.size() <= joined_.size() - used;
        if (fits)
          used = static_cast<std::size_t>(
            std::ranges::copy(piece, joined_.begin() + static_cast<std::ptrdiff_t>(used)).out -
            joined_.begin());
      });
    });
    if (!fits)
      return errc::options_too_long;
    const std::size_t length = used - begin - 2;
    joined_[begin] = static_cast<std::uint8_t>(length >> 8);
    joined_[begin + 1] = static_cast<std::uint8_t>(length);
    at_[code] = static_cast<std::uint16_t>(begin | joined_bit);
  }
  return errc::ok;
}

errc packet_view::check() const noexcept {
  for (const auto& row : fixed_lengths)
    if (at_[row.code] != 0 && value(static_cast<option>(row.code)).size() != row.length)
      return errc::bad_option_length;
  if (!has(option::message_type))
    return errc::missing_message_type;
  // 9 to 18 are lease queries and the like: understood by nobody here, but well-formed.
  const auto kind = u8_of(53);
  return kind < 1 || kind > 18 ? errc::bad_message_type : errc::ok;
}

octets packet_view::value(option code) const noexcept {
  const std::uint16_t at = at_[static_cast<std::uint8_t>(code)];
  if (at == 0)
    return {};
  if ((at & joined_bit) == 0)
    return bytes_.subspan(at + 1u, bytes_[at]);
  const std::size_t from = at & ~joined_bit;
  return octets{joined_}.subspan(from + 2, std::size_t{joined_[from]} << 8 | joined_[from + 1]);
}

std::size_t packet_view::codes(std::span<std::uint8_t, 256> out) const noexcept {
  std::bitset<256> seen;
  std::size_t n = 0;
  each_field(bytes_.size(), overload_, [&](std::size_t from, std::size_t to) {
    walk(bytes_, from, to, [&](std::uint8_t code, std::size_t) {
      if (!seen[code])
        out[n++] = code;
      seen.set(code);
    });
  });
  return n;
}

std::uint8_t packet_view::u8_of(std::uint8_t code) const noexcept {
  return bytes_[at_[code] + 1u];
}

ipv4 packet_view::address_of(option code) const noexcept {
  const auto octet = value(code);
  return octet.size() == 4 ? ipv4{octet[0], octet[1], octet[2], octet[3]} : ipv4{};
}

std::string_view packet_view::text_of(option code) const noexcept {
  const auto text = as_text(value(code));
  return text.substr(0, text.find_last_not_of('\0') + 1);
}

mac_address packet_view::mac() const noexcept {
  if (hardware_type() != 1 || bytes_[2] != 6)
    return {};
  return mac_address{std::uint64_t{u16_at(28)} << 32 | u32_at(30)};
}

std::string_view packet_view::server_name() const noexcept {
  return overloads(overload_sname) ? std::string_view{}
                                   : until_zero(bytes_.subspan(sname_at, file_at - sname_at));
}

std::string_view packet_view::boot_file() const noexcept {
  return overloads(overload_file) ? std::string_view{}
                                  : until_zero(bytes_.subspan(file_at, bootp_size - file_at));
}

std::optional<std::uint32_t> packet_view::lease_time() const noexcept {
  if (!has(option::lease_time))
    return {};
  return address_of(option::lease_time).value;
}

octets packet_view::client_identifier() const noexcept {
  const auto id = value(option::client_identifier);
  return id.size() < 2 ? octets{} : id;
}

std::uint16_t packet_view::max_message_size() const noexcept {
  const auto size = value(option::max_message_size);
  if (size.size() != 2)
    return min_message_size;
  return std::max(min_message_size, static_cast<std::uint16_t>(size[0] << 8 | size[1]));
}

std::string_view packet_view::host_name() const noexcept {
  return text_of(option::host_name);
}

std::string_view packet_view::vendor_class() const noexcept {
  return text_of(option::vendor_class);
}

} // namespace uzel::dhcp4
