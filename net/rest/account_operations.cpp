// Accounts themselves: their actor answers, the database lists.
#include "domain/entities/live.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/account_json.hpp"
#include "net/rest/desk_edit.hpp"
#include "net/rest/listing.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

namespace uzel::rest {
namespace {

using asio_reply = boost::asio::awaitable<reply>;
using form = body_shape::form;

constexpr permission reads{"accounts.read"};
constexpr permission writes{"accounts.write"};

asio_reply create(const rest_neighbours& n, call& c) {
  violations wrong;
  auto given = read_new_account(c.body, n.time->now(), "", wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  const create_account question{std::move(given.draft), std::move(given.password)};
  // Any shard takes it; the number spreads the work.
  const auto shard = std::hash<std::string>{}(question.draft.number) % n.directory.size();
  const auto& home = n.directory[shard];
  const auto shown = co_await net::ask<account_shown>(*n.system, home, n.limit, question);
  co_return shown ? shown_account(*shown, 201) : refuse(shown.error());
}

asio_reply show(const rest_neighbours& n, call& c) {
  const show_account question{account_id{c.id(0)}};
  if (!question.who)
    co_return refuse(errc::not_found);
  const auto& home = n.shard_of(question.who);
  const auto shown = co_await net::ask<account_shown>(*n.system, home, n.limit, question);
  co_return shown ? shown_account(*shown) : refuse(shown.error());
}

std::uint32_t parts_of(const json& body) {
  std::uint32_t out = 0;
  const auto add = [&](std::string_view name, account_part part) {
    if (body.find(name))
      out |= part;
  };
  add("number", part_number);
  add("status", part_status);
  add("credit_limit", part_credit_limit);
  add("session_limit", part_session_limit);
  if (const auto* password = body.find("password"); password && password->text != "***")
    out |= part_credential;
  return out;
}

asio_reply change(const rest_neighbours& n, call& c) {
  change_account question;
  question.who = account_id{c.id(0)};
  if (!question.who)
    co_return refuse(errc::not_found);
  violations wrong;
  question.expected = journal_number{take_version(c, "record", wrong)};
  account_change given;
  read_object(fields_of<account_change>(), c.body, &given, "", wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  question.parts = parts_of(c.body);
  question.to = std::move(given.to);
  question.password = std::move(given.password);
  const auto& home = n.shard_of(question.who);
  const auto shown = co_await net::ask<account_shown>(*n.system, home, n.limit, question);
  co_return shown ? shown_account(*shown) : refuse(shown.error());
}

// Accounts are never deleted: they are closed.
asio_reply close(const rest_neighbours& n, call& c) {
  change_account question;
  question.who = account_id{c.id(0)};
  if (!question.who)
    co_return refuse(errc::not_found);
  question.parts = part_status;
  question.to.status = account_status::closed;
  const auto& home = n.shard_of(question.who);
  const auto shown = co_await net::ask<account_shown>(*n.system, home, n.limit, question);
  co_return shown ? shown_account(*shown) : refuse(shown.error());
}

} // namespace

std::vector<operation> account_operations(const rest_neighbours& n) {
  const auto& e = entity_of<account_state>();
  const auto one = path_of(e) + "/{id}";
  std::vector<operation> out;
  out.push_back(list_operation(n, e, reads));
  out.push_back({.verb = http::verb::post,
                 .path = path_of(e),
                 .needs = writes,
                 .id = "accounts.create",
                 .summary = "Creates an account with its accesses, addresses and subscription.",
                 .takes = {form::object, &schema_for<new_account>()},
                 .gives = {form::object, &account_schema()},
                 .errors = {errc::invalid_input, errc::conflict, errc::address_taken,
                            errc::outside_range, errc::unavailable},
                 .query = {},
                 .run = [&n](call& c) { return create(n, c); },
                 .success = 201});
  out.push_back({.verb = http::verb::get,
                 .path = one,
                 .needs = reads,
                 .id = "accounts.show",
                 .summary = "Shows an account as its actor has it, with bindings and sessions.",
                 .takes = {},
                 .gives = {form::object, &account_schema()},
                 .errors = {errc::not_found, errc::unavailable},
                 .query = {},
                 .run = [&n](call& c) { return show(n, c); }});
  out.push_back({.verb = http::verb::patch,
                 .path = one,
                 .needs = writes,
                 .id = "accounts.change",
                 .summary = "Changes an account; If-Match or record guards against a stale view.",
                 .takes = {form::object, &schema_for<account_change>()},
                 .gives = {form::object, &account_schema()},
                 .errors = {errc::invalid_input, errc::not_found, errc::conflict,
                            errc::stale_version, errc::unavailable},
                 .query = {},
                 .run = [&n](call& c) { return change(n, c); }});
  out.push_back({.verb = http::verb::del,
                 .path = one,
                 .needs = writes,
                 .id = "accounts.close",
                 .summary = "Closes an account; it stays in the books.",
                 .takes = {},
                 .gives = {form::object, &account_schema()},
                 .errors = {errc::not_found, errc::conflict, errc::unavailable},
                 .query = {},
                 .run = [&n](call& c) { return close(n, c); }});
  return out;
}

} // namespace uzel::rest
