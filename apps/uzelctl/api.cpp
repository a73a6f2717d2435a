#include "apps/uzelctl/api.hpp"

#include "apps/uzelctl/text_table.hpp"
#include "apps/uzelctl/token_store.hpp"

#include <algorithm>

namespace uzel::ctl {
namespace {

constexpr std::size_t page_rows = 1000;
constexpr std::string_view root = "/api/v1";

std::string server_of(std::string url) {
  while (!url.empty() && url.back() == '/')
    url.pop_back();
  return url;
}

} // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (plain.find(c) != std::string_view::npos)
      out += c;
    else
      out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return out;
}

exit_code code_of(unsigned status) {
  if (status >= 200 && status < 300)
    return exit_code::ok;
  if (status == 401 || status == 403)
    return exit_code::forbidden;
  if (status == 404)
    return exit_code::not_found;
  return status >= 400 && status < 500 ? exit_code::refused : exit_code::unavailable;
}

failure failure_of(unsigned status, std::string_view body) {
  failure out{code_of(status), std::vector<std::string>{}};
  const auto problem = parse_json(body);
  const bool told = problem && problem->is_object();
  auto title = told ? printable(problem->text_of("title")) : std::string{};
  const auto detail = told ? printable(problem->text_of("detail")) : std::string{};
  if (title.empty())
    title = say("the server answered with status {}", status);
  out.lines.push_back(detail.empty() || detail == title ? title : title + ": " + detail);
  if (const auto* wrong = told ? problem->find("violations") : nullptr)
    for (const auto& v : wrong->items) {
      const auto field = v.text_of("field");
      out.lines.push_back("  " +
                          printable((field.empty() ? "" : field + ": ") + v.text_of("problem")));
    }
  if (status == 401)
    out.lines.push_back(tr("sign in with: uzelctl login"));
  return out;
}

api::api(const context& ctx)
  : http_{ctx.timeout, ctx.ca_file}
  , url_{server_of(ctx.url)}
  , token_{ctx.token.empty() ? stored_token(url_) : ctx.token} {}

outcome<json> api::exchange(http_request request, const std::string& path, const query& ask) {
  request.url = url_ + std::string{root} + path;
  char mark = '?';
  for (const auto& [name, value] : ask) {
    request.url.append(1, mark).append(percent_encoded(name)).append("=");
    request.url += percent_encoded(value);
    mark = '&';
  }
  request.token = token_;
  auto answer = http_.send(request);
  if (!answer)
    return answer.error();
  if (code_of(answer->status) != exit_code::ok)
    return failure_of(answer->status, answer->body);
  if (answer->body.empty())
    return json::object();
  auto body = parse_json(answer->body);
  if (!body)
    return failure{exit_code::unavailable,
                   say("{} answered with something that is no JSON: is this a Uzel server?", url_)};
  return std::move(*body);
}

outcome<json> api::get(const std::string& path, const query& ask) {
  return exchange({}, path, ask);
}

outcome<json> api::send(const std::string& verb, const std::string& path, const json& body,
                        const query& ask) {
  http_request request;
  request.verb = verb;
  request.body = to_text(body);
  request.has_body = true;
  return exchange(std::move(request), path, ask);
}

outcome<json> api::post_text(const std::string& path, std::string body,
                             const std::string& content_type) {
  http_request request;
  request.verb = "POST";
  request.body = std::move(body);
  request.has_body = true;
  request.content_type = content_type;
  return exchange(std::move(request), path, {});
}

outcome<json> api::call(const std::string& verb, const std::string& path, const query& ask) {
  http_request request;
  request.verb = verb;
  request.has_body = verb == "POST";
  return exchange(std::move(request), path, ask);
}

outcome<> api::each(const std::string& path, query ask,
                    const std::function<void(const json&)>& show) {
  ask.emplace_back("limit", std::to_string(page_rows));
  std::string cursor;
  do {
    auto page_ask = ask;
    if (!cursor.empty())
      page_ask.emplace_back("cursor", cursor);
    const auto page = get(path, page_ask);
    if (!page)
      return page.error();
    if (const auto* items = page->find("items"))
      for (const auto& row : items->items)
        show(row);
    cursor = page->text_of("next_cursor");
  } while (!cursor.empty());
  return {};
}

outcome<listed> api::list(const std::string& path, query ask, std::size_t most) {
  listed out;
  std::string cursor;
  do {
    auto page_ask = ask;
    const auto wanted = most == 0 ? page_rows : std::min(page_rows, most - out.rows.size());
    page_ask.emplace_back("limit", std::to_string(wanted));
    if (!cursor.empty())
      page_ask.emplace_back("cursor", cursor);
    auto page = get(path, page_ask);
    if (!page)
      return page.error();
    if (auto* items = page->find("items"))
      out.rows.insert(out.rows.end(), items->items.begin(), items->items.end());
    cursor = page->text_of("next_cursor");
  } while (!cursor.empty() && (most == 0 || out.rows.size() < most));
  out.more = !cursor.empty();
  return out;
}

} // namespace uzel::ctl
