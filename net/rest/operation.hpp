// One operation of the API, declared once: routing, permission, parsing, documentation and metrics
// all follow from this value.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"
#include "domain/result.hpp"
#include "net/http/message.hpp"
#include "net/json/json.hpp"
#include "net/json/schema.hpp"
#include "net/rest/permission.hpp"
#include "net/url/url.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <vector>

namespace uzel::rest {

// Who calls, as his token says.
struct caller {
  std::uint64_t id = 0; // of the staff row, 0 = nobody
  std::string login;
  std::string name;
  std::vector<std::string> permissions;
  instant issued; // when he signed in
};

// One request on its way through an operation.
struct call {
  const http::request& request;
  std::vector<std::string> arguments; // what stood for {…} in the path, in order
  http::query_map query;
  caller who;
  json body;               // when the operation takes one
  journal_number at_least; // of ?at_least=: what the answer must include

  // The argument as an id; 0 when it is none (then there is no such object).
  std::uint64_t id(std::size_t index) const;
};

// What an operation answers; a refusal is made by refuse().
struct reply {
  unsigned status = 200;
  std::string body; // JSON
  journal_number rests_on;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type = "application/json";
};

using handler = std::function<boost::asio::awaitable<reply>(call&)>;

// What the body of a request or an answer is.
struct body_shape {
  enum class form : std::uint8_t { none, object, partial, list, page, lines, any };
  form how = form::none;
  const schema* of = nullptr;
};

struct query_parameter {
  std::string name;
  std::string doc;
  bool required = false;
};

struct operation {
  http::verb verb;
  std::string path; // "/api/v1/clients/{id}"
  permission needs;
  std::string id; // "clients.create": for metrics, the log and OpenAPI
  std::string summary;
  body_shape takes;
  body_shape gives;
  std::vector<errc> errors;
  std::vector<query_parameter> query;
  handler run;
  unsigned success = 200;
  bool bounded_by_rate = false; // counts against http.login_rate

  bool takes_body() const { return takes.how != body_shape::form::none; }
};

} // namespace uzel::rest
