#include "net/rest/api.hpp"

#include "config/log.hpp"
#include "domain/entities/desk.hpp"
#include "net/http/metrics.hpp"
#include "net/rest/listing.hpp"
#include "net/rest/progress.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace uzel::rest {
namespace {

constexpr std::uint64_t strangers_body = 65536;
// An answer that waits longer for its journal number is refused; the record may still become
// durable.
constexpr duration sync_limit = seconds{10};

duration monotonic() {
  return std::chrono::duration_cast<duration>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string_view bearer(const http::request& asked) {
  const auto text = asked.header("authorization");
  constexpr std::string_view word = "bearer ";
  if (text.size() <= word.size())
    return {};
  for (std::size_t i = 0; i < word.size(); ++i)
    if ((text[i] | 0x20) != word[i] && text[i] != word[i])
      return {};
  return text.substr(word.size());
}

// "application/json; charset=utf-8" and "application/merge-patch+json" are JSON.
bool is_json(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ')
    type.remove_suffix(1);
  return type == "application/json" || type.ends_with("+json") || type == "application/x-ndjson" ||
         type == "application/jsonl";
}

http::response to_response(reply&& from) {
  http::response out;
  out.status = from.status;
  out.content_type = from.body.empty() ? std::string{} : std::move(from.content_type);
  out.headers = std::move(from.headers);
  if (from.rests_on)
    out.headers.emplace_back("Uzel-Commit", std::to_string(from.rests_on.value));
  out.body = std::move(from.body);
  return out;
}

// "17", or "1.17" as the live view writes it.
result<journal_number> parse_number(std::string_view text) {
  text = text.substr(text.find('.') == std::string_view::npos ? 0 : text.find('.') + 1);
  std::uint64_t n = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (bad != std::errc{} || end != text.data() + text.size())
    return errc::invalid_input;
  return journal_number{n};
}

void note(const operation& what, const call& c, const reply& out) {
  const bool reads = what.verb == http::verb::get;
  const auto who = c.who.login.empty() ? std::string_view{"-"} : std::string_view{c.who.login};
  if (reads && out.status < 400) {
    log::http.debug("read", "{} {} {} by {} from {}: {}", what.id, http::name_of(what.verb),
                    c.request.raw_path(), who, c.request.source, out.status);
    return;
  }
  log::http.info("audit", "{} {} {} by {} from {}: {} commit {}", what.id, http::name_of(what.verb),
                 c.request.raw_path(), who, c.request.source, out.status, out.rests_on.value);
}

} // namespace

api::api(rest_neighbours neighbours, const config::http_settings& settings, token_key key)
  : neighbours_{std::move(neighbours)}
  , settings_{settings}
  , key_{std::move(key)}
  , rate_{settings.login_rate} {}

api::built api::build(rest_neighbours neighbours, const config::http_settings& settings,
                      token_key key) {
  auto made = std::unique_ptr<api>{new api{std::move(neighbours), settings, std::move(key)}};
  if (auto problem = made->declare(); !problem.empty())
    return {nullptr, std::move(problem)};
  return {std::move(made), {}};
}

std::string api::declare() {
  const auto add = [this](std::vector<operation> more) {
    for (auto& one : more)
      operations_.push_back(std::move(one));
  };
  add(own_operations());
  add(desk_operations(neighbours_, passwords_));
  add(live_lists(neighbours_));
  add(account_operations(neighbours_));
  add(account_part_operations(neighbours_));
  add(import_operations(neighbours_));
  add(keeping_operations(neighbours_));
  add(network_operations(neighbours_));
  add(daemon_operations(neighbours_));
  openapi_ = openapi_of(operations_);
  tallies_.resize(operations_.size());
  return router_.add(operations_);
}

result<caller> api::check_again(std::string_view token) const {
  auto who = token.empty() ? result<caller>{errc::unauthenticated}
                           : key_.verify(token, neighbours_.time->now());
  if (!who)
    return who;
  const auto known = staff_.find(who->id);
  if (known != staff_.end() && !known->second.vouches_for(*who))
    return errc::unauthenticated;
  return who;
}

boost::asio::awaitable<result<caller>> api::authenticate(std::string token) {
  auto who = check_again(token);
  if (!who || staff_.contains(who->id))
    co_return who;
  const auto found = co_await fetch_row(neighbours_, entity_of<staff>(), who->id, {});
  if (!found)
    co_return found.error().code == errc::not_found ? errc::unauthenticated : errc::unavailable;
  staff row;
  (void)from_row(*found, row);
  const member_of_staff looked_at{row.enabled, row.updated};
  staff_[who->id] = looked_at;
  if (!looked_at.vouches_for(*who))
    co_return errc::unauthenticated;
  co_return who;
}

std::uint64_t api::body_limit(const http::request& head) const {
  const auto small = std::min<std::uint64_t>(settings_.body_limit, strangers_body);
  return check_again(bearer(head)) ? settings_.body_limit : small;
}

boost::asio::awaitable<reply> api::admit(const operation& what, call& c) {
  if (what.bounded_by_rate && (!c.request.from_loopback || settings_.rate_limit_loopback) &&
      !rate_.admit(c.request.source, monotonic()))
    co_return refuse(errc::rate_limited, "try again in a minute");
  if (!what.needs.is_anyone()) {
    auto token = std::string{bearer(c.request)};
    auto who = co_await authenticate(std::move(token));
    if (!who && who.error() == errc::unavailable)
      co_return refuse(errc::unavailable, "the store cannot tell who this is");
    if (!who)
      co_return refuse(errc::unauthenticated, "the token is missing, wrong or has expired");
    c.who = std::move(*who);
    if (!covers(c.who.permissions, what.needs))
      co_return refuse(errc::forbidden, "this needs " + std::string{what.needs.name()});
  }
  co_return read_query(what, c);
}

reply api::read_query(const operation& what, call& c) const {
  auto query = http::query_map::parse(c.request.raw_query());
  if (!query)
    return refuse_fields({{"", "the query is malformed or names something twice"}});
  c.query = std::move(*query);
  if (const auto* text = c.query.find("at_least")) {
    const auto number = parse_number(*text);
    if (!number)
      return refuse_fields({{"at_least", "must be a commit number"}});
    c.at_least = *number;
  }
  return what.takes_body() ? read_body(what, c) : reply{0, {}, {}, {}, {}};
}

reply api::read_body(const operation& what, call& c) const {
  if (!is_json(c.request.header("content-type")))
    return refuse_with(415, "unsupported-media-type", "The body must be JSON",
                       "send Content-Type: application/json");
  if (what.takes.how == body_shape::form::lines)
    return {0, {}, {}, {}, {}};
  auto body = parse_json(c.request.body);
  if (!body)
    return refuse_with(400, "malformed", "The body is no JSON",
                       "it must be one JSON document in UTF-8 (RFC 8259)");
  if (body->kind != json::type::object)
    return refuse_fields({{"", "must be an object"}});
  c.body = std::move(*body);
  return {0, {}, {}, {}, {}};
}

boost::asio::awaitable<reply> api::run(const operation& what, call& c) {
  auto refused = co_await admit(what, c);
  if (refused.status != 0)
    co_return refused;
  const bool reads = what.verb == http::verb::get;
  if (reads)
    co_await follow_own_change(c.who.id);
  auto out = co_await what.run(c);
  if (what.needs.name() == "staff.write")
    staff_.clear();
  // An answer rests only on synced state, refusals too.
  const bool durable = co_await wait_for(neighbours_.synced, out.rests_on, sync_limit);
  if (!durable)
    co_return refuse(errc::timed_out, "the journal is not synced yet: it may still take effect");
  if (!reads && out.rests_on && c.who.id != 0) {
    auto& latest = own_changes_[c.who.id];
    latest = std::max(latest, out.rests_on);
  }
  co_return out;
}

// Lists come from the database, which is some milliseconds behind the journal: whoever changes
// something and looks at once sees it. When the database is far behind he waits once and then sees
// what it has.
boost::asio::awaitable<void> api::follow_own_change(std::uint64_t person) {
  const auto changed = own_changes_.find(person);
  if (changed == own_changes_.end())
    co_return;
  const auto number = changed->second;
  (void)co_await wait_for(neighbours_.applied, number, neighbours_.follow_limit);
  const auto seen = own_changes_.find(person); // another request may have been here meanwhile
  if (seen != own_changes_.end() && seen->second == number)
    own_changes_.erase(seen);
}

boost::asio::awaitable<http::response> api::answer(const http::request& asked) {
  const auto begun = monotonic();
  auto route = router_.find(asked.verb, asked.raw_path());
  if (!route.found) {
    if (route.allowed.empty())
      co_return to_response(
        refuse_with(404, "no-such-path", "There is no such path", "see /api/v1/openapi.json"));
    auto out = refuse_with(405, "wrong-verb", "This path does not take that verb", route.allowed);
    out.headers.emplace_back("Allow", route.allowed);
    co_return to_response(std::move(out));
  }
  call c{asked, std::move(route.arguments), {}, {}, {}, {}};
  auto out = co_await run(*route.found, c);
  note(*route.found, c, out);
  auto& count = tallies_[static_cast<std::size_t>(route.found - operations_.data())];
  (out.status < 400 ? count.done : out.status < 500 ? count.refused : count.failed).fetch_add(1);
  count.microseconds.fetch_add(static_cast<std::uint64_t>((monotonic() - begun).count()));
  co_return to_response(std::move(out));
}

void api::add_metrics(http::metrics_page& page) const {
  const auto read = [](const std::atomic<std::uint64_t>& count, double unit) {
    return [&count, unit] { return static_cast<double>(count.load()) * unit; };
  };
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    const auto& id = operations_[i].id;
    const auto& t = tallies_[i];
    constexpr auto requests = "uzel_http_requests_total";
    constexpr auto help = "Requests by operation and outcome.";
    page.add_counter(requests, help, {{"operation", id}, {"outcome", "done"}}, read(t.done, 1));
    page.add_counter(requests, help, {{"operation", id}, {"outcome", "refused"}},
                     read(t.refused, 1));
    page.add_counter(requests, help, {{"operation", id}, {"outcome", "failed"}}, read(t.failed, 1));
    page.add_counter("uzel_http_request_seconds_total", "Time spent on requests by operation.",
                     {{"operation", id}}, read(t.microseconds, 1e-6));
  }
}

} // namespace uzel::rest
