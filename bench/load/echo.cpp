#include "bench/load/echo.hpp"

#include "bench/load/dhcp_packet.hpp"
#include "bench/load/engine.hpp"
#include "bench/load/radius_packet.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <poll.h>

namespace uzel::load {
namespace {

constexpr std::array<std::string_view, 1> kind_names{"echo"};
constexpr std::uint32_t given_twice = 0x0AFFFFFE;

// Answers one datagram into `room`; 0 when it has no answer.
class responder {
 public:
  explicit responder(const echo_server_options& o) : options_{o}, secret_{o.secret} {}

  std::size_t answer(octets request, std::span<std::uint8_t> room) {
    ++answers_;
    std::size_t size = 0;
    if (options_.as == answer_as::radius)
      size = radius(request, room);
    else if (options_.as == answer_as::dhcp)
      size = dhcp(request, room);
    else
      size = static_cast<std::size_t>(std::ranges::copy(request, room.begin()).out - room.begin());
    // The authenticator of RADIUS, the transaction id of DHCP.
    if (options_.spoil != 0 && answers_ % options_.spoil == 0 && size > 4)
      room[4] ^= 1;
    return size;
  }

 private:
  bool twice() const { return options_.twice != 0 && answers_ % options_.twice == 0; }

  std::size_t radius(octets request, std::span<std::uint8_t> room) {
    if (request.size() < 20)
      return 0;
    digest authenticator;
    std::copy_n(request.begin() + 4, 16, authenticator.begin());
    if (request[0] == static_cast<std::uint8_t>(radius_code::accounting_request)) {
      radius_writer out{room, radius_code::accounting_response, request[1]};
      return out.finish_reply(secret_, authenticator);
    }
    // An address made of NAS and port, which the generator numbers its subscribers by.
    const auto nas = find_attribute(request, radius_attribute::nas_ip_address);
    const auto port = find_attribute(request, radius_attribute::nas_port);
    if (nas.size() != 4 || port.size() != 4)
      return 0;
    const auto own = std::uint32_t{0x0A000000} | std::uint32_t{nas[2]} << 18 |
                     std::uint32_t{port[1]} << 16 | std::uint32_t{port[2]} << 8 | port[3];
    radius_writer out{room, radius_code::access_accept, request[1]};
    out.add_seal();
    out.add(radius_attribute::framed_ip_address, twice() ? given_twice : own);
    return out.finish_reply(secret_, authenticator);
  }

  std::size_t dhcp(octets request, std::span<std::uint8_t> room) {
    if (request.size() < 240)
      return 0;
    const auto own = std::uint32_t{0x0A000000} | std::uint32_t{request[31]} << 16 |
                     std::uint32_t{request[32]} << 8 | request[33];
    return answer_dhcp(request, twice() ? given_twice : own, options_.listen.address, room);
  }

  echo_server_options options_;
  shared_secret secret_;
  std::uint64_t answers_ = 0;
};

} // namespace

std::span<const std::string_view> echo_protocol::kinds() const {
  return kind_names;
}

std::size_t echo_protocol::write(const step&, std::uint32_t slot, std::uint32_t,
                                 std::span<std::uint8_t> room) {
  const auto size = std::clamp<std::size_t>(size_, 12, room.size());
  std::fill_n(room.begin(), size, std::uint8_t{0});
  ++serial_;
  std::memcpy(room.data(), &slot, 4);
  std::memcpy(room.data() + 4, &serial_, 8);
  return size;
}

std::optional<std::uint32_t> echo_protocol::slot_of(octets datagram, std::uint32_t,
                                                    std::uint32_t) const {
  if (datagram.size() < 12)
    return std::nullopt;
  std::uint32_t slot = 0;
  std::memcpy(&slot, datagram.data(), 4);
  return slot;
}

protocol::reading echo_protocol::read(const step&, octets request,
                                      std::span<std::uint8_t> datagram) {
  if (!std::ranges::equal(request, datagram))
    return {outcome::ignored, fault::stray};
  return {outcome::accepted, fault::none};
}

bool serve_echo(const echo_server_options& o, std::string& why) {
  udp_socket socket;
  if (!socket.open(o.listen, {}, false, why))
    return false;
  responder answers{o};
  datagram_batch batch;
  std::vector<std::array<std::uint8_t, datagram_batch::largest>> rooms(datagram_batch::size);
  std::array<mmsghdr, datagram_batch::size> out{};
  std::array<iovec, datagram_batch::size> places{};
  while (!engine::stop_is_asked()) {
    pollfd interest{socket.descriptor(), POLLIN, 0};
    if (::poll(&interest, 1, 1000) <= 0)
      continue;
    std::uint64_t ignored = 0;
    unsigned ready = 0;
    const auto count = batch.receive(socket, ignored);
    for (unsigned i = 0; i < count; ++i) {
      const auto size = answers.answer(batch.received(i), rooms[ready]);
      if (size == 0)
        continue;
      places[ready] = {rooms[ready].data(), size};
      out[ready].msg_hdr = {};
      out[ready].msg_hdr.msg_name = const_cast<sockaddr_in*>(&batch.sender(i));
      out[ready].msg_hdr.msg_namelen = sizeof(sockaddr_in);
      out[ready].msg_hdr.msg_iov = &places[ready];
      out[ready].msg_hdr.msg_iovlen = 1;
      ++ready;
    }
    for (unsigned sent = 0; sent < ready;) {
      const int n = ::sendmmsg(socket.descriptor(), &out[sent], ready - sent, 0);
      sent += n > 0 ? static_cast<unsigned>(n) : 1; // what the kernel refuses is lost, as on a wire
    }
  }
  return true;
}

} // namespace uzel::load
