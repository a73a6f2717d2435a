// What people edit: the same five operations for every entity of the desk.
#include "domain/entities/desk.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/desk_edit.hpp"
#include "net/rest/listing.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

namespace uzel::rest {
namespace {

using asio_reply = boost::asio::awaitable<reply>;

// What the operations of one entity share; `passwords` outlives them.
struct desk_context {
  const rest_neighbours& n;
  http::password_pool& passwords;
  const entity& e;
};

reply settled(const entity& e, const desk_settled& done, unsigned status) {
  reply out;
  out.status = status;
  out.rests_on = done.commit;
  json_writer w{out.body};
  w.begin_object();
  write_members(w, e, done.after);
  w.member("commit", done.commit.value).end_object();
  return out;
}

pool pool_from(const row& fields) {
  pool out;
  (void)from_row(fields, out);
  return out;
}

// The address spaces have the first word about ranges.
boost::asio::awaitable<std::optional<net::problem>>
hold_ranges(range_holds& holds, const pool* before, const pool* after) {
  const bool moves = before && after && before->routing_domain_id != after->routing_domain_id;
  if (before && (!after || moves)) {
    const check_range leave{pool_id{before->id}, routing_domain_id{before->routing_domain_id},
                            before->first, before->last, true};
    auto problem = co_await holds.hold(leave);
    if (problem)
      co_return problem;
  }
  const bool same =
    before && after && !moves && before->first == after->first && before->last == after->last;
  if (after && !same) {
    const check_range enter{before && !moves ? pool_id{before->id} : pool_id{},
                            routing_domain_id{after->routing_domain_id}, after->first, after->last,
                            false};
    auto problem = co_await holds.hold(enter);
    if (problem)
      co_return problem;
  }
  co_return std::nullopt;
}

// No column of the desk refers to live rows, so the account itself is asked.
boost::asio::awaitable<std::optional<reply>> check_account(const rest_neighbours& n,
                                                           const row& fields) {
  subscriber_options wish;
  (void)from_row(fields, wish);
  const account_id who{wish.account_id};
  const show_account question{who};
  const auto& home = n.shard_of(who);
  const auto found = co_await net::ask<account_shown>(*n.system, home, n.limit, question);
  if (found)
    co_return std::nullopt;
  if (found.error().code != errc::not_found)
    co_return refuse(found.error());
  co_return refuse_fields({{"account_id", "there is no account " + std::to_string(who.value)}});
}

// Rules that reach beyond one row.
boost::asio::awaitable<std::optional<reply>> check_beyond(const desk_context& x, range_holds& holds,
                                                          const row* before, const row* after) {
  if (&x.e == &entity_of<pool>()) {
    const auto old_pool = before ? pool_from(*before) : pool{};
    const auto new_pool = after ? pool_from(*after) : pool{};
    const auto problem =
      co_await hold_ranges(holds, before ? &old_pool : nullptr, after ? &new_pool : nullptr);
    if (problem)
      co_return refuse(*problem);
  }
  if (&x.e == &entity_of<subscriber_options>() && after) {
    const auto refused = co_await check_account(x.n, *after);
    if (refused)
      co_return refused;
  }
  if (&x.e == &entity_of<device>() && after && before) {
    device changed;
    (void)from_row(*after, changed);
    if (closes_a_loop(*x.n.desk->current(), changed.id, changed.uplink_device_id))
      co_return refuse_fields({{"uplink_device_id", "would close a loop of uplinks"}});
  }
  co_return std::nullopt;
}

asio_reply create(const desk_context& x, call& c) {
  auto input = co_await new_object(x.n, x.passwords, x.e, c);
  if (input.refused)
    co_return *input.refused;
  range_holds holds{x.n};
  const auto refused = co_await check_beyond(x, holds, nullptr, &input.fields);
  if (refused)
    co_return *refused;
  const desk_create question{std::string{x.e.name}, std::move(input.fields), c.who.login};
  const auto done = co_await net::ask<desk_settled>(*x.n.system, x.n.storage, x.n.limit, question);
  co_return done ? settled(x.e, *done, 201) : refuse(done.error());
}

asio_reply change(const desk_context& x, call& c) {
  const auto id = c.id(0);
  const auto before = co_await fetch_row(x.n, x.e, id, c.at_least);
  if (!before)
    co_return refuse(before.error());
  auto input = co_await changed_object(x.n, x.passwords, x.e, *before, c);
  if (input.refused)
    co_return *input.refused;
  range_holds holds{x.n};
  const auto refused = co_await check_beyond(x, holds, &*before, &input.fields);
  if (refused)
    co_return *refused;
  desk_change question{std::string{x.e.name}, id, input.expected_version,
                       input.changed,         {}, c.who.login};
  for (const auto i : input.changed)
    question.fields.push_back(input.fields[i]);
  const auto done = co_await net::ask<desk_settled>(*x.n.system, x.n.storage, x.n.limit, question);
  co_return done ? settled(x.e, *done, 200) : refuse(done.error());
}

asio_reply remove(const desk_context& x, call& c) {
  const auto id = c.id(0);
  const auto before = co_await fetch_row(x.n, x.e, id, c.at_least);
  if (!before)
    co_return refuse(before.error());
  range_holds holds{x.n};
  const auto refused = co_await check_beyond(x, holds, &*before, nullptr);
  if (refused)
    co_return *refused;
  const desk_remove question{std::string{x.e.name}, id, c.who.login};
  const auto done = co_await net::ask<desk_settled>(*x.n.system, x.n.storage, x.n.limit, question);
  if (!done)
    co_return refuse(done.error());
  reply out;
  out.status = 204;
  out.rests_on = done->commit;
  co_return out;
}

struct desk_names {
  const entity* e;
  permission read;
  permission write;
};

void declare(const desk_names& names, const rest_neighbours& n, http::password_pool& passwords,
             std::vector<operation>& out) {
  using form = body_shape::form;
  const auto& e = *names.e;
  const auto* shape = &schema_of(e);
  const desk_context x{n, passwords, e};
  const auto one = path_of(e) + "/{id}";
  const std::string name{e.name};
  const std::string plural{e.plural};
  out.push_back(list_operation(n, e, names.read));
  out.push_back(show_operation(n, e, names.read));
  out.push_back({.verb = http::verb::post,
                 .path = path_of(e),
                 .needs = names.write,
                 .id = plural + ".create",
                 .summary = "Creates one of " + plural + ".",
                 .takes = {form::object, shape},
                 .gives = {form::object, shape},
                 .errors = {errc::invalid_input, errc::conflict, errc::unavailable},
                 .query = {},
                 .run = [x](call& c) { return create(x, c); },
                 .success = 201});
  out.push_back({.verb = http::verb::patch,
                 .path = one,
                 .needs = names.write,
                 .id = plural + ".change",
                 .summary = "Changes one of " + plural + ".",
                 .takes = {form::partial, shape},
                 .gives = {form::object, shape},
                 .errors = {errc::invalid_input, errc::not_found, errc::conflict,
                            errc::stale_version, errc::unavailable},
                 .query = {},
                 .run = [x](call& c) { return change(x, c); }});
  out.push_back({.verb = http::verb::del,
                 .path = one,
                 .needs = names.write,
                 .id = plural + ".remove",
                 .summary = "Removes one of " + plural + ".",
                 .takes = {},
                 .gives = {},
                 .errors = {errc::not_found, errc::in_use, errc::unavailable},
                 .query = {},
                 .run = [x](call& c) { return remove(x, c); },
                 .success = 204});
}

} // namespace

std::vector<operation> desk_operations(const rest_neighbours& n, http::password_pool& passwords) {
  const desk_names all[] = {
    {&entity_of<routing_domain>(), permission{"routing_domains.read"},
     permission{"routing_domains.write"}},
    {&entity_of<client>(), permission{"clients.read"}, permission{"clients.write"}},
    {&entity_of<nas>(), permission{"nases.read"}, permission{"nases.write"}},
    {&entity_of<device>(), permission{"devices.read"}, permission{"devices.write"}},
    {&entity_of<port>(), permission{"ports.read"}, permission{"ports.write"}},
    {&entity_of<service>(), permission{"services.read"}, permission{"services.write"}},
    {&entity_of<pool>(), permission{"pools.read"}, permission{"pools.write"}},
    {&entity_of<network>(), permission{"networks.read"}, permission{"networks.write"}},
    {&entity_of<subscriber_options>(), permission{"subscriber_options.read"},
     permission{"subscriber_options.write"}},
    {&entity_of<staff>(), permission{"staff.read"}, permission{"staff.write"}},
  };
  std::vector<operation> out;
  for (const auto& names : all)
    declare(names, n, passwords, out);
  return out;
}

} // namespace uzel::rest
