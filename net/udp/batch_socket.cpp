#include "net/udp/batch_socket.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace uzel::net {
namespace {

constexpr std::size_t local_size = CMSG_SPACE(sizeof(in_pktinfo));
constexpr std::size_t control_size = local_size + CMSG_SPACE(sizeof(std::uint16_t));
// Datagrams of one size that the kernel takes as one piece and cuts (UDP_SEGMENT): no more than fit
// one datagram, and of a size that fits every MTU.
constexpr unsigned most_segments = 64;
constexpr std::size_t most_bytes = 60'000;
constexpr std::size_t largest_segment = 1200;
// So far back one looks for datagrams that go the same way.
constexpr unsigned groups_remembered = 8;

sockaddr_in to_sockaddr(const endpoint& e) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(e.port);
  out.sin_addr.s_addr = htonl(e.address.value);
  return out;
}

endpoint to_endpoint(const sockaddr_in& a) {
  return {ipv4{ntohl(a.sin_addr.s_addr)}, ntohs(a.sin_port)};
}

// The system's structures for one batch that comes in.
struct arrivals {
  std::array<mmsghdr, batch_socket::batch> headers{};
  std::array<iovec, batch_socket::batch> pieces{};
  std::array<sockaddr_in, batch_socket::batch> peers{};
  alignas(cmsghdr) std::array<std::array<std::uint8_t, local_size>, batch_socket::batch> controls{};
  std::array<std::array<std::uint8_t, batch_socket::largest>, batch_socket::batch> buffers{};

  void prepare(unsigned i) {
    pieces[i] = {buffers[i].data(), buffers[i].size()};
    auto& h = headers[i].msg_hdr;
    h = {};
    h.msg_name = &peers[i];
    h.msg_namelen = sizeof peers[i];
    h.msg_iov = &pieces[i];
    h.msg_iovlen = 1;
    h.msg_control = controls[i].data();
    h.msg_controllen = controls[i].size();
  }
};

// What is queued to leave, one after the other as it came; `group` is where it goes along.
struct departure {
  iovec bytes;
  unsigned group;
};
// Datagrams of one size from one address of ours to one peer: one trip through the kernel.
struct group {
  endpoint to;
  ipv4 from;
  std::size_t size = 0;
  unsigned count = 0;

  // May one more like `other` come along?
  bool takes(const group& other) const {
    return to == other.to && from == other.from && size == other.size && count < most_segments &&
           (count + 1) * size <= most_bytes;
  }
};

// The system's structures for one group that goes out.
struct outgoing {
  sockaddr_in peer{};
  alignas(cmsghdr) std::array<std::uint8_t, control_size> control{};

  msghdr describe(const group& g, iovec* pieces, std::size_t count) {
    peer = to_sockaddr(g.to);
    msghdr h{};
    h.msg_name = &peer;
    h.msg_namelen = sizeof peer;
    h.msg_iov = pieces;
    h.msg_iovlen = count;
    if (g.from) {
      in_pktinfo info{};
      info.ipi_spec_dst.s_addr = htonl(g.from.value);
      add(h, IPPROTO_IP, IP_PKTINFO, info);
    }
    if (count > 1)
      add(h, IPPROTO_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(g.size));
    return h;
  }

 private:
  template <class T>
  void add(msghdr& h, int level, int type, const T& value) {
    h.msg_control = control.data();
    auto* const c = reinterpret_cast<cmsghdr*>(control.data() + h.msg_controllen);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(c), &value, sizeof value);
    h.msg_controllen += CMSG_SPACE(sizeof value);
  }
};

// Where the datagram was sent to. For a broadcast the kernel names the address that we answer from
// besides.
void read_local(msghdr& header, datagram& into) {
  for (auto* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c))
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      into.local = ipv4{ntohl(info.ipi_spec_dst.s_addr)};
      into.broadcast = info.ipi_addr.s_addr != info.ipi_spec_dst.s_addr;
      return;
    }
}

} // namespace

struct batch_socket::state {
  int fd = -1;
  arrivals in;
  std::array<departure, queue> departures{};
  std::array<group, queue> groups{};
  std::array<iovec, queue> pieces{}; // of the departures, group by group
  std::array<outgoing, queue> out{};
  std::array<mmsghdr, queue> headers{};
  unsigned queued = 0;
  unsigned grouped = 0;
  bool segments = true; // the kernel cuts groups, as far as is known
  std::uint64_t dropped = 0;

  ~state() {
    if (fd >= 0)
      ::close(fd);
  }

  unsigned group_of(const group& wanted) {
    const auto oldest = grouped > groups_remembered ? grouped - groups_remembered : 0;
    const bool may = segments && wanted.size != 0 && wanted.size <= largest_segment;
    for (auto i = grouped; may && i-- > oldest;)
      if (groups[i].takes(wanted))
        return i;
    groups[grouped] = wanted;
    return grouped++;
  }

  // Everything into the system's structures; returns where each group's pieces begin.
  void describe_all() {
    std::array<unsigned, queue> next{};
    unsigned begin = 0;
    for (unsigned i = 0; i < grouped; ++i) {
      next[i] = begin;
      headers[i].msg_hdr = out[i].describe(groups[i], &pieces[begin], groups[i].count);
      begin += groups[i].count;
    }
    for (unsigned i = 0; i < queued; ++i)
      pieces[next[departures[i].group]++] = departures[i].bytes;
  }

