#include "domain/identification.hpp"

#include "domain/hash.hpp"

namespace uzel {
namespace {

// Murmur's finaliser: ids are dense, shards take the low bits.
constexpr std::uint64_t mixed(std::uint64_t x, std::uint64_t seed) {
  x ^= seed;
  x ^= x >> 33;
  x *= 0xFF51AFD7ED558CCDull;
  x ^= x >> 33;
  x *= 0xC4CEB9FE1A85EC53ull;
  return x ^ (x >> 33);
}

constexpr std::uint64_t login_seed = 0x6C6F67696Eull;
constexpr std::uint64_t client_identifier_seed = 0x636C6964ull;
constexpr std::uint64_t number_seed = 0x6E756D626572ull;
constexpr std::uint64_t mac_seed = 0x6D6163ull << 50;
constexpr std::uint64_t port_seed = 0x706F7274ull << 32;
constexpr std::uint64_t device_seed = 0x646576ull << 44;

} // namespace

std::uint64_t key_hash(const access& key) {
  switch (key.kind) {
  case access_kind::login:
    return stable_hash(key.login, login_seed);
  case access_kind::mac:
    return mixed(key.mac.value, mac_seed);
  case access_kind::port:
    return key.port ? mixed(key.port.value, port_seed) : mixed(key.device.value, device_seed);
  case access_kind::client_identifier:
    return stable_hash(key.login, client_identifier_seed);
  }
  return 0;
}

std::uint64_t number_hash(std::string_view number) {
  return stable_hash(number, number_seed);
}

located_port locate_port(const catalogue& desk, mac_address device, std::uint32_t port_number) {
  const auto* found = device ? desk.device_with(device) : nullptr;
  if (!found)
    return {false, {}, {}, trace_code::device_unknown, device.value};
  const device_id id{found->id};
  if (!found->tells_ports)
    return {true, id, {}, trace_code::none, 0};
  const auto port = desk.port_of(id, port_number);
  if (!port)
    return {false, id, {}, trace_code::port_unknown, port_number};
  return {true, id, port, trace_code::none, 0};
}

std::string_view problem_of(const access& key) {
  switch (key.kind) {
  case access_kind::login:
    return key.login.empty() ? "a login is missing" : "";
  case access_kind::mac:
    return key.mac ? "" : "a MAC is missing";
  case access_kind::port:
    return key.device || key.port ? "" : "a device or port is missing";
  case access_kind::client_identifier:
    return key.login.empty() ? "a client identifier is missing" : "";
  }
  return "this kind of access is unknown";
}

std::string to_string(const access& key) {
  switch (key.kind) {
  case access_kind::login:
    return "login " + key.login;
  case access_kind::mac:
    return "MAC " + to_string(key.mac);
  case access_kind::port:
    return key.port ? "port " + std::to_string(key.port.value)
                    : "device " + std::to_string(key.device.value);
  case access_kind::client_identifier:
    return "client identifier " + key.login;
  }
  return "access";
}

} // namespace uzel
