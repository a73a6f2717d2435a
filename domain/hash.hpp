// A stable 64-bit hash for ids that are derived from text and therefore stored: never change it.
#pragma once

#include <cstdint>
#include <string_view>

namespace uzel {

// FNV-1a over the seed's eight octets and the text, with a final mix. The seed separates uses, or
// stands for an earlier part.
constexpr std::uint64_t stable_hash(std::string_view text, std::uint64_t seed = 0) {
  std::uint64_t h = 0xCBF29CE484222325ull;
  for (int octet = 0; octet < 8; ++octet)
    h = (h ^ ((seed >> (8 * octet)) & 0xFF)) * 0x100000001B3ull;
  for (const char c : text)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
  h ^= h >> 33;
  h *= 0xFF51AFD7ED558CCDull;
  return h ^ (h >> 33);
}

} // namespace uzel
