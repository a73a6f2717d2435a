// What hangs on an account: accesses, static addresses, the subscription.
#include "domain/entities/live.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/account_json.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

namespace uzel::rest {
namespace {

using asio_reply = boost::asio::awaitable<reply>;
using form = body_shape::form;

constexpr permission writes{"accounts.write"};

// Sends a command to the account's shard and shows the account as it is then.
template <class Command>
asio_reply command(const rest_neighbours& n, const Command& question, unsigned status) {
  if (!question.who)
    co_return refuse(errc::not_found);
  const auto& home = n.shard_of(question.who);
  const auto shown = co_await net::ask<account_shown>(*n.system, home, n.limit, question);
  co_return shown ? shown_account(*shown, status) : refuse(shown.error());
}

boost::asio::awaitable<net::answer<account_shown>> fetch_account(const rest_neighbours& n,
                                                                 account_id who) {
  const show_account question{who};
  if (!who)
    co_return net::problem{errc::not_found, {}};
  const auto& home = n.shard_of(who);
  co_return co_await net::ask<account_shown>(*n.system, home, n.limit, question);
}

asio_reply add_one_access(const rest_neighbours& n, call& c) {
  violations wrong;
  access_form given;
  read_object(fields_of<access_form>(), c.body, &given, "", wrong);
  if (wrong.empty())
    finish_access(given.what, "", wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  const add_access question{account_id{c.id(0)}, std::move(given.what)};
  co_return co_await command(n, question, 201);
}

asio_reply remove_one_access(const rest_neighbours& n, call& c) {
  const account_id who{c.id(0)};
  const auto shown = co_await fetch_account(n, who);
  if (!shown)
    co_return refuse(shown.error());
  const auto& a = shown->account;
  for (const auto& what : a.accesses) {
    if (row_of(a.id, 0, what, {}).id != c.id(1))
      continue;
    const remove_access question{a.id, what};
    co_return co_await command(n, question, 200);
  }
  co_return refuse(errc::not_found, "the account has no such access");
}

asio_reply add_one_address(const rest_neighbours& n, call& c) {
  violations wrong;
  static_address_form given;
  read_object(fields_of<static_address_form>(), c.body, &given, "", wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  finish_static(given.what);
  const add_static_address question{account_id{c.id(0)}, given.what};
  co_return co_await command(n, question, 201);
}

asio_reply remove_one_address(const rest_neighbours& n, call& c) {
  const account_id who{c.id(0)};
  const auto shown = co_await fetch_account(n, who);
  if (!shown)
    co_return refuse(shown.error());
  const auto& a = shown->account;
  for (const auto& what : a.addresses) {
    if (row_of(a.id, 0, what, {}).id != c.id(1))
      continue;
    const remove_static_address question{a.id, what};
    co_return co_await command(n, question, 200);
  }
  co_return refuse(errc::not_found, "the account has no such static address");
}

asio_reply put_subscription(const rest_neighbours& n, call& c) {
  violations wrong;
  subscription_form given;
  read_object(fields_of<subscription_form>(), c.body, &given, "", wrong);
  const auto starts = given.starts ? given.starts : n.time->now();
  if (wrong.empty() && given.ends && given.ends <= starts)
    wrong.push_back({"ends", "must lie after starts"});
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  const set_subscription question{
    account_id{c.id(0)},
    {{}, given.service, subscription_state::active, given.price_paid, starts, given.ends}};
  co_return co_await command(n, question, 200);
}

asio_reply end_subscription(const rest_neighbours& n, call& c) {
  const set_subscription question{account_id{c.id(0)}, {}};
  co_return co_await command(n, question, 200);
}

struct part {
  http::verb verb;
  std::string path;
  std::string id;
  std::string summary;
  body_shape takes;
  asio_reply (*run)(const rest_neighbours&, call&);
  unsigned success = 200;
};

} // namespace

std::vector<operation> account_part_operations(const rest_neighbours& n) {
  const std::string one = "/api/v1/accounts/{id}";
  const part all[] = {
    {http::verb::post,
     one + "/accesses",
     "accesses.add",
     "Adds a way to recognise the account.",
     {form::object, &schema_for<access_form>()},
     add_one_access,
     201},
    {http::verb::del,
     one + "/accesses/{access_id}",
     "accesses.remove",
     "Removes a way to recognise the account.",
     {},
     remove_one_access},
    {http::verb::post,
     one + "/addresses",
     "addresses.add",
     "Makes an address the account's property.",
     {form::object, &schema_for<static_address_form>()},
     add_one_address,
     201},
    {http::verb::del,
     one + "/addresses/{address_id}",
     "addresses.remove",
     "Takes a static address from the account.",
     {},
     remove_one_address},
    {http::verb::put,
     one + "/subscription",
     "subscription.set",
     "Sets the current subscription of the account.",
     {form::object, &schema_for<subscription_form>()},
     put_subscription},
    {http::verb::del,
     one + "/subscription",
     "subscription.end",
     "Ends the current subscription of the account.",
     {},
     end_subscription},
  };
  std::vector<operation> out;
  for (const auto& p : all)
    out.push_back({.verb = p.verb,
                   .path = p.path,
                   .needs = writes,
                   .id = p.id,
                   .summary = p.summary,
                   .takes = p.takes,
                   .gives = {form::object, &account_schema()},
                   .errors = {errc::invalid_input, errc::not_found, errc::conflict,
                              errc::address_taken, errc::unavailable},
                   .query = {},
                   .run = [&n, run = p.run](call& c) { return run(n, c); },
                   .success = p.success});
  return out;
}

} // namespace uzel::rest
