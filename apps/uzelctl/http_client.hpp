// Requests to the server, one after another, over libcurl.
#pragma once

#include "apps/uzelctl/failure.hpp"

#include <memory>
#include <string>

namespace uzel::ctl {

struct http_request {
  std::string verb = "GET";
  std::string url;
  std::string body;
  bool has_body = false;
  std::string content_type = "application/json";
  std::string token; // sent as a bearer token when there is one
};

struct http_answer {
  unsigned status = 0;
  std::string body;
};

// Keeps the connection between requests; belongs to one thread.
class http_client {
 public:
  // `ca_file` replaces the system's certificate authorities; empty = the system's.
  http_client(unsigned timeout_seconds, std::string ca_file);
  ~http_client();

  // Whatever status the server gives; unavailable when there is no answer.
  [[nodiscard]] outcome<http_answer> send(const http_request& request);

 private:
  struct handle;
  std::unique_ptr<handle> handle_;
  unsigned timeout_seconds_;
  std::string ca_file_;
};

} // namespace uzel::ctl
