#include "protocols/proof/utf8.hpp"

#include <cstddef>

namespace uzel::proof {

bool take_code_point(std::string_view& text, std::uint32_t& out) {
  const auto octet = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const auto first = octet(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || text.size() < length)
    return false;
  static constexpr std::uint32_t lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  static constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  out = first & lead_bits[length];
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xC0) != 0x80)
      return false;
    out = (out << 6) | (octet(i) & 0x3F);
  }
  text.remove_prefix(length);
  return out >= smallest[length] && out <= 0x10FFFF && (out < 0xD800 || out > 0xDFFF);
}

} // namespace uzel::proof
