// Many accounts at once: all of them or none, and every row that is in the way is named.
#include "net/bridge/ask.hpp"
#include "net/rest/account_json.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

namespace uzel::rest {
namespace {

constexpr std::size_t most_rows = 200'000;
constexpr std::size_t most_problems = 1000;

std::string name_of_row(std::size_t index) {
  return "rows[" + std::to_string(index) + "]";
}

// False: the body is no JSON.
bool read_rows(const std::string& body, instant now, import_accounts& out, violations& wrong) {
  std::size_t index = 0;
  const auto read = for_each_json(body, [&](const json& each) {
    if (index == most_rows) {
      wrong.push_back({"rows", "must be at most " + std::to_string(most_rows)});
      return false;
    }
    auto one = read_new_account(each, now, name_of_row(index++) + '.', wrong);
    out.drafts.push_back(std::move(one.draft));
    out.passwords.push_back(std::move(one.password));
    return wrong.size() < most_problems;
  });
  return !read.has_error();
}

reply imported(const accounts_imported& done) {
  if (!done.problems.empty()) {
    violations wrong;
    for (const auto& p : done.problems) {
      if (wrong.size() == most_problems)
        break;
      wrong.push_back({name_of_row(p.row) + (p.field.empty() ? "" : '.' + p.field), p.problem});
    }
    // The journal may refuse when a part is written already.
    const auto made = done.created == 0
                        ? std::string{"nothing was created"}
                        : "the first " + std::to_string(done.created) + " were created";
    const bool ours = status_of(done.why) >= 500;
    auto out = refuse(ours ? done.why : errc::conflict,
                      std::to_string(done.problems.size()) + " problems; " + made, wrong);
    out.rests_on = done.commit;
    return out;
  }
  reply out;
  out.status = 201;
  out.rests_on = done.commit;
  json_writer w{out.body};
  w.begin_object().member("created", done.created).member("commit", done.commit.value);
  w.end_object();
  return out;
}

boost::asio::awaitable<reply> import_all(const rest_neighbours& n, call& c) {
  violations wrong;
  import_accounts question;
  if (!read_rows(c.request.body, n.time->now(), question, wrong))
    co_return refuse_with(400, "malformed", "The body is no JSON",
                          "it must be an array or lines of JSON objects");
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  if (question.drafts.empty())
    co_return refuse_fields({{"rows", "must not be empty"}});
  const auto& home = n.directory.front();
  const auto done = co_await net::ask<accounts_imported>(*n.system, home, n.import_limit, question);
  co_return done ? imported(*done) : refuse(done.error());
}

} // namespace

std::vector<operation> import_operations(const rest_neighbours& n) {
  return {{.verb = http::verb::post,
           .path = "/api/v1/accounts/import",
           .needs = permission{"accounts.import"},
           .id = "accounts.import",
           .summary = "Creates many accounts, all or none; the body is an array or JSON lines.",
           .takes = {body_shape::form::lines, &schema_for<new_account>()},
           .gives = {body_shape::form::any, nullptr},
           .errors = {errc::invalid_input, errc::conflict, errc::unavailable},
           .query = {},
           .run = [&n](call& c) { return import_all(n, c); },
           .success = 201}};
}

} // namespace uzel::rest
