#include "net/http/front.hpp"

#include "net/http/metrics.hpp"
#include "net/http/readiness.hpp"

#include <array>

namespace uzel::http {
namespace {

std::string_view type_of(std::string_view name) {
  struct ending {
    std::string_view last;
    std::string_view type;
  };
  static constexpr std::array endings{
    ending{".html", "text/html; charset=utf-8"}, ending{".css", "text/css; charset=utf-8"},
    ending{".js", "text/javascript; charset=utf-8"}, ending{".svg", "image/svg+xml"}};
  for (const auto& e : endings)
    if (name.ends_with(e.last))
      return e.type;
  return "application/octet-stream";
}

response text_page(unsigned status, std::string_view type, std::string body) {
  response out;
  out.status = status;
  out.content_type = type;
  out.body = std::move(body);
  return out;
}

std::optional<response> page_of(std::string_view name) {
  for (const auto& file : embedded_files()) {
    if (file.name != name)
      continue;
    auto out = text_page(200, type_of(name), {file.bytes.begin(), file.bytes.end()});
    out.headers = {{"Cache-Control", "no-cache"},
                   {"Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; "
                    "frame-ancestors 'none'"},
                   {"Referrer-Policy", "no-referrer"}};
    return out;
  }
  return std::nullopt;
}

boost::asio::awaitable<response>
answer_starting(const readiness& ready, const metrics_page& metrics, const request& asked) {
  if (auto page = answer_front(asked, &ready, &metrics))
    co_return std::move(*page);
  co_return problem_response(503, "unavailable", "The daemon is starting", "try again in a moment");
}

} // namespace

site starting_site(const readiness& ready, const metrics_page& metrics) {
  site out;
  out.answer = [&ready, &metrics](const request& asked) {
    return answer_starting(ready, metrics, asked);
  };
  out.body_limit = [](const request&) { return std::uint64_t{65536}; };
  return out;
}

std::optional<response> answer_front(const request& asked, const readiness* ready,
                                     const metrics_page* metrics) {
  const auto path = asked.raw_path();
  if (path.starts_with("/api/"))
    return std::nullopt;
  if (asked.verb != verb::get && asked.verb != verb::head)
    return std::nullopt;
  if (path == "/healthz")
    return text_page(200, "application/json", R"({"alive":true})");
  if (path == "/readyz" && ready) {
    auto out = text_page(ready->ready() ? 200 : 503, "application/json", ready->text());
    if (out.status == 503)
      out.headers.emplace_back("Retry-After", "1");
    return out;
  }
  if (path == "/metrics" && metrics)
    return text_page(200, "text/plain; version=0.0.4; charset=utf-8", metrics->text());
  return page_of(path == "/" ? std::string_view{"index.html"} : path.substr(1));
}

} // namespace uzel::http
