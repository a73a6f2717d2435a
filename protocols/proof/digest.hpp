// One-shot hashing over a few pieces, with a context kept per thread: no allocation and no lookup
// per login.
#pragma once

#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace uzel::proof {

// Room for SHA-1, the longest digest that login proofs use; the shorter ones fill the front.
using digest_octets = std::array<std::uint8_t, 20>;

// The digest of the pieces in a row; false when OpenSSL refuses (or kind is null).
[[nodiscard]] bool digest(const EVP_MD* kind, std::initializer_list<std::string_view> pieces,
                          digest_octets& out);

// Octets as text, the way OpenSSL-free code passes them round.
template <class Octets>
std::string_view as_text(const Octets& octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

} // namespace uzel::proof
