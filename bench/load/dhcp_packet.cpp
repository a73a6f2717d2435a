#include "bench/load/dhcp_packet.hpp"

#include <algorithm>
#include <array>

namespace uzel::load {
namespace {

// Places of the fixed fields: RFC 2131 section 2.
constexpr std::size_t xid_at = 4, ciaddr_at = 12, yiaddr_at = 16, giaddr_at = 24, chaddr_at = 28,
                      cookie_at = 236, options_at = 240;
constexpr std::size_t smallest = 300;
constexpr std::size_t most_options = 300;
constexpr std::array<std::uint8_t, 4> cookie{99, 130, 83, 99};

enum option : std::uint8_t {
  pad = 0,
  requested_address = 50,
  lease_time = 51,
  message_type = 53,
  server_id = 54,
  parameters = 55,
  client_id = 61,
  relay_information = 82,
  end = 255,
};

std::uint32_t number_at(octets from, std::size_t at) noexcept {
  return std::uint32_t{from[at]} << 24 | std::uint32_t{from[at + 1]} << 16 |
         std::uint32_t{from[at + 2]} << 8 | from[at + 3];
}

// Appends to a packet whose room was checked before.
class option_writer {
 public:
  explicit option_writer(std::span<std::uint8_t> room) noexcept : room_{room} {
    std::ranges::fill(room_, std::uint8_t{0});
    std::ranges::copy(cookie, room_.begin() + cookie_at);
  }

  void number(std::size_t at, std::uint32_t value) noexcept {
    for (unsigned i = 0; i < 4; ++i)
      room_[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  void add(std::uint8_t code, octets value) noexcept {
    room_[size_] = code;
    room_[size_ + 1] = static_cast<std::uint8_t>(value.size());
    std::ranges::copy(value, room_.begin() + static_cast<std::ptrdiff_t>(size_) + 2);
    size_ += 2 + value.size();
  }
  void add(std::uint8_t code, std::uint32_t value) noexcept {
    room_[size_] = code;
    room_[size_ + 1] = 4;
    number(size_ + 2, value);
    size_ += 6;
  }
  void add_type(dhcp_type type) noexcept {
    const auto value = static_cast<std::uint8_t>(type);
    add(message_type, octets{&value, 1});
  }
  std::size_t finish() noexcept {
    room_[size_++] = end;
    return std::max(size_, smallest);
  }

 private:
  std::span<std::uint8_t> room_;
  std::size_t size_ = options_at;
};

void add_client_id(option_writer& out, const mac& hardware) noexcept {
  std::array<std::uint8_t, 7> value{1};
  std::ranges::copy(hardware, value.begin() + 1);
  out.add(client_id, octets{value});
}

void add_relay_information(option_writer& out, std::string_view circuit,
                           std::string_view remote) noexcept {
  std::array<std::uint8_t, 255> value{};
  std::size_t size = 0;
  const auto add = [&](std::uint8_t code, std::string_view text) {
    text = text.substr(0, 120);
    if (text.empty())
      return;
    value[size] = code;
    value[size + 1] = static_cast<std::uint8_t>(text.size());
    std::ranges::copy(text, value.begin() + static_cast<std::ptrdiff_t>(size) + 2);
    size += 2 + text.size();
  };
  add(1, circuit);
  add(2, remote);
  if (size != 0)
    out.add(relay_information, octets{value}.first(size));
}

} // namespace

std::size_t write_dhcp(const dhcp_request& what, std::span<std::uint8_t> room) noexcept {
  if (room.size() < options_at + most_options)
    return 0;
  option_writer out{room.first(options_at + most_options)};
  room[0] = 1; // request
  room[1] = 1; // Ethernet
  room[2] = 6;
  room[3] = 1; // one relay on the way
  out.number(xid_at, what.xid);
  out.number(ciaddr_at, what.client_address);
  out.number(giaddr_at, what.relay);
  std::ranges::copy(what.hardware, room.begin() + chaddr_at);
  out.add_type(what.type);
  if (what.client_id)
    add_client_id(out, what.hardware);
  if (what.wanted_address != 0)
    out.add(requested_address, what.wanted_address);
  if (what.server != 0)
    out.add(server_id, what.server);
  constexpr std::array<std::uint8_t, 5> wanted{1, 3, 6, lease_time, server_id};
  if (what.type != dhcp_type::release)
    out.add(parameters, octets{wanted});
  add_relay_information(out, what.circuit, what.remote);
  return out.finish();
}

octets find_option(octets datagram, std::uint8_t code) noexcept {
  for (std::size_t at = options_at; at < datagram.size() && datagram[at] != end;) {
    if (datagram[at] == pad) {
      ++at;
      continue;
    }
    if (at + 2 > datagram.size() || at + 2 + datagram[at + 1] > datagram.size())
      return {};
    if (datagram[at] == code)
      return datagram.subspan(at + 2, datagram[at + 1]);
    at += std::size_t{2} + datagram[at + 1];
  }
  return {};
}

fault read_dhcp(octets datagram, dhcp_reply& out) noexcept {
  if (datagram.size() < options_at || datagram[0] != 2 || datagram[1] != 1 || datagram[2] != 6 ||
      !std::equal(cookie.begin(), cookie.end(), datagram.begin() + cookie_at))
    return fault::malformed;
  const auto type = find_option(datagram, message_type);
  if (type.size() != 1)
    return fault::malformed;
  out = {};
  out.type = static_cast<dhcp_type>(type[0]);
  out.xid = number_at(datagram, xid_at);
  out.address = number_at(datagram, yiaddr_at);
  out.relay = number_at(datagram, giaddr_at);
  out.hardware = datagram.subspan(chaddr_at, 6);
  if (const auto server = find_option(datagram, server_id); server.size() == 4)
    out.server = number_at(server, 0);
  out.relay_information = find_option(datagram, relay_information);
  return fault::none;
}

std::size_t answer_dhcp(octets request, std::uint32_t address, std::uint32_t server,
                        std::span<std::uint8_t> room) noexcept {
  if (request.size() < options_at || request[0] != 1 || room.size() < options_at + most_options)
    return 0;
  const auto asked = find_option(request, message_type);
  if (asked.size() != 1 || (asked[0] != 1 && asked[0] != 3))
    return 0;
  option_writer out{room.first(options_at + most_options)};
  std::copy_n(request.begin(), 4, room.begin());
  room[0] = 2;
  room[3] = 0;
  out.number(xid_at, number_at(request, xid_at));
  out.number(ciaddr_at, number_at(request, ciaddr_at));
  out.number(yiaddr_at, address);
  out.number(giaddr_at, number_at(request, giaddr_at));
  std::copy_n(request.begin() + chaddr_at, 16, room.begin() + chaddr_at);
  out.add_type(asked[0] == 1 ? dhcp_type::offer : dhcp_type::ack);
  out.add(server_id, server);
  out.add(lease_time, std::uint32_t{3600});
  if (const auto relayed = find_option(request, relay_information); !relayed.empty())
    out.add(relay_information, relayed);
  return out.finish();
}

} // namespace uzel::load
