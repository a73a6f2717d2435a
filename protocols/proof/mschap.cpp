#include "protocols/proof/mschap.hpp"

#include "protocols/proof/digest.hpp"
#include "protocols/proof/legacy_provider.hpp"
#include "protocols/proof/utf8.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace uzel::proof::mschap {
namespace {

// Constants of RFC 2759 8.7.
constexpr std::string_view response_magic1 = "Magic server to client signing constant";
constexpr std::string_view response_magic2 = "Pad to make it do more than one iteration";
// Constants of RFC 3079 3.4; which of 2 and 3 is the send key depends on the side.
constexpr std::string_view key_magic1 = "This is the MPPE Master Key";
constexpr std::string_view key_magic2 =
  "On the client side, this is the send key; on the server side, it is the receive key.";
constexpr std::string_view key_magic3 =
  "On the client side, this is the receive key; on the server side, it is the send key.";
static_assert(response_magic1.size() == 39 && response_magic2.size() == 41);
static_assert(key_magic1.size() == 27 && key_magic2.size() == 84 && key_magic3.size() == 84);

bool digest16(const EVP_MD* kind, std::initializer_list<std::string_view> pieces, hash16& out) {
  digest_octets whole;
  if (!digest(kind, pieces, whole))
    return false;
  std::copy_n(whole.begin(), out.size(), out.begin());
  OPENSSL_cleanse(whole.data(), whole.size());
  return true;
}

bool des_encrypt(std::span<const std::uint8_t, 7> raw, std::string_view block, std::uint8_t* out) {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{
    EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
  const auto* cipher = load_primitives().des_ecb;
  auto key = expand_des_key(raw);
  int written = 0;
  const bool done =
    cipher && context &&
    EVP_EncryptInit_ex2(context.get(), cipher, key.data(), nullptr, nullptr) == 1 &&
    EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
    EVP_EncryptUpdate(context.get(), out, &written,
                      reinterpret_cast<const std::uint8_t*>(block.data()), 8) == 1 &&
    written == 8;
  OPENSSL_cleanse(key.data(), key.size());
  return done;
}

} // namespace

bool to_utf16le(std::string_view utf8, std::string& out) {
  out.clear();
  out.reserve(2 * utf8.size());
  const auto unit = [&out](std::uint32_t u) {
    out += static_cast<char>(u & 0xFF);
    out += static_cast<char>((u >> 8) & 0xFF);
  };
  while (!utf8.empty()) {
    std::uint32_t point = 0;
    if (!take_code_point(utf8, point))
      return false;
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xD800 + ((point - 0x10000) >> 10));
      unit(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return true;
}

bool nt_password_hash(std::string_view utf16le, hash16& out) {
  return digest16(load_primitives().md4, {utf16le}, out);
}

bool hash_nt_password_hash(const hash16& hash, hash16& out) {
  return digest16(load_primitives().md4, {as_text(hash)}, out);
}

bool challenge_hash(std::string_view peer_challenge, std::string_view authenticator_challenge,
                    std::string_view name, challenge8& out) {
  digest_octets whole;
  if (!digest(load_primitives().sha1, {peer_challenge, authenticator_challenge, name}, whole))
    return false;
  std::copy_n(whole.begin(), out.size(), out.begin());
  return true;
}

std::array<std::uint8_t, 8> expand_des_key(std::span<const std::uint8_t, 7> raw) {
  std::uint64_t bits = 0;
  for (const auto octet : raw)
    bits = (bits << 8) | octet;
  std::array<std::uint8_t, 8> key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto seven = static_cast<std::uint8_t>((bits >> (49 - 7 * i)) & 0x7F);
    auto parity = seven;
    parity = static_cast<std::uint8_t>(parity ^ (parity >> 4));
    parity = static_cast<std::uint8_t>(parity ^ (parity >> 2));
    parity = static_cast<std::uint8_t>(parity ^ (parity >> 1));
    key[i] = static_cast<std::uint8_t>((seven << 1) | (~parity & 1));
  }
  return key;
}

bool challenge_response(std::string_view challenge, const hash16& hash, response24& out) {
  if (challenge.size() != 8)
    return false;
  std::array<std::uint8_t, 21> padded{};
  std::copy(hash.begin(), hash.end(), padded.begin());
  const std::span<const std::uint8_t, 21> keys{padded};
  const bool done = des_encrypt(keys.subspan<0, 7>(), challenge, out.data()) &&
                    des_encrypt(keys.subspan<7, 7>(), challenge, out.data() + 8) &&
                    des_encrypt(keys.subspan<14, 7>(), challenge, out.data() + 16);
  OPENSSL_cleanse(padded.data(), padded.size());
  return done;
}

bool authenticator_response(const hash16& hash_hash, std::string_view nt_response,
                            const challenge8& challenge, std::string& out) {
  const auto* sha1 = load_primitives().sha1;
  digest_octets first;
  digest_octets second;
  if (!digest(sha1, {as_text(hash_hash), nt_response, response_magic1}, first) ||
      !digest(sha1, {as_text(first), as_text(challenge), response_magic2}, second))
    return false;
  static constexpr char digits[] = "0123456789ABCDEF";
  out = "S=";
  for (const auto octet : second) {
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return true;
}

bool master_key_of(const hash16& hash_hash, std::string_view nt_response, hash16& out) {
  return digest16(load_primitives().sha1, {as_text(hash_hash), nt_response, key_magic1}, out);
}

bool asymmetric_start_key(const hash16& master, bool is_send, hash16& out) {
  std::array<std::uint8_t, 40> pad1{};
  std::array<std::uint8_t, 40> pad2;
  pad2.fill(0xF2);
  return digest16(
    load_primitives().sha1,
    {as_text(master), as_text(pad1), is_send ? key_magic3 : key_magic2, as_text(pad2)}, out);
}

} // namespace uzel::proof::mschap
