#include "storage/random.hpp"

#include "domain/entities/codec.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/random.h>

namespace uzel::storage {

store_result<std::array<std::uint8_t, 16>> random_id() {
  std::array<std::uint8_t, 16> out{};
  for (;;) {
    const auto got = getrandom(out.data(), out.size(), 0);
    if (got == static_cast<ssize_t>(out.size()))
      return out;
    if (got < 0 && errno != EINTR)
      return store_error{errc::io_failed, std::string{"no random numbers: "} + strerror(errno)};
  }
}

std::string to_hex(const std::array<std::uint8_t, 16>& id) {
  return stored_secret({reinterpret_cast<const char*>(id.data()), id.size()});
}

bool from_hex(std::string_view text, std::array<std::uint8_t, 16>& out) {
  const auto bytes = secret_from_stored(text);
  if (text.size() != 2 * out.size() || bytes.size() != out.size())
    return false;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return true;
}

} // namespace uzel::storage
