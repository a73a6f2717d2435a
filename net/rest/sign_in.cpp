// Signing in, and what the API tells of itself.
#include "domain/entities/codec.hpp"
#include "domain/entities/desk.hpp"
#include "net/bodies/bodies.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/api.hpp"
#include "net/rest/refusal.hpp"

namespace uzel::rest {
namespace {

using form = body_shape::form;

boost::asio::awaitable<net::answer<staff>> find_staff(const rest_neighbours& n,
                                                      const std::string& login) {
  const auto& e = entity_of<staff>();
  list_rows question;
  question.entity = std::string{e.name};
  question.filters = {
    {static_cast<std::uint32_t>(e.index_of("login")), filter_test::equal, value{login}}};
  question.limit = 1;
  const auto found = co_await net::ask<rows_listed>(*n.system, n.storage, n.limit, question);
  if (!found)
    co_return found.error();
  staff who;
  if (!found->rows.empty())
    (void)from_row(found->rows.front(), who);
  co_return who;
}

reply signed_in_reply(const caller& who, const std::string& token, instant expires) {
  reply out;
  json_writer w{out.body};
  w.begin_object().member("token", token).member("expires", render_instant(expires));
  w.member("login", who.login).member("name", who.name).key("permissions").begin_array();
  for (const auto& p : who.permissions)
    w.text(p);
  w.end_array().end_object();
  return out;
}

boost::asio::awaitable<reply> show_permissions(call&) {
  reply out;
  json_writer w{out.body};
  w.begin_object().key("items").begin_array();
  for (const auto& p : permission_catalogue())
    w.begin_object().member("name", p.name).member("doc", p.doc).end_object();
  w.end_array().end_object();
  co_return out;
}

boost::asio::awaitable<reply> show_me(call& c) {
  reply out;
  json_writer w{out.body};
  w.begin_object().member("id", c.who.id).member("login", c.who.login).member("name", c.who.name);
  w.key("permissions").begin_array();
  for (const auto& p : c.who.permissions)
    w.text(p);
  w.end_array().end_object();
  co_return out;
}

} // namespace

boost::asio::awaitable<reply> api::sign_in(call& c) {
  login_form given;
  violations wrong;
  read_object(fields_of<login_form>(), c.body, &given, "", wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  const auto who = co_await find_staff(neighbours_, given.login);
  if (!who)
    co_return refuse(who.error());
  const bool may = !who->password_hash.empty() && who->enabled && who->login == given.login;
  const auto hash = may ? who->password_hash : std::string{};
  const auto right = co_await passwords_.verify(given.password, hash);
  if (!right)
    co_return refuse(errc::rate_limited, "too many people sign in at this moment");
  if (!*right)
    co_return refuse(errc::unauthenticated, "the login or the password is wrong");
  const auto now = neighbours_.time->now();
  const auto expires = now + settings_.token_lifetime;
  const caller me{who->id, who->login, who->name, split_permissions(who->permissions), now};
  const auto token = key_.sign(me, now, expires);
  if (!token)
    co_return refuse(errc::unavailable, "the token cannot be signed");
  c.who = me; // for the audit line
  co_return signed_in_reply(me, *token, expires);
}

std::vector<operation> api::own_operations() {
  std::vector<operation> out;
  out.push_back({.verb = http::verb::post,
                 .path = "/api/v1/login",
                 .needs = anyone,
                 .id = "login",
                 .summary = "Signs a member of staff in.",
                 .takes = {form::object, &schema_for<login_form>()},
                 .gives = {form::any, nullptr},
                 .errors = {errc::unauthenticated, errc::rate_limited},
                 .query = {},
                 .run = [this](call& c) { return sign_in(c); },
                 .success = 200,
                 .bounded_by_rate = true});
  out.push_back({.verb = http::verb::get,
                 .path = "/api/v1/me",
                 .needs = signed_in,
                 .id = "me",
                 .summary = "Tells who is signed in and what he may do.",
                 .takes = {},
                 .gives = {form::any, nullptr},
                 .errors = {errc::unauthenticated},
                 .query = {},
                 .run = show_me});
  out.push_back({.verb = http::verb::get,
                 .path = "/api/v1/permissions",
                 .needs = signed_in,
                 .id = "permissions",
                 .summary = "Lists the permissions that staff may have.",
                 .takes = {},
                 .gives = {form::any, nullptr},
                 .errors = {errc::unauthenticated},
                 .query = {},
                 .run = show_permissions});
  out.push_back({.verb = http::verb::get,
                 .path = "/api/v1/openapi.json",
                 .needs = anyone,
                 .id = "openapi",
                 .summary = "Describes this API (OpenAPI 3.1).",
                 .takes = {},
                 .gives = {form::any, nullptr},
                 .errors = {errc::unavailable},
                 .query = {},
                 .run = [this](call&) -> boost::asio::awaitable<reply> {
                   reply page;
                   page.body = openapi_;
                   co_return page;
                 }});
  return out;
}

} // namespace uzel::rest
