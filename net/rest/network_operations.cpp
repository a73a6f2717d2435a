// What is on the network: sessions, bindings, who had which address when.
#include "domain/entities/live.hpp"
#include "net/bodies/bodies.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/listing.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

#include <array>

namespace uzel::rest {
namespace {

using asio_reply = boost::asio::awaitable<reply>;
using form = body_shape::form;

std::string_view name_of(disconnect_outcome o) {
  static constexpr std::array<std::string_view, 5> names{"acknowledged", "session-unknown",
                                                         "refused", "no-answer", "not-possible"};
  return names[static_cast<std::size_t>(o)];
}

template <class T>
boost::asio::awaitable<net::answer<T>> fetch(const rest_neighbours& n, std::uint64_t id,
                                             journal_number at_least) {
  const auto found = co_await fetch_row(n, entity_of<T>(), id, at_least);
  if (!found)
    co_return found.error();
  T out;
  (void)from_row(*found, out);
  co_return out;
}

boost::asio::awaitable<net::answer<session_disconnected>>
end_at_nas(const rest_neighbours& n, account_id who, session_id which) {
  const disconnect_session question{who, which};
  const auto& home = n.shard_of(who);
  co_return co_await net::ask<session_disconnected>(*n.system, home, n.limit, question);
}

asio_reply disconnect(const rest_neighbours& n, call& c) {
  const auto found = co_await fetch<session>(n, c.id(0), c.at_least);
  if (!found)
    co_return refuse(found.error());
  const auto done = co_await end_at_nas(n, found->account, found->id);
  if (!done)
    co_return refuse(done.error());
  reply out;
  out.rests_on = done->commit;
  json_writer w{out.body};
  w.begin_object().member("outcome", name_of(done->outcome));
  w.member("error_cause", done->error_cause).member("commit", done->commit.value).end_object();
  co_return out;
}

reply removed(const binding& after) {
  reply out;
  out.rests_on = after.number;
  json_writer w{out.body};
  w.begin_object();
  write_members(w, entity_of<binding>(), to_row(after));
  w.member("commit", after.number.value).end_object();
  return out;
}

// Whether the NAS has let go of it, so that the next holder meets nobody.
bool is_gone(const session_disconnected& done) {
  return done.outcome == disconnect_outcome::acknowledged ||
         done.outcome == disconnect_outcome::session_unknown;
}

// The live session is disconnected first; only then the address is anybody's.
asio_reply remove_one_binding(const rest_neighbours& n, call& c) {
  const auto found = co_await fetch<binding>(n, c.id(0), c.at_least);
  if (!found)
    co_return refuse(found.error());
  const auto* forced = c.query.find("force");
  journal_number commit;
  bool ended = false;
  if (is_live(*found) && found->session) {
    const auto done = co_await end_at_nas(n, found->holder, found->session);
    const bool unknown = !done && done.error().code == errc::not_found;
    if (!done && !unknown)
      co_return refuse(done.error());
    if (done && !is_gone(*done) && !(forced && *forced == "true"))
      co_return refuse(errc::in_use, "the session was not disconnected (" +
                                       std::string{name_of(done->outcome)} +
                                       "); add ?force=true to free the address all the same");
    if (done)
      commit = done->commit;
    ended = true;
  }
  const remove_binding question{found->domain, found->id, found->address};
  const auto space = n.space(found->domain);
  const auto done = co_await net::ask<binding_removed>(*n.system, space, n.limit, question);
  if (done)
    co_return removed(done->after);
  // The Stop that followed the Disconnect may have freed it already.
  if (ended && done.error().code == errc::not_found) {
    auto gone = *found;
    gone.state = binding_state::free;
    gone.number = std::max(gone.number, commit);
    co_return removed(gone);
  }
  co_return refuse(done.error());
}

asio_reply quarantine(const rest_neighbours& n, call& c) {
  violations wrong;
  quarantine_form given;
  read_object(fields_of<quarantine_form>(), c.body, &given, "", wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  if (!given.domain)
    given.domain = routing_domain_id{1};
  const quarantine_address question{given.domain, given.address, given.until};
  const auto space = n.space(given.domain);
  if (!space)
    co_return refuse_fields({{"routing_domain_id", "there is no such routing domain"}});
  const auto done = co_await net::ask<binding_removed>(*n.system, space, n.limit, question);
  co_return done ? removed(done->after) : refuse(done.error());
}

// With ?at= it is one answer: who had that address at that time. Else it is a list.
asio_reply history(const rest_neighbours& n, const handler& list, call& c) {
  const auto* at = c.query.find("at");
  if (!at)
    co_return co_await list(c);
  violations wrong;
  const auto* text = c.query.find("address");
  const auto* domain = c.query.find("routing_domain_id");
  const auto address = parse_ipv4(text ? *text : std::string{});
  const auto when = parse_instant(*at);
  if (!address)
    wrong.push_back({"address", "must be an IPv4 address"});
  if (!when)
    wrong.push_back({"at", "must be a time such as 2026-01-31T12:00:00Z"});
  const auto number =
    parse(*entity_of<address_use>().find("routing_domain_id"), domain ? *domain : "1");
  if (!number || number->number < 1)
    wrong.push_back({"routing_domain_id", "must be the number of a routing domain"});
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  const find_holder question{static_cast<std::uint64_t>(number->number), address->value, *when};
  const auto page = co_await net::ask<rows_listed>(*n.system, n.storage, n.limit, question);
  if (!page)
    co_return refuse(page.error());
  reply out;
  out.body = page_of(entity_of<address_use>(), *page);
  co_return out;
}

operation history_operation(const rest_neighbours& n) {
  auto out = list_operation(n, entity_of<address_use>(), permission{"history.read"});
  out.summary = "Lists who used an address when; with address and at: who had it at that time.";
  out.query.push_back({"at", "A time: only who had `address` then."});
  out.run = [&n, list = out.run](call& c) { return history(n, list, c); };
  return out;
}

} // namespace

std::vector<operation> live_lists(const rest_neighbours& n) {
  const permission accounts{"accounts.read"};
  const permission bindings{"bindings.read"};
  const permission sessions{"sessions.read"};
  std::vector<operation> out;
  out.push_back(list_operation(n, entity_of<access_row>(), accounts));
  out.push_back(list_operation(n, entity_of<static_address_row>(), accounts));
  out.push_back(list_operation(n, entity_of<subscription_row>(), accounts));
  out.push_back(list_operation(n, entity_of<binding>(), bindings));
  out.push_back(show_operation(n, entity_of<binding>(), bindings));
  out.push_back(list_operation(n, entity_of<session>(), sessions));
  out.push_back(show_operation(n, entity_of<session>(), sessions));
  out.push_back(list_operation(n, entity_of<nas_state>(), permission{"nases.read"}));
  out.push_back(history_operation(n));
  return out;
}

std::vector<operation> network_operations(const rest_neighbours& n) {
  const auto* one_binding = &schema_of(entity_of<binding>());
  std::vector<operation> out;
  out.push_back({.verb = http::verb::post,
                 .path = "/api/v1/sessions/{id}/disconnect",
                 .needs = permission{"sessions.disconnect"},
                 .id = "sessions.disconnect",
                 .summary = "Asks the NAS to end a session (RFC 5176) and tells what it said.",
                 .takes = {},
                 .gives = {form::any, nullptr},
                 .errors = {errc::not_found, errc::unavailable},
                 .query = {{"at_least", "Commit number that the search must include."}},
                 .run = [&n](call& c) { return disconnect(n, c); }});
  out.push_back({.verb = http::verb::del,
                 .path = "/api/v1/bindings/{id}",
                 .needs = permission{"bindings.write"},
                 .id = "bindings.remove",
                 .summary = "Frees an address; its live session is disconnected first.",
                 .takes = {},
                 .gives = {form::object, one_binding},
                 .errors = {errc::not_found, errc::in_use, errc::unavailable},
                 .query = {{"force", "true: free it even when the NAS did not end the session."}},
                 .run = [&n](call& c) { return remove_one_binding(n, c); }});
  out.push_back(
    {.verb = http::verb::post,
     .path = "/api/v1/bindings/quarantine",
     .needs = permission{"bindings.write"},
     .id = "bindings.quarantine",
     .summary = "Puts an address out of use until a time, or back into use.",
     .takes = {form::object, &schema_for<quarantine_form>()},
     .gives = {form::object, one_binding},
     .errors = {errc::invalid_input, errc::in_use, errc::outside_range, errc::unavailable},
     .query = {},
     .run = [&n](call& c) { return quarantine(n, c); }});
  return out;
}

} // namespace uzel::rest
