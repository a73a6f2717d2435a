#include "net/udp/batch_socket.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace uzel::net {
namespace {

constexpr std::size_t control_size = CMSG_SPACE(sizeof(in_pktinfo));

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

// The system's structures for one batch in one direction.
struct message_block {
  std::array<mmsghdr, batch_socket::batch> headers{};
  std::array<iovec, batch_socket::batch> pieces{};
  std::array<sockaddr_in, batch_socket::batch> peers{};
  alignas(
    cmsghdr) std::array<std::array<std::uint8_t, control_size>, batch_socket::batch> controls{};

  void prepare(unsigned i) {
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
  message_block in;
  message_block out;
  std::array<std::array<std::uint8_t, largest>, batch> buffers{};
  unsigned queued = 0;
  std::uint64_t dropped = 0;

  ~state() {
    if (fd >= 0)
      ::close(fd);
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
  for (unsigned i = 0; i < batch; ++i) {
    s->in.pieces[i] = {s->buffers[i].data(), s->buffers[i].size()};
    s->in.prepare(i);
  }
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
    datagram one{to_endpoint(in.peers[i]), {}, {state_->buffers[i].data(), h.msg_len}};
    read_local(h.msg_hdr, one);
    take(one);
    in.prepare(i);
  }
  return static_cast<unsigned>(n);
}

void batch_socket::send(const endpoint& to, ipv4 from, std::span<const std::uint8_t> bytes) {
  if (state_->queued == batch)
    flush();
  auto& out = state_->out;
  const auto i = state_->queued++;
  out.peers[i] = to_sockaddr(to);
  // sendmmsg does not write to the bytes; iovec has no const form.
  out.pieces[i] = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  out.prepare(i);
  auto& h = out.headers[i].msg_hdr;
  if (!from) {
    h.msg_control = nullptr;
    h.msg_controllen = 0;
    return;
  }
  auto* c = CMSG_FIRSTHDR(&h);
  c->cmsg_level = IPPROTO_IP;
  c->cmsg_type = IP_PKTINFO;
  c->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info{};
  info.ipi_spec_dst.s_addr = htonl(from.value);
  std::memcpy(CMSG_DATA(c), &info, sizeof info);
}

void batch_socket::flush() {
  unsigned sent = 0;
  while (sent < state_->queued) {
    const int n = ::sendmmsg(state_->fd, state_->out.headers.data() + sent, state_->queued - sent,
                             MSG_DONTWAIT);
    if (n > 0) {
      sent += static_cast<unsigned>(n);
      continue;
    }
    if (errno == EINTR)
      continue;
    // One peer's error (say, no route) must not stop the others: skip it.
    ++state_->dropped;
    ++sent;
  }
  state_->queued = 0;
}

} // namespace uzel::net
