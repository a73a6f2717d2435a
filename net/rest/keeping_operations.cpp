// Moving in: addresses that subscribers have from another server are kept for them. Each row stands
// for itself; those that cannot be kept are named.
#include "domain/guest.hpp"
#include "net/bodies/keep_body.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"
#include "net/rest/side_by_side.hpp"

#include <map>

namespace uzel::rest {
namespace {

constexpr std::size_t most_rows = 5000;
constexpr std::size_t rows_at_once = 64;
constexpr routing_domain_id default_domain{1};

std::string name_of_row(std::size_t index) {
  return "rows[" + std::to_string(index) + "]";
}

// What became of the rows of one request.
struct keeping {
  std::uint64_t kept = 0;
  std::uint64_t known = 0;
  std::map<std::size_t, std::string> problems; // by row
  journal_number commit;
};

// False: the body is no JSON.
bool read_rows(const std::string& body, std::vector<keep_form>& out, violations& wrong) {
  const auto read = for_each_json(body, [&](const json& each) {
    if (out.size() == most_rows) {
      wrong.push_back({"rows", "must be at most " + std::to_string(most_rows)});
      return false;
    }
    const auto prefix = name_of_row(out.size()) + '.';
    auto& row = out.emplace_back();
    read_object(fields_of<keep_form>(), each, &row, prefix, wrong);
    if (!row.domain)
      row.domain = default_domain;
    if (row.number.empty() && !row.mac)
      wrong.push_back({prefix + "mac", "must be given without a number"});
    return wrong.size() < most_rows;
  });
  return !read.has_error();
}

// The account of that number; without one that of the MAC, else the guest that the MAC makes.
boost::asio::awaitable<net::answer<account_id>> holder_of(const rest_neighbours& n,
                                                          const keep_form& row) {
  find_account question;
  question.number = row.number;
  question.key.kind = access_kind::mac;
  question.key.mac = row.mac;
  const auto& home = n.directory.front();
  const auto shown = co_await net::ask<account_shown>(*n.system, home, n.limit, question);
  if (shown)
    co_return shown->account.id;
  if (!row.number.empty() || shown.error().code != errc::not_found)
    co_return shown.error();
  co_return guest_of(key_of({}, row.mac, {}, {}));
}

boost::asio::awaitable<net::answer<address_kept>> keep_one(const rest_neighbours& n,
                                                           const keep_form& row) {
  const auto space = n.space(row.domain);
  if (!space)
    co_return net::problem{errc::not_found, "there is no such routing domain"};
  const auto who = co_await holder_of(n, row);
  if (!who)
    co_return who.error();
  const keep_address question{row.domain, *who, row.address, row.mac, row.until};
  co_return co_await net::ask<address_kept>(*n.system, space, n.limit, question);
}

boost::asio::awaitable<void> keep_row(const rest_neighbours& n, const keep_form& row,
                                      std::size_t index, keeping& done) {
  const auto kept = co_await keep_one(n, row);
  if (!kept) {
    const auto& why = kept.error();
    done.problems[index] = why.detail.empty() ? std::string{name_of(why.code)} : why.detail;
    co_return;
  }
  ++(kept->fresh ? done.kept : done.known);
  done.commit = std::max(done.commit, kept->after.number);
}

reply told(const keeping& done) {
  reply out;
  out.rests_on = done.commit;
  json_writer w{out.body};
  w.begin_object().member("kept", done.kept).member("known", done.known);
  w.key("problems").begin_array();
  for (const auto& [row, problem] : done.problems)
    w.begin_object().member("field", name_of_row(row)).member("problem", problem).end_object();
  w.end_array().member("commit", done.commit.value).end_object();
  return out;
}

boost::asio::awaitable<reply> keep_all(const rest_neighbours& n, call& c) {
  violations wrong;
  std::vector<keep_form> rows;
  if (!read_rows(c.request.body, rows, wrong))
    co_return refuse_with(400, "malformed", "The body is no JSON",
                          "it must be an array or lines of JSON objects");
  if (wrong.empty() && rows.empty())
    wrong.push_back({"rows", "must not be empty"});
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  keeping done;
  const row_work keep = [&](std::size_t i) { return keep_row(n, rows[i], i, done); };
  co_await side_by_side(rows.size(), rows_at_once, keep);
  co_return told(done);
}

} // namespace

std::vector<operation> keeping_operations(const rest_neighbours& n) {
  return {
    {.verb = http::verb::post,
     .path = "/api/v1/bindings/keep",
     .needs = permission{"bindings.write"},
     .id = "bindings.keep",
     .summary = "Keeps addresses for who has them from another server; an array or JSON lines.",
     .takes = {body_shape::form::lines, &schema_for<keep_form>()},
     .gives = {body_shape::form::any, nullptr},
     .errors = {errc::invalid_input, errc::unavailable},
     .query = {},
     .run = [&n](call& c) { return keep_all(n, c); }}};
}

} // namespace uzel::rest
