// Which identity names a subscriber, and in which order identities are tried. Pure: the directory
// keeps the keys, this says which key to ask for.
#pragma once

#include "domain/account.hpp"
#include "domain/catalogue.hpp"
#include "domain/login_trace.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace uzel {

// How somebody was recognised. Travels in messages: do not renumber.
enum class identity_source : std::uint8_t {
  none = 0,
  login = 1,
  port = 2, // option 82: device and port
  mac = 3,
  session = 4,           // the NAS's index of sessions
  class_account = 5,     // our own Class attribute
  client_identifier = 6, // DHCP option 61
  binding = 7,           // the live lease of the address that a client renews
};

// The identities of one question, best first, padded with none.
inline constexpr std::size_t identity_steps = 5;
using identity_order = std::array<identity_source, identity_steps>;

// With a password proof the login comes first; without one what the network proves comes first and
// a bare User-Name is the last resort.
constexpr identity_order order_of_login(bool proven) {
  using enum identity_source;
  return proven ? identity_order{login, port, mac, none, none}
                : identity_order{port, mac, login, none, none};
}
// A fresh port proof wins over what the session or our Class say.
constexpr identity_order order_of_usage() {
  using enum identity_source;
  return {port, session, class_account, login, mac};
}

// The place of a key: the shard that owns it is the one of this hash. Logins, MACs, ports and
// account numbers are spread apart.
std::uint64_t key_hash(const access& key);
std::uint64_t number_hash(std::string_view number);

// What option 82 names at our desk: a port, or a whole device that does not tell ports apart.
struct located_port {
  bool known = false;
  device_id device;
  port_id port;      // 0: the device itself
  trace_code reason; // unless known: why not
  std::uint64_t argument = 0;

  access key() const { return {access_kind::port, {}, {}, device, port}; }
};
// A device that tells ports apart is never matched without its port; a device whose kind nobody
// entered is judged by that alone.
located_port locate_port(const catalogue& desk, mac_address device, std::uint32_t port_number);

// What is wrong with an access as a key (empty = nothing): it must name exactly what its kind
// needs.
std::string_view problem_of(const access& key);
// How a person would name it: "login bob", "MAC 00:11:…", "port 17".
std::string to_string(const access& key);

} // namespace uzel
