#include "net/http/message.hpp"

#include <array>

namespace uzel::http {

std::string_view name_of(verb v) noexcept {
  static constexpr std::array<std::string_view, 8> names{"GET",   "HEAD",   "POST",    "PUT",
                                                         "PATCH", "DELETE", "OPTIONS", "OTHER"};
  return names[static_cast<std::size_t>(v)];
}

std::string_view request::header(std::string_view name) const {
  for (const auto& [key, text] : headers)
    if (key == name)
      return text;
  return {};
}

std::string_view request::raw_path() const {
  return std::string_view{target}.substr(0, target.find('?'));
}

std::string_view request::raw_query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view{} : std::string_view{target}.substr(mark + 1);
}

response problem_response(unsigned status, std::string_view type, std::string_view title,
                          std::string_view detail) {
  response out;
  out.status = status;
  out.content_type = "application/problem+json";
  if (status == 429 || status == 503)
    out.headers.emplace_back("Retry-After", "1");
  out.body = R"({"type":"urn:uzel:problem:)";
  ((out.body += type) += R"(","title":")") += title;
  ((out.body += R"(","status":)") += std::to_string(status)) += R"(,"detail":")";
  (out.body += detail) += R"(","violations":[]})";
  return out;
}

} // namespace uzel::http
