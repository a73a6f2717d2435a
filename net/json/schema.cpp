#include "net/json/schema.hpp"

#include "domain/instant.hpp"

#include <algorithm>
#include <map>

namespace uzel::rest {
namespace {

using kind = json::type;

// People give passwords; the table keeps their hashes.
std::string_view outside_name(const entity& e, const field& f) {
  return e.name == "staff" && f.name == "password_hash" ? "password" : f.name;
}

schema made_of(const entity& e) {
  schema out{type_name(e.name), e.doc, {}};
  for (const auto& f : e.fields)
    out.members.push_back(
      {f.name, &f, nullptr, false, f.has(trait_required), f.has(trait_read_only), f.doc});
  return out;
}

read_value text_value(const field& f, const json& from) {
  if (from.kind == kind::text)
    return {value{from.text}, {}};
  return {{},
          f.type == field_type::choice ? "must be one of the names as a text" : "must be a text"};
}

read_value instant_value(const json& from) {
  if (from.kind == kind::text)
    if (const auto t = parse_instant(from.text))
      return {value{t->us}, {}};
  return {{}, "must be a time such as 2026-01-31T12:00:00Z"};
}

std::string prefixed(std::string_view prefix, std::string_view name) {
  return std::string{prefix}.append(name);
}

// Calls take(member, field index) for each member that may be given; the rest is wrong.
template <class Take>
void match_members(std::span<const field> fields, const json& from, std::string_view prefix,
                   violations& wrong, Take take) {
  if (from.kind != kind::object) {
    wrong.push_back(
      {std::string{prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1)}, "must be an object"});
    return;
  }
  std::vector<bool> seen(fields.size());
  for (const auto& [name, member] : from.members) {
    const auto at = static_cast<std::size_t>(
      std::find_if(fields.begin(), fields.end(),
                   [&, n = std::string_view{name}](const field& f) { return f.name == n; }) -
      fields.begin());
    if (at == fields.size())
      wrong.push_back({prefixed(prefix, name.substr(0, 64)), "is not known"});
    else if (fields[at].has(trait_read_only))
      wrong.push_back({prefixed(prefix, name), "is set by the system"});
    else if (seen[at])
      wrong.push_back({prefixed(prefix, name), "is given twice"});
    else
      take(member, at);
    if (at < fields.size())
      seen[at] = true;
  }
}

} // namespace

const schema_member* schema::find(std::string_view member_name) const {
  for (const auto& m : members)
    if (m.name == member_name)
      return &m;
  return nullptr;
}

std::string type_name(std::string_view snake) {
  std::string out;
  bool upper = true;
  for (const char c : snake) {
    if (c == '_' || c == '-') {
      upper = true;
      continue;
    }
    out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    upper = false;
  }
  return out;
}

const schema& schema_of(const entity& e) {
  static const auto all = [] {
    std::map<std::string_view, schema> out;
    for (const auto* each : all_entities())
      out.emplace(each->name, made_of(*each));
    return out;
  }();
  return all.at(e.name);
}

read_value to_value(const field& f, const json& from) {
  if (from.is_null())
    return {};
  switch (f.type) {
  case field_type::boolean:
    if (from.kind == kind::boolean)
      return {value{from.number != 0}, {}};
    return {{}, "must be true or false"};
  case field_type::integer:
  case field_type::money:
  case field_type::reference:
    if (from.kind == kind::integer)
      return {value{from.number}, {}};
    return {{}, "must be a whole number"};
  case field_type::instant:
    return instant_value(from);
  default:
    return text_value(f, from);
  }
}

void write_value(json_writer& out, const field& f, const value& v) {
  if (f.type == field_type::secret) {
    out.text(v.text.empty() ? "" : "***");
    return;
  }
  switch (v.kind) {
  case value::kind_type::null:
    out.null();
    return;
  case value::kind_type::boolean:
    out.boolean(v.number != 0);
    return;
  case value::kind_type::text:
    out.text(v.text);
    return;
  case value::kind_type::integer:
    if (f.type == field_type::instant)
      out.text(render_instant(instant{v.number}));
    else
      out.number(v.number);
  }
}

void write_members(json_writer& out, const entity& e, const row& r) {
  for (std::size_t i = 0; i < e.fields.size() && i < r.size(); ++i)
    write_value(out.key(outside_name(e, e.fields[i])), e.fields[i], r[i]);
}

read_row to_row(const entity& e, const json& from, row base) {
  read_row out{std::move(base), {}, {}};
  match_members(e.fields, from, "", out.wrong, [&](const json& member, std::size_t at) {
    auto read = to_value(e.fields[at], member);
    if (!read.problem.empty()) {
      out.wrong.push_back({std::string{e.fields[at].name}, std::move(read.problem)});
      return;
    }
    out.fields[at] = std::move(read.what);
    out.changed.push_back(static_cast<std::uint32_t>(at));
  });
  return out;
}

void add_missing(const entity& e, const read_row& in, violations& wrong) {
  for (std::size_t i = 0; i < e.fields.size(); ++i) {
    const auto& f = e.fields[i];
    const bool told = std::any_of(wrong.begin(), wrong.end(),
                                  [&](const violation& v) { return v.field == f.name; });
    if (f.has(trait_required) && !f.has(trait_read_only) && !told &&
        std::find(in.changed.begin(), in.changed.end(), i) == in.changed.end())
      wrong.push_back({std::string{f.name}, "must be given"});
  }
}

void read_object(std::span<const field> fields, const json& from, void* object,
                 std::string_view prefix, violations& wrong) {
  std::vector<bool> given(fields.size());
  match_members(fields, from, prefix, wrong, [&](const json& member, std::size_t at) {
    const auto& f = fields[at];
    given[at] = true;
    auto read = to_value(f, member);
    if (read.problem.empty())
      read.problem = f.write(object, read.what);
    if (!read.problem.empty())
      wrong.push_back({prefixed(prefix, f.name), std::move(read.problem)});
  });
  if (from.kind == kind::object)
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].has(trait_required) && !fields[i].has(trait_read_only) && !given[i] &&
          !from.find(fields[i].name))
        wrong.push_back({prefixed(prefix, fields[i].name), "must be given"});
}

} // namespace uzel::rest
