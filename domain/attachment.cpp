#include "domain/attachment.hpp"

#include "domain/hash.hpp"

namespace uzel {

attachment_key key_of(nas_id nas, mac_address mac, std::string_view nas_port,
                      std::string_view calling_station) {
  if (mac)
    return attachment_key{mac.value};
  // Bit 60 keeps hashed places apart from MACs and leaves the sign bit free for the database.
  const auto hash = stable_hash(calling_station, stable_hash(nas_port, nas.value));
  return attachment_key{(hash & 0x0FFF'FFFF'FFFF'FFFFull) | (std::uint64_t{1} << 60)};
}

} // namespace uzel
