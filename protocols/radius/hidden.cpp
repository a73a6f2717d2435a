#include "protocols/radius/hidden.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace uzel::radius {
namespace {

constexpr std::size_t block = 16;

std::size_t rounded_up(std::size_t n) noexcept {
  return (n + block - 1) / block * block;
}

// c(i) = p(i) xor MD5(secret + c(i-1)), where c(0) is the authenticator (and a salt).
bool chain_xor(std::span<std::uint8_t> data, octets ciphertext_is, octets first, octets salt,
               const shared_secret& secret) noexcept {
  md5_digest pad;
  for (std::size_t at = 0; at < data.size(); at += block) {
    const octets before = at == 0 ? first : ciphertext_is.subspan(at - block, block);
    if (!md5({secret.bytes(), before, at == 0 ? salt : octets{}}, pad))
      return false;
    for (std::size_t i = 0; i < block; ++i)
      data[at + i] ^= pad[i];
  }
  OPENSSL_cleanse(pad.data(), pad.size());
  return true;
}

} // namespace

template <std::size_t Capacity>
void secret_value<Capacity>::wipe(std::span<std::uint8_t> bytes) noexcept {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}
template class secret_value<128>;
template class secret_value<248>;

result<password_value> hide_password(octets plain, const authenticator& request,
                                     const shared_secret& secret) noexcept {
  password_value out;
  if (plain.size() > out.storage().size())
    return errc::value_too_long;
  out.resize(std::max(block, rounded_up(plain.size())));
  std::ranges::copy(plain, out.storage().begin());
  if (!chain_xor(out.storage().first(out.bytes().size()), out.bytes(), request, {}, secret))
    return errc::digest_unavailable;
  return out;
}

result<password_value> reveal_password(octets hidden, const authenticator& request,
                                       const shared_secret& secret) noexcept {
  password_value out;
  if (hidden.empty() || hidden.size() % block != 0 || hidden.size() > out.storage().size())
    return errc::bad_hidden_length;
  std::ranges::copy(hidden, out.storage().begin());
  out.resize(hidden.size());
  if (!chain_xor(out.storage().first(hidden.size()), hidden, request, {}, secret))
    return errc::digest_unavailable;
  std::size_t size = hidden.size();
  while (size > 0 && out.storage()[size - 1] == 0)
    --size;
  out.resize(size);
  return out;
}

result<salted_value> hide_salted(octets plain, std::uint16_t salt, const authenticator& request,
                                 const shared_secret& secret) noexcept {
  salted_value out;
  const std::size_t inner = rounded_up(1 + plain.size());
  if (plain.size() > 239 || 2 + inner > out.storage().size())
    return errc::value_too_long;
  const auto bytes = out.storage();
  bytes[0] = static_cast<std::uint8_t>(salt >> 8 | 0x80);
  bytes[1] = static_cast<std::uint8_t>(salt);
  bytes[2] = static_cast<std::uint8_t>(plain.size());
  std::ranges::copy(plain, bytes.begin() + 3);
  const auto data = bytes.subspan(2, inner);
  out.resize(2 + inner);
  if (!chain_xor(data, data, request, octets{bytes}.first(2), secret))
    return errc::digest_unavailable;
  return out;
}

result<salted_value> reveal_salted(octets hidden, const authenticator& request,
                                   const shared_secret& secret) noexcept {
  salted_value out;
  if (hidden.size() < 2 + block || (hidden.size() - 2) % block != 0 ||
      hidden.size() > out.storage().size())
    return errc::bad_hidden_length;
  const octets body = hidden.subspan(2);
  const auto bytes = out.storage();
  std::ranges::copy(body, bytes.begin());
  if (!chain_xor(bytes.first(body.size()), body, request, hidden.first(2), secret))
    return errc::digest_unavailable;
  const std::size_t size = bytes[0];
  if (size >= body.size())
    return errc::bad_value;
  std::copy_n(bytes.begin() + 1, size, bytes.begin());
  std::ranges::fill(bytes.subspan(size), std::uint8_t{0});
  out.resize(size);
  return out;
}

} // namespace uzel::radius
