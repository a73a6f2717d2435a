// A desk with relays and networks for the tests of the DHCP server.
#pragma once

#include "domain/catalogue.hpp"

#include <string>

namespace uzel::net::test {

inline constexpr ipv4 relay_address{10, 1, 0, 1};

inline client make_client(std::uint64_t id, prefix4 source) {
  client c;
  c.id = id;
  c.name = "relay-" + std::to_string(id);
  c.source = source;
  return c;
}

inline network make_network(std::uint64_t id, prefix4 prefix, std::string link = {}) {
  network n;
  n.id = id;
  n.name = "network-" + std::to_string(id);
  n.prefix = prefix;
  n.link = std::move(link);
  return n;
}

// Client 1 speaks for 10.1.0.0/24; networks 1 (10.1.0.0/24) and 2 (100.64.0.0/22) share a wire.
inline catalogue_builder common_desk() {
  catalogue_builder desk;
  routing_domain domain;
  domain.id = 1;
  desk.add(domain);
  desk.add(make_client(1, {{10, 1, 0, 0}, 24}));
  auto first = make_network(1, {{10, 1, 0, 0}, 24}, "access");
  first.router = relay_address;
  desk.add(first);
  desk.add(make_network(2, {{100, 64, 0, 0}, 22}, "access"));
  return desk;
}

} // namespace uzel::net::test
