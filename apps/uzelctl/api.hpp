// The HTTP API as commands use it: JSON in and out, refusals as failures with every violation.
#pragma once

#include "apps/uzelctl/context.hpp"
#include "apps/uzelctl/http_client.hpp"
#include "apps/uzelctl/json.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::ctl {

// ?name=value parts of a request, not yet encoded.
using query = std::vector<std::pair<std::string, std::string>>;

// Rows of a list, and whether there are more of them.
struct listed {
  std::vector<json> rows;
  bool more = false;
};

class api {
 public:
  // Uses the token of the context, else the stored one of that server.
  explicit api(const context& ctx);

  [[nodiscard]] outcome<json> get(const std::string& path, const query& ask = {});
  [[nodiscard]] outcome<json> send(const std::string& verb, const std::string& path,
                                   const json& body, const query& ask = {});
  // A body that is text already.
  [[nodiscard]] outcome<json> post_text(const std::string& path, std::string body,
                                        const std::string& content_type);
  // Without a body.
  [[nodiscard]] outcome<json> call(const std::string& verb, const std::string& path,
                                   const query& ask = {});
  // Shows every row, page by page.
  [[nodiscard]] outcome<> each(const std::string& path, query ask,
                               const std::function<void(const json&)>& show);
  // Follows next_cursor until `most` rows are there; 0 = all of them.
  [[nodiscard]] outcome<listed> list(const std::string& path, query ask, std::size_t most);

 private:
  outcome<json> exchange(http_request request, const std::string& path, const query& ask);

  http_client http_;
  std::string url_;
  std::string token_;
};

// "a b" -> "a%20b" (RFC 3986).
std::string percent_encoded(std::string_view text);

// The failure that a refusal is: the exit code by its status, the problem's detail and each
// violation as a line.
failure failure_of(unsigned status, std::string_view body);
// The exit code that a status becomes.
exit_code code_of(unsigned status);

} // namespace uzel::ctl
