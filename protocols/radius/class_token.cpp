#include "protocols/radius/class_token.hpp"

namespace uzel::radius {
namespace {

// Stored values: do not renumber.
constexpr std::uint8_t marker = 0xd5;
constexpr std::uint8_t version = 1;
constexpr std::size_t seal_size = 12;

// Seven bits per octet, least significant first, the high bit says that more follow.
void put_number(sealed_class& out, std::uint64_t v) noexcept {
  while (v >= 0x80) {
    out.append(static_cast<std::uint8_t>(v | 0x80));
    v >>= 7;
  }
  out.append(static_cast<std::uint8_t>(v));
}

// False for numbers that end early, exceed 64 bits or are longer than they need to be.
bool take_number(octets& from, std::uint64_t& v) noexcept {
  v = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const std::uint8_t b = from.front();
    from = from.subspan(1);
    const std::uint64_t part = b & 0x7f;
    if ((part << shift) >> shift != part)
      return false;
    v |= part << shift;
    if (b < 0x80)
      return shift == 0 || b != 0;
  }
  return false;
}

} // namespace

result<sealed_class> seal_class(const class_token& token, const seal_key& key) noexcept {
  sealed_class out;
  out.append(marker);
  out.append(version);
  put_number(out, token.account.value);
  put_number(out, token.binding.value);
  sha256_digest sum;
  if (!hmac_sha256(key, {out.bytes()}, sum))
    return errc::digest_unavailable;
  for (const std::uint8_t b : octets{sum}.first(seal_size))
    out.append(b);
  return out;
}

result<class_token> open_class(octets value, const seal_key& key) noexcept {
  if (value.size() < 2 + 2 + seal_size || value[0] != marker || value[1] != version)
    return errc::foreign_class;
  const octets signed_part = value.first(value.size() - seal_size);
  octets numbers = signed_part.subspan(2);
  class_token token;
  if (!take_number(numbers, token.account.value) || !take_number(numbers, token.binding.value) ||
      !numbers.empty())
    return errc::foreign_class;
  sha256_digest sum;
  if (!hmac_sha256(key, {signed_part}, sum))
    return errc::digest_unavailable;
  if (!equal_in_constant_time(octets{sum}.first(seal_size), value.last(seal_size)))
    return errc::forged_class;
  return token;
}

} // namespace uzel::radius
