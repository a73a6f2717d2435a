// Requests and answers as handlers see them: plain values, nothing of the library that parsed them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::http {

enum class verb : std::uint8_t { get, head, post, put, patch, del, options, other };

// "GET", "DELETE".
std::string_view name_of(verb v) noexcept;

// One request, complete. Header names are in lower case.
struct request {
  http::verb verb = verb::get;
  std::string target; // as sent: path and query, still percent-encoded
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string source; // address of the peer
  bool from_loopback = false;

  // The first header of that (lower-case) name, or nothing.
  std::string_view header(std::string_view name) const;
  // The target without its query.
  std::string_view raw_path() const;
  std::string_view raw_query() const;
};

struct response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// A refusal by RFC 9457 without violations, for the edges where no handler is involved.
response problem_response(unsigned status, std::string_view type, std::string_view title,
                          std::string_view detail);

} // namespace uzel::http
