#include "net/dhcp/address_probe.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <random>
#include <span>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace uzel::net {
namespace {

// What an echo carries and brings back.
struct echo {
  icmphdr header;
  std::uint32_t slot;
  std::uint32_t address;
  std::uint64_t generation;
  std::uint64_t cookie;
};
static_assert(sizeof(echo) == 32);

// RFC 1071, over the words as they lie in memory.
std::uint16_t checksum_of(const echo& e) {
  std::array<std::uint16_t, sizeof(echo) / 2> words{};
  std::memcpy(words.data(), &e, sizeof e);
  std::uint32_t sum = 0;
  for (const auto w : words)
    sum += w;
  while (sum >> 16 != 0)
    sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

constexpr int rounds = 64;                      // datagrams read at once at most
constexpr std::uint32_t icmp_filter_option = 1; // ICMP_FILTER of linux/icmp.h

} // namespace

result<address_probe> address_probe::open(std::string& reason) {
  std::random_device random;
  const auto cookie = (std::uint64_t{random()} << 32) | random();
  constexpr int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  if (const int fd = ::socket(AF_INET, SOCK_RAW | flags, IPPROTO_ICMP); fd >= 0) {
    const std::uint32_t all_but_replies = ~(1u << ICMP_ECHOREPLY);
    (void)::setsockopt(fd, SOL_RAW, icmp_filter_option, &all_but_replies, sizeof all_but_replies);
    return address_probe{fd, true, cookie};
  }
  // Without the right to raw sockets: net.ipv4.ping_group_range may allow this kind.
  if (const int fd = ::socket(AF_INET, SOCK_DGRAM | flags, IPPROTO_ICMP); fd >= 0)
    return address_probe{fd, false, cookie};
  reason = std::strerror(errno);
  return errc::io_failed;
}

address_probe::address_probe(address_probe&& other) noexcept
  : fd_{std::exchange(other.fd_, -1)}
  , raw_{other.raw_}
  , cookie_{other.cookie_}
  , sequence_{other.sequence_} {}

address_probe::~address_probe() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool address_probe::ask(const asker& who) {
  echo e{};
  e.header.type = ICMP_ECHO;
  e.header.un.echo.id = htons(static_cast<std::uint16_t>(cookie_));
  e.header.un.echo.sequence = htons(++sequence_);
  e.slot = who.slot;
  e.address = who.address.value;
  e.generation = who.generation;
  e.cookie = cookie_;
  e.header.checksum = checksum_of(e);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(who.address.value);
  return ::sendto(fd_, &e, sizeof e, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to),
                  sizeof to) == static_cast<ssize_t>(sizeof e);
}

void address_probe::receive(const std::function<void(const asker&)>& answered) {
  std::array<std::uint8_t, 256> buffer{};
  for (int i = 0; i < rounds; ++i) {
    sockaddr_in from{};
    socklen_t from_size = sizeof from;
    const auto n = ::recvfrom(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT,
                              reinterpret_cast<sockaddr*>(&from), &from_size);
    if (n < 0)
      return;
    std::span<const std::uint8_t> bytes{buffer.data(), static_cast<std::size_t>(n)};
    const std::size_t skipped = raw_ && !bytes.empty() ? (bytes[0] & 15u) * 4u : 0;
    if (bytes.size() < skipped + sizeof(echo))
      continue;
    echo e{};
    std::memcpy(&e, bytes.data() + skipped, sizeof e);
    // Who does not know the cookie cannot have an address declined.
    if (e.header.type == ICMP_ECHOREPLY && e.cookie == cookie_ &&
        e.address == ntohl(from.sin_addr.s_addr))
      answered({e.slot, e.generation, ipv4{e.address}});
  }
}

} // namespace uzel::net
