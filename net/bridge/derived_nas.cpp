#include "net/bridge/derived_nas.hpp"

#include "domain/hash.hpp"

namespace uzel::net {

std::string nas_key(std::uint64_t client, std::string_view name) {
  return std::to_string(client) + '/' + std::string{name};
}

nas_id derived_nas_id(client_id client, std::string_view name) {
  // Bit 50 keeps derived ids apart from rows of the desk; ids below 2^53 are exact in every JSON
  // reader.
  return nas_id{(stable_hash(nas_key(client.value, name)) & 0xFFFF'FFFF'FFFFull) |
                (std::uint64_t{1} << 50)};
}

} // namespace uzel::net
