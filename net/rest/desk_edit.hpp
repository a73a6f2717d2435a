// The input of a desk edit, between JSON and what storage is told.
#pragma once

#include "net/bridge/problem.hpp"
#include "net/http/password.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/operation.hpp"

#include <optional>

namespace uzel::rest {

// What an edit gives, checked and with its secrets sealed.
struct desk_input {
  row fields; // whole
  std::vector<std::uint32_t> changed;
  std::uint64_t expected_version = 0;
  std::optional<reply> refused; // set: the edit ends here
};

// From a POST body. Everything wrong is told at once.
boost::asio::awaitable<desk_input>
new_object(const rest_neighbours& n, http::password_pool& passwords, const entity& e, call& c);
// From a PATCH body over the object as it is; If-Match or "version" gives the expected version.
boost::asio::awaitable<desk_input> changed_object(const rest_neighbours& n,
                                                  http::password_pool& passwords, const entity& e,
                                                  const row& before, call& c);

// The version that a request expects: If-Match, or the member of that name, which is taken out of
// the body. 0 = none.
std::uint64_t take_version(call& c, std::string_view member, violations& wrong);

// Whether a device with this id may have that uplink: its own descendants may not stand above it.
bool closes_a_loop(const catalogue& desk, std::uint64_t device, std::uint64_t uplink);

// Ranges that the address spaces keep free for us while the desk edits a pool; given back when it
// dies.
class range_holds {
 public:
  explicit range_holds(const rest_neighbours& n) : n_{n} {}
  ~range_holds();
  range_holds(const range_holds&) = delete;
  range_holds& operator=(const range_holds&) = delete;

  // Asks the space of that domain; errors as check_range has them.
  boost::asio::awaitable<std::optional<net::problem>> hold(const check_range& what);

 private:
  const rest_neighbours& n_;
  std::vector<range_settled> held_;
};

} // namespace uzel::rest
