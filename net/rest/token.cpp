#include "net/rest/token.hpp"

#include <jwt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace uzel::rest {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t longest_token = 16384;

struct free_jwt {
  void operator()(jwt_t* t) const { jwt_free(t); }
};
using jwt_ptr = std::unique_ptr<jwt_t, free_jwt>;

struct descriptor {
  int fd = -1;
  ~descriptor() {
    if (fd >= 0)
      ::close(fd);
  }
};

const unsigned char* octets(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

std::string base64url(const unsigned char* data, std::size_t size) {
  std::string out(4 * ((size + 2) / 3) + 1, '\0');
  const auto length =
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), data, static_cast<int>(size));
  out.resize(static_cast<std::size_t>(length));
  while (!out.empty() && out.back() == '=')
    out.pop_back();
  for (auto& c : out)
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

// libjwt compares signatures with strcmp; this comparison takes the same time wherever they differ.
bool is_signed(std::string_view token, const std::string& key) {
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos)
    return false;
  const auto text = token.substr(0, dot);
  const auto signature = token.substr(dot + 1);
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text), text.size(),
            sum.data(), &length))
    return false;
  const auto expected = base64url(sum.data(), length);
  return expected.size() == signature.size() &&
         CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
}

result<std::string> read_key(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) != 0)
    return errc::io_failed;
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return errc::invalid_input;
  std::string bytes(4096, '\0');
  const auto n = ::read(fd, bytes.data(), bytes.size());
  if (n < 0)
    return errc::io_failed;
  bytes.resize(static_cast<std::size_t>(n));
  if (bytes.size() < key_bytes)
    return errc::invalid_input;
  return bytes;
}

result<std::string> make_key(int fd) {
  std::string bytes(key_bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(key_bytes)) != 1)
    return errc::io_failed;
  if (::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      ::fsync(fd) != 0)
    return errc::io_failed;
  return bytes;
}

} // namespace

result<token_key> token_key::open(const std::string& file) {
  const descriptor made{::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600)};
  if (made.fd >= 0) {
    auto bytes = make_key(made.fd);
    if (!bytes) {
      ::unlink(file.c_str());
      return bytes.error();
    }
    return token_key{std::move(*bytes)};
  }
  if (errno != EEXIST)
    return errc::io_failed;
  const descriptor there{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (there.fd < 0)
    return errc::io_failed;
  auto bytes = read_key(there.fd);
  if (!bytes)
    return bytes.error();
  return token_key{std::move(*bytes)};
}

result<std::string> token_key::sign(const caller& who, instant now, instant expires) const {
  jwt_t* raw = nullptr;
  if (jwt_new(&raw) != 0)
    return errc::io_failed;
  const jwt_ptr made{raw};
  std::string permissions;
  for (const auto& p : who.permissions)
    (permissions += permissions.empty() ? "" : " ") += p;
  const bool fits =
    jwt_add_grant(raw, "sub", who.login.c_str()) == 0 &&
    jwt_add_grant(raw, "name", who.name.c_str()) == 0 &&
    jwt_add_grant(raw, "perms", permissions.c_str()) == 0 &&
    jwt_add_grant_int(raw, "staff", static_cast<long>(who.id)) == 0 &&
    jwt_add_grant_int(raw, "iat", static_cast<long>(now.unix_seconds())) == 0 &&
    jwt_add_grant_int(raw, "exp", static_cast<long>(expires.unix_seconds())) == 0 &&
    jwt_set_alg(raw, JWT_ALG_HS256, octets(bytes_), static_cast<int>(bytes_.size())) == 0;
  const std::unique_ptr<char, decltype(&std::free)> text{fits ? jwt_encode_str(raw) : nullptr,
                                                         &std::free};
  if (!text)
    return errc::io_failed;
  return std::string{text.get()};
}

result<caller> token_key::verify(std::string_view token, instant now) const {
  if (token.size() > longest_token || token.find('\0') != std::string_view::npos ||
      !is_signed(token, bytes_))
    return errc::unauthenticated;
  jwt_t* raw = nullptr;
  const std::string text{token};
  if (jwt_decode(&raw, text.c_str(), octets(bytes_), static_cast<int>(bytes_.size())) != 0)
    return errc::unauthenticated;
  const jwt_ptr read{raw};
  const char* const login = jwt_get_grant(raw, "sub");
  const char* const name = jwt_get_grant(raw, "name");
  const char* const permissions = jwt_get_grant(raw, "perms");
  if (jwt_get_alg(raw) != JWT_ALG_HS256 || !login || !permissions ||
      jwt_get_grant_int(raw, "exp") <= now.unix_seconds())
    return errc::unauthenticated;
  return caller{static_cast<std::uint64_t>(jwt_get_grant_int(raw, "staff")), login,
                name ? name : "", split_permissions(permissions),
                instant::from_unix(jwt_get_grant_int(raw, "iat"))};
}

} // namespace uzel::rest