  // A group that the kernel did not take, one by one.
  void send_singly(unsigned which, int why) {
    auto* piece = headers[which].msg_hdr.msg_iov;
    unsigned sent = 0;
    for (unsigned i = 0; i < groups[which].count; ++i, ++piece) {
      const auto header = out[which].describe(groups[which], piece, 1);
      if (::sendmsg(fd, &header, MSG_DONTWAIT) >= 0)
        ++sent;
      else
        ++dropped;
    }
    // A path that cannot do it: an interface that leaves checksums to us, IPsec, a tiny MTU.
    if (sent == groups[which].count && (why == EIO || why == EINVAL || why == EMSGSIZE))
      segments = false;
  }
};

result<endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return errc::invalid_input;
  const auto address = parse_ipv4(text.substr(0, colon));
  if (!address)
    return address.error();
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (ec != std::errc{} || digits.empty() || end != digits.data() + digits.size())
    return errc::invalid_input;
  return endpoint{*address, port};
}

std::string to_string(const endpoint& e) {
  return to_string(e.address) + ':' + std::to_string(e.port);
}

batch_socket::batch_socket(std::unique_ptr<state> s) : state_{std::move(s)} {}
batch_socket::batch_socket(batch_socket&&) noexcept = default;
batch_socket& batch_socket::operator=(batch_socket&&) noexcept = default;
batch_socket::~batch_socket() = default;

result<batch_socket> batch_socket::open(const endpoint& listen, std::size_t receive_buffer,
                                        std::string& reason) {
  return open(listen, socket_wish{receive_buffer, {}, false}, reason);
}

result<batch_socket> batch_socket::open(const endpoint& listen, const socket_wish& wish,
                                        std::string& reason) {
  auto s = std::make_unique<state>();
  const auto failed = [&](const char* what) {
    reason = std::string{what} + ": " + std::strerror(errno);
    return errc::io_failed;
  };
  s->fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (s->fd < 0)
    return failed("socket");
  const int on = 1;
  if (::setsockopt(s->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0)
    return failed("IP_PKTINFO");
  if (wish.shared && ::setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    return failed("SO_REUSEADDR");
  if (!wish.device.empty() && (::setsockopt(s->fd, SOL_SOCKET, SO_BINDTODEVICE, wish.device.data(),
                                            static_cast<socklen_t>(wish.device.size())) != 0 ||
                               ::setsockopt(s->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0))
    return failed("SO_BINDTODEVICE");
  const int size = static_cast<int>(wish.receive_buffer);
  // FORCE goes beyond net.core.rmem_max where we may; without the right the plain option takes what
  // is allowed.
  if (::setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
    (void)::setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  const auto at = to_sockaddr(listen);
  if (::bind(s->fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
    return failed("bind");
  for (unsigned i = 0; i < batch; ++i)
    s->in.prepare(i);
  return batch_socket{std::move(s)};
}

int batch_socket::descriptor() const noexcept {
  return state_->fd;
}
std::uint64_t batch_socket::dropped() const noexcept {
  return state_->dropped;
}

endpoint batch_socket::local() const noexcept {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  if (::getsockname(state_->fd, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    return {};
  return to_endpoint(at);
}

unsigned batch_socket::receive(const std::function<void(const datagram&)>& take) {
  auto& in = state_->in;
  const int n = ::recvmmsg(state_->fd, in.headers.data(), batch, MSG_DONTWAIT, nullptr);
  if (n <= 0)
    return 0;
  for (unsigned i = 0; i < static_cast<unsigned>(n); ++i) {
    auto& h = in.headers[i];
    datagram one{to_endpoint(in.peers[i]), {}, {in.buffers[i].data(), h.msg_len}};
    read_local(h.msg_hdr, one);
    take(one);
    in.prepare(i);
  }
  return static_cast<unsigned>(n);
}

void batch_socket::send(const endpoint& to, ipv4 from, std::span<const std::uint8_t> bytes) {
  if (state_->queued == queue)
    flush();
  const auto where = state_->group_of({to, from, bytes.size(), 0});
  ++state_->groups[where].count;
  // sendmmsg does not write to the bytes; iovec has no const form.
  state_->departures[state_->queued++] = {{const_cast<std::uint8_t*>(bytes.data()), bytes.size()},
                                          where};
}

void batch_socket::flush() {
  auto& s = *state_;
  if (s.queued == 0)
    return;
  s.describe_all();
  for (unsigned sent = 0; sent < s.grouped;) {
    const int n = ::sendmmsg(s.fd, &s.headers[sent], s.grouped - sent, MSG_DONTWAIT);
    if (n > 0) {
      sent += static_cast<unsigned>(n);
      continue;
    }
    if (errno == EINTR)
      continue;
    // One peer's error (say, no route) must not stop the others: skip it.
    if (s.groups[sent].count > 1)
      s.send_singly(sent, errno);
    else
      ++s.dropped;
    ++sent;
  }
  s.queued = s.grouped = 0;
}

} // namespace uzel::net
