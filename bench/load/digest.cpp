// The plain MD5 functions are deprecated in favour of EVP, whose contexts cost an allocation or a
// reference count per packet: at 200,000 packets a second that is what the generator would measure.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "bench/load/digest.hpp"

#include <algorithm>

namespace uzel::load {

digest md5(std::initializer_list<octets> pieces) noexcept {
  MD5_CTX state;
  MD5_Init(&state);
  for (const auto piece : pieces)
    MD5_Update(&state, piece.data(), piece.size());
  digest out;
  MD5_Final(out.data(), &state);
  return out;
}

shared_secret::shared_secret(std::string_view text) {
  size_ = std::min(text.size(), text_.size());
  std::copy_n(text.begin(), size_, text_.begin());
  std::array<std::uint8_t, 64> key{};
  if (size_ > key.size())
    std::ranges::copy(md5({bytes()}), key.begin());
  else
    std::copy_n(text_.begin(), size_, key.begin());
  for (auto& b : key)
    b ^= 0x36;
  MD5_Init(&inner_);
  MD5_Update(&inner_, key.data(), key.size());
  for (auto& b : key)
    b ^= 0x36 ^ 0x5c;
  MD5_Init(&outer_);
  MD5_Update(&outer_, key.data(), key.size());
  MD5_Init(&begun_);
  MD5_Update(&begun_, text_.data(), size_);
}

digest shared_secret::hmac(octets message) const noexcept {
  MD5_CTX inner = inner_;
  MD5_CTX outer = outer_;
  digest out;
  MD5_Update(&inner, message.data(), message.size());
  MD5_Final(out.data(), &inner);
  MD5_Update(&outer, out.data(), out.size());
  MD5_Final(out.data(), &outer);
  return out;
}

digest shared_secret::pad(octets block) const noexcept {
  MD5_CTX state = begun_;
  digest out;
  MD5_Update(&state, block.data(), block.size());
  MD5_Final(out.data(), &state);
  return out;
}

} // namespace uzel::load
