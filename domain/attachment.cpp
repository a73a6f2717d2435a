#include "domain/attachment.hpp"

#include "domain/hash.hpp"

namespace uzel {

attachment_key key_of(nas_id nas, mac_address mac, std::string_view nas_port,
                      std::string_view calling_station) {
  if (mac)
    return attachment_key{mac.value};
  // Bit 49 keeps hashed places apart from MACs.
  // One text with separators: parts must not be able to stand in for each other.
  std::string text = std::to_string(nas.value);
  text.append(1, '\x1f').append(nas_port).append(1, '\x1f').append(calling_station);
  const auto hash = stable_hash(text);
  return attachment_key{(hash & 0xFFFF'FFFF'FFFFull) | (std::uint64_t{1} << 49)};
}

} // namespace uzel
