#include "net/dhcp/frame_socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace uzel::net {
namespace {

constexpr std::size_t ip_size = 20;
constexpr std::size_t udp_size = 8;
constexpr std::uint8_t udp_protocol = 17;
constexpr std::uint8_t hops = 64;

void put16(std::span<std::uint8_t> at, std::size_t i, std::uint32_t v) {
  at[i] = static_cast<std::uint8_t>(v >> 8);
  at[i + 1] = static_cast<std::uint8_t>(v);
}
void put32(std::span<std::uint8_t> at, std::size_t i, std::uint32_t v) {
  put16(at, i, v >> 16);
  put16(at, i + 2, v);
}

// The sum of RFC 1071, not yet folded.
std::uint64_t sum_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
  return sum;
}

std::uint16_t checksum_of(std::uint64_t sum) {
  while (sum >> 16 != 0)
    sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

} // namespace

std::array<std::uint8_t, 28> ip_udp_header(const endpoint& from, const endpoint& to,
                                           std::span<const std::uint8_t> payload) {
  std::array<std::uint8_t, ip_size + udp_size> out{};
  const auto udp_length = static_cast<std::uint32_t>(udp_size + payload.size());
  out[0] = 0x45;
  out[1] = 0x10; // low delay, as other servers mark it
  put16(out, 2, static_cast<std::uint32_t>(ip_size) + udp_length);
  out[8] = hops;
  out[9] = udp_protocol;
  put32(out, 12, from.address.value);
  put32(out, 16, to.address.value);
  put16(out, 10, checksum_of(sum_of(std::span{out}.first(ip_size))));
  put16(out, 20, from.port);
  put16(out, 22, to.port);
  put16(out, 24, udp_length);
  // RFC 768: addresses, protocol and length belong to the sum; 0 would mean «none».
  const auto pseudo = sum_of(std::span{out}.subspan(12, 8)) + udp_protocol + udp_length;
  const auto sum =
    checksum_of(pseudo + sum_of(std::span{out}.subspan(ip_size, udp_size)) + sum_of(payload));
  put16(out, 26, sum == 0 ? 0xFFFF : sum);
  return out;
}

result<frame_socket> frame_socket::open(const std::string& interface, std::string& reason) {
  const auto failed = [&](const char* what) {
    reason = std::string{what} + ": " + std::strerror(errno);
    return errc::io_failed;
  };
  const auto index = ::if_nametoindex(interface.c_str());
  if (index == 0)
    return failed("interface");
  // Protocol 0: it never receives.
  const int fd = ::socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return failed("packet socket");
  return frame_socket{fd, static_cast<int>(index)};
}

frame_socket::frame_socket(frame_socket&& other) noexcept
  : fd_{std::exchange(other.fd_, -1)}
  , interface_{other.interface_} {}

frame_socket::~frame_socket() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool frame_socket::send(mac_address hardware, const endpoint& from, const endpoint& to,
                        std::span<const std::uint8_t> payload) {
  auto header = ip_udp_header(from, to, payload);
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_protocol = htons(ETH_P_IP);
  at.sll_ifindex = interface_;
  at.sll_halen = 6;
  for (std::size_t i = 0; i < 6; ++i)
    at.sll_addr[i] = static_cast<std::uint8_t>(hardware.value >> (40 - 8 * i));
  // sendmsg does not write to the bytes; iovec has no const form.
  std::array<iovec, 2> pieces{
    {{header.data(), header.size()}, {const_cast<std::uint8_t*>(payload.data()), payload.size()}}};
  msghdr message{};
  message.msg_name = &at;
  message.msg_namelen = sizeof at;
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(fd_, &message, MSG_DONTWAIT) >= 0;
}

} // namespace uzel::net
