#include "protocols/proof/digest.hpp"

#include <openssl/evp.h>

#include <memory>

namespace uzel::proof {

bool digest(const EVP_MD* kind, std::initializer_list<std::string_view> pieces,
            digest_octets& out) {
  static_assert(std::tuple_size_v<digest_octets> >= 20);
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{
    EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  if (!kind || !context || EVP_DigestInit_ex2(context.get(), kind, nullptr) != 1)
    return false;
  for (const auto piece : pieces)
    if (EVP_DigestUpdate(context.get(), piece.data(), piece.size()) != 1)
      return false;
  return EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1;
}

} // namespace uzel::proof
