// What the daemon tells of itself: store, clock, NASes as heard, alarms, decided logins.
#include "domain/entities/live.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

#include <algorithm>
#include <charconv>

namespace uzel::rest {
namespace {

using asio_reply = boost::asio::awaitable<reply>;
using form = body_shape::form;

void write_instant(json_writer& w, std::string_view name, instant t) {
  w.key(name);
  t ? w.text(render_instant(t)) : w.null();
}

asio_reply store(const rest_neighbours& n, call&) {
  const show_store question;
  const auto shown = co_await net::ask<store_shown>(*n.system, n.storage, n.limit, question);
  if (!shown)
    co_return refuse(shown.error());
  reply out;
  json_writer w{out.body};
  w.begin_object().member("store_id", shown->store_id).member("epoch", shown->epoch);
  w.member("synced", shown->synced.value).member("applied", shown->applied.value);
  w.member("behind_seconds", shown->behind_seconds);
  w.member("journal_bytes", shown->journal_bytes).member("segments", shown->segments);
  w.member("database_away", shown->database_away).member("parked_total", shown->parked_total);
  w.key("parked").begin_array();
  for (const auto& p : shown->parked)
    w.begin_object()
      .member("number", p.number.value)
      .member("key", p.key)
      .member("reason", p.reason)
      .end_object();
  w.end_array().end_object();
  co_return out;
}

reply clock_reply(const net::answer<clock_shown>& shown) {
  if (!shown)
    return refuse(shown.error());
  reply out;
  json_writer w{out.body};
  w.begin_object();
  write_instant(w, "now", shown->now);
  w.member("held", shown->held).member("reason", shown->reason).end_object();
  return out;
}

asio_reply clock(const rest_neighbours& n, call&) {
  const show_clock question;
  const auto shown = co_await net::ask<clock_shown>(*n.system, n.clock, n.limit, question);
  co_return clock_reply(shown);
}

asio_reply confirm(const rest_neighbours& n, call& c) {
  const confirm_clock question{c.who.login};
  const auto shown = co_await net::ask<clock_shown>(*n.system, n.clock, n.limit, question);
  co_return clock_reply(shown);
}

asio_reply live_nases(const rest_neighbours& n, call&) {
  const list_nases question;
  const auto found = co_await net::ask<nases_listed>(*n.system, n.nases, n.limit, question);
  if (!found)
    co_return refuse(found.error());
  reply out;
  json_writer w{out.body};
  w.begin_object().key("items").begin_array();
  for (const auto& r : found->rows) {
    out.rests_on = std::max(out.rests_on, r.state.number);
    w.begin_object();
    write_members(w, entity_of<nas_state>(), to_row(r.state));
    w.member("sessions", r.sessions);
    write_instant(w, "last_heard", r.last_heard);
    w.end_object();
  }
  w.end_array().end_object();
  co_return out;
}

asio_reply alarms(const rest_neighbours& n, call&) {
  const list_alarms question;
  const auto found = co_await net::ask<alarms_listed>(*n.system, n.events, n.limit, question);
  if (!found)
    co_return refuse(found.error());
  reply out;
  json_writer w{out.body};
  w.begin_object().key("items").begin_array();
  for (const auto& a : found->alarms) {
    w.begin_object();
    write_instant(w, "time", a.time);
    w.member("id", a.id).member("subject", a.subject).member("text", a.text).end_object();
  }
  w.end_array().end_object();
  co_return out;
}

// One of login, mac, address, account; everything wrong is added.
trace_query to_query(const call& c, violations& wrong) {
  trace_query out;
  int given = 0;
  const auto with = [&](std::string_view name, auto take) {
    if (const auto* text = c.query.find(name)) {
      ++given;
      take(*text);
    }
  };
  with("login", [&](const std::string& text) {
    out.login = text;
    if (text.empty() || text.size() > 253)
      wrong.push_back({"login", "must have 1 to 253 bytes"});
  });
  with("mac", [&](const std::string& text) {
    if (const auto mac = parse_mac(text))
      out.mac = *mac;
    else
      wrong.push_back({"mac", "must be a MAC address"});
  });
  with("address", [&](const std::string& text) {
    if (const auto address = parse_ipv4(text))
      out.address = *address;
    else
      wrong.push_back({"address", "must be an IPv4 address"});
  });
  with("account", [&](const std::string& text) {
    const auto end = text.data() + text.size();
    if (const auto [next, bad] = std::from_chars(text.data(), end, out.account.value);
        bad != std::errc{} || next != end || !out.account)
      wrong.push_back({"account", "must be the id of an account"});
  });
  if (given != 1)
    wrong.push_back({"", "exactly one of login, mac, address and account must be given"});
  if (const auto* language = c.query.find("lang")) {
    out.language = *language;
    if (out.language != "en" && out.language != "ru")
      wrong.push_back({"lang", "must be en or ru"});
  }
  return out;
}

void write_report(json_writer& w, const trace_report& r) {
  w.begin_object();
  write_instant(w, "time", r.time);
  w.member("login", r.login).key("mac");
  r.mac ? w.text(to_string(r.mac)) : w.null();
  w.member("nas", r.nas).key("account_id");
  r.account ? w.number(r.account.value) : w.null();
  w.member("verdict", r.verdict).member("why", r.why).key("address");
  r.address ? w.text(to_string(r.address)) : w.null();
  w.key("steps").begin_array();
  for (const auto& s : r.steps)
    w.begin_object()
      .member("microseconds", s.microseconds)
      .member("code", s.code)
      .member("text", s.text)
      .end_object();
  w.end_array().end_object();
}

asio_reply explain(const rest_neighbours& n, call& c) {
  violations wrong;
  const auto query = to_query(c, wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  if (!n.explain)
    co_return refuse(errc::unavailable);
  reply out;
  json_writer w{out.body};
  w.begin_object().key("items").begin_array();
  for (const auto& r : n.explain(query))
    write_report(w, r);
  w.end_array().end_object();
  co_return out;
}

struct plain {
  http::verb verb;
  const char* path;
  permission needs;
  const char* id;
  const char* summary;
  asio_reply (*run)(const rest_neighbours&, call&);
};

} // namespace

std::vector<operation> daemon_operations(const rest_neighbours& n) {
  const plain all[] = {
    {http::verb::get, "/api/v1/store", permission{"store.read"}, "store.show",
     "Tells how journal and database stand, and which records are parked.", store},
    {http::verb::get, "/api/v1/clock", permission{"clock.read"}, "clock.show",
     "Tells the time that live work goes by, and whether it is held.", clock},
    {http::verb::post, "/api/v1/clock/confirm", permission{"clock.confirm"}, "clock.confirm",
     "Confirms that the clock is right: expiry goes on.", confirm},
    {http::verb::get, "/api/v1/nases/live", permission{"nases.read"}, "nases.live",
     "Lists NASes as they were heard, with their open sessions.", live_nases},
    {http::verb::get, "/api/v1/alarms", permission{"alarms.read"}, "alarms.list",
     "Lists the latest alarms, newest first.", alarms},
    {http::verb::get, "/api/v1/explain", permission{"explain.read"}, "explain",
     "Tells why the latest logins of somebody were decided as they were.", explain},
  };
  std::vector<operation> out;
  for (const auto& p : all)
    out.push_back({.verb = p.verb,
                   .path = p.path,
                   .needs = p.needs,
                   .id = p.id,
                   .summary = p.summary,
                   .takes = {},
                   .gives = {form::any, nullptr},
                   .errors = {errc::unavailable},
                   .query = {},
                   .run = [&n, run = p.run](call& c) { return run(n, c); }});
  auto& asked = out.back();
  asked.errors = {errc::invalid_input, errc::unavailable};
  asked.query = {{"login", "A login."},
                 {"mac", "A MAC address."},
                 {"address", "An address that was asked for or given."},
                 {"account", "The id of an account."},
                 {"lang", "en or ru."}};
  return out;
}

} // namespace uzel::rest
