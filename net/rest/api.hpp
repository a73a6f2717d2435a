// The API as a whole: its operations, and the one wrapper through which every request goes.
#pragma once

#include "config/settings.hpp"
#include "net/http/password.hpp"
#include "net/rest/login_rate.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/operation.hpp"
#include "net/rest/router.hpp"
#include "net/rest/token.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace uzel::http {
class metrics_page;
}

namespace uzel::rest {

// Runs on the event loop's thread. Must outlive the server.
class api {
 public:
  struct built {
    std::unique_ptr<api> made; // null: an operation is declared wrongly
    std::string problem;
  };
  static built build(rest_neighbours neighbours, const config::http_settings& settings,
                     token_key key);

  api(const api&) = delete;
  api& operator=(const api&) = delete;

  boost::asio::awaitable<http::response> answer(const http::request& asked);
  // Bodies of callers without a valid token are kept small.
  std::uint64_t body_limit(const http::request& head) const;
  // Who showed this token. It is worth nothing once its owner is gone, disabled or changed: then
  // he signs in anew. Errors: unauthenticated; unavailable when the store cannot tell.
  boost::asio::awaitable<result<caller>> authenticate(std::string token);
  // The same by what is known already; for callers that were let in before.
  result<caller> check_again(std::string_view token) const;

  const std::vector<operation>& operations() const { return operations_; }
  const rest_neighbours& neighbours() const { return neighbours_; }
  const std::string& openapi() const { return openapi_; }
  void add_metrics(http::metrics_page& page) const;

 private:
  api(rest_neighbours neighbours, const config::http_settings& settings, token_key key);
  std::string declare();
  boost::asio::awaitable<reply> run(const operation& what, call& c);
  boost::asio::awaitable<void> follow_own_change(std::uint64_t person);
  boost::asio::awaitable<reply> sign_in(call& c);
  // The refusal that keeps a request from its operation, or status 0.
  boost::asio::awaitable<reply> admit(const operation& what, call& c);
  reply read_query(const operation& what, call& c) const;
  reply read_body(const operation& what, call& c) const;
  operation sign_in_operation();
  std::vector<operation> own_operations();

  // What /metrics tells of an operation.
  struct tally {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> microseconds{0};
  };

  // A member of staff as the desk had him when he was last looked at.
  struct member_of_staff {
    bool enabled = false;
    instant updated;
    bool vouches_for(const caller& who) const {
      return enabled && who.issued.unix_seconds() >= updated.unix_seconds();
    }
  };

  rest_neighbours neighbours_;
  config::http_settings settings_;
  std::unordered_map<std::uint64_t, member_of_staff> staff_; // forgotten at every edit of staff
  // The latest change of a member of staff that he has not yet waited for, by his id.
  std::unordered_map<std::uint64_t, journal_number> own_changes_;
  token_key key_;
  http::password_pool passwords_;
  login_rate rate_;
  std::vector<operation> operations_;
  std::deque<tally> tallies_; // one per operation
  router router_;
  std::string openapi_;
};

} // namespace uzel::rest
