// Passwords of people: argon2id (RFC 9106), reckoned on threads of its own, never on the event
// loop.
#pragma once

#include "domain/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace uzel::http {

// The encoded hash ("$argon2id$v=19$..."), with a fresh salt. Takes some 20 ms and 19 MiB. Errors:
// io_failed when there is no randomness or memory.
[[nodiscard]] result<std::string> hash_password(std::string_view password);
// Constant in time as far as the hash's parameters go; false for a hash that is none.
bool verify_password(std::string_view password, std::string_view hash);

// The threads. Thread-safe; work beyond `waiting_limit` is refused.
class password_pool {
 public:
  explicit password_pool(unsigned threads = 1, unsigned waiting_limit = 32);
  ~password_pool();

  // An empty hash means that nobody has that name: it takes as long as any other and is never
  // right. Errors: overloaded.
  boost::asio::awaitable<result<bool>> verify(std::string password, std::string hash);
  // Errors: overloaded, io_failed.
  boost::asio::awaitable<result<std::string>> hash(std::string password);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace uzel::http
