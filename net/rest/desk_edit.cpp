#include "net/rest/desk_edit.hpp"

#include "domain/entities/codec.hpp"
#include "domain/entities/desk.hpp"
#include "net/bridge/ask.hpp"
#include "net/rest/option_text.hpp"
#include "net/rest/refusal.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <charconv>

namespace uzel::rest {
namespace {

constexpr std::string_view password_member = "password";
constexpr std::string_view hash_field = "password_hash";
constexpr std::size_t shortest_password = 8;
constexpr std::size_t longest_password = 1024;

// People give passwords; the table keeps hashes.
void rename_password(json& body, violations& wrong) {
  for (auto& [name, member] : body.members) {
    if (name == hash_field) {
      name = "password_hash?";
    } else if (name == password_member) {
      name = hash_field;
      const auto size = member.text.size();
      if (member.kind != json::type::text || size < shortest_password || size > longest_password) {
        if (member.text == "***")
          continue;
        wrong.push_back({std::string{password_member}, "must be a text of 8 to 1024 bytes"});
        member = json{};
      }
    }
  }
}

bool is_staff(const entity& e) {
  return &e == &entity_of<staff>();
}

// A secret that comes back as it was shown is not meant.
void drop_masked(const entity& e, read_row& in, const row& before) {
  std::erase_if(in.changed, [&](std::uint32_t i) {
    if (e.fields[i].type != field_type::secret || in.fields[i].text != "***")
      return false;
    in.fields[i] = before[i];
    return true;
  });
}

void show_own_names(const entity& e, violations& wrong) {
  if (is_staff(e))
    for (auto& v : wrong)
      if (v.field == hash_field)
        v.field = password_member;
}

boost::asio::awaitable<std::optional<reply>> close_secrets(const rest_neighbours& n,
                                                           http::password_pool& passwords,
                                                           const entity& e, desk_input& in) {
  for (const auto i : in.changed) {
    const auto& f = e.fields[i];
    auto& secret = in.fields[i].text;
    if (f.type != field_type::secret || secret.empty())
      continue;
    if (is_staff(e)) {
      auto hash = co_await passwords.hash(secret);
      if (!hash)
        co_return refuse(static_cast<errc>(hash.error().value()));
      secret = std::move(*hash);
      continue;
    }
    auto sealed = n.seal_secret(e.name, f.name, secret);
    if (!sealed)
      co_return refuse(errc::unavailable, "the secret cannot be sealed");
    secret = std::move(*sealed);
  }
  co_return std::nullopt;
}

violations problems_of(const entity& e, const row& fields) {
  auto out = check_row(e, fields);
  check_option_texts(e, fields, out);
  return out;
}

// What the row's own checks say, without what is excused: it stood wrong there before and is not
// touched.
void add_new_problems(const entity& e, const row& after, const violations& excused,
                      violations& wrong) {
  for (auto& v : problems_of(e, after)) {
    const bool told = std::any_of(wrong.begin(), wrong.end(),
                                  [&](const violation& w) { return w.field == v.field; });
    if (!told && std::find(excused.begin(), excused.end(), v) == excused.end())
      wrong.push_back(std::move(v));
  }
}

} // namespace

std::uint64_t take_version(call& c, std::string_view member, violations& wrong) {
  std::uint64_t out = 0;
  auto text = c.request.header("if-match");
  while (!text.empty() && (text.front() == '"' || text.front() == ' '))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == '"' || text.back() == ' '))
    text.remove_suffix(1);
  if (!text.empty() && text != "*") {
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (bad != std::errc{} || end != text.data() + text.size())
      wrong.push_back({"If-Match", "must be a version"});
  }
  std::erase_if(c.body.members, [&](const auto& m) {
    if (m.first != member)
      return false;
    if (m.second.kind != json::type::integer || m.second.number < 0)
      wrong.push_back({std::string{member}, "must be a version"});
    else if (out == 0)
      out = static_cast<std::uint64_t>(m.second.number);
    return true;
  });
  return out;
}

boost::asio::awaitable<desk_input>
new_object(const rest_neighbours& n, http::password_pool& passwords, const entity& e, call& c) {
  desk_input out;
  violations wrong;
  if (is_staff(e))
    rename_password(c.body, wrong);
  auto read = to_row(e, c.body, default_row(e));
  wrong.insert(wrong.end(), read.wrong.begin(), read.wrong.end());
  show_own_names(e, wrong);
  add_missing(e, read, wrong);
  add_new_problems(e, read.fields, {}, wrong);
  out.fields = std::move(read.fields);
  out.changed = std::move(read.changed);
  if (!wrong.empty())
    out.refused = refuse_fields(wrong);
  else
    out.refused = co_await close_secrets(n, passwords, e, out);
  co_return out;
}

boost::asio::awaitable<desk_input> changed_object(const rest_neighbours& n,
                                                  http::password_pool& passwords, const entity& e,
                                                  const row& before, call& c) {
  desk_input out;
  violations wrong;
  out.expected_version = take_version(c, "version", wrong);
  if (is_staff(e))
    rename_password(c.body, wrong);
  auto read = to_row(e, c.body, before);
  drop_masked(e, read, before);
  wrong.insert(wrong.end(), read.wrong.begin(), read.wrong.end());
  show_own_names(e, wrong);
  auto excused = problems_of(e, before);
  std::erase_if(excused, [&](const violation& v) {
    return std::ranges::find(read.changed, e.index_of(v.field)) != read.changed.end();
  });
  add_new_problems(e, read.fields, excused, wrong);
  out.fields = std::move(read.fields);
  out.changed = std::move(read.changed);
  if (!wrong.empty())
    out.refused = refuse_fields(wrong);
  else
    out.refused = co_await close_secrets(n, passwords, e, out);
  co_return out;
}

bool closes_a_loop(const catalogue& desk, std::uint64_t device_number, std::uint64_t uplink) {
  // A chain longer than the table is a loop that stood there before.
  for (std::size_t steps = 0; uplink != 0 && steps <= desk.devices->size(); ++steps) {
    if (uplink == device_number)
      return true;
    const auto* const above = desk.find_device(device_id{uplink});
    uplink = above ? above->uplink_device_id : 0;
  }
  return uplink != 0;
}

range_holds::~range_holds() {
  for (const auto& one : held_)
    if (const auto space = n_.space(one.domain))
      caf::anon_send(space, one);
}

boost::asio::awaitable<std::optional<net::problem>> range_holds::hold(const check_range& what) {
  const auto space = n_.space(what.domain);
  if (!space)
    co_return net::problem{errc::invalid_input,
                           "there is no routing domain " + std::to_string(what.domain.value)};
  const auto checked = co_await net::ask<range_checked>(*n_.system, space, n_.limit, what);
  if (!checked)
    co_return checked.error();
  held_.push_back({checked->reservation, what.domain});
  co_return std::nullopt;
}

} // namespace uzel::rest
