#include "net/dhcp/own_addresses.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace uzel::net {

std::vector<ipv4> read_own_addresses() {
  std::vector<ipv4> out;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0)
    return out;
  for (const auto* i = all; i; i = i->ifa_next) {
    if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
      continue;
    sockaddr_in address{};
    std::memcpy(&address, i->ifa_addr, sizeof address);
    out.emplace_back(ntohl(address.sin_addr.s_addr));
  }
  ::freeifaddrs(all);
  std::ranges::sort(out);
  return out;
}

} // namespace uzel::net
