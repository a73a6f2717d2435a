// The OpenAPI 3.1 page, made of the declarations.
#include "net/rest/refusal.hpp"
#include "net/rest/resources.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

namespace uzel::rest {
namespace {

using form = body_shape::form;

std::string reference_to(std::string_view name) {
  return "#/components/schemas/" + std::string{name};
}

void write_reference(json_writer& w, std::string_view name) {
  w.begin_object().member("$ref", reference_to(name)).end_object();
}

struct wire_type {
  std::string_view type;
  std::string_view format;
};

wire_type wire_of(field_type t) {
  switch (t) {
  case field_type::boolean:
    return {"boolean", {}};
  case field_type::integer:
  case field_type::money:
  case field_type::reference:
    return {"integer", "int64"};
  case field_type::secret:
    return {"string", "password"};
  case field_type::ipv4:
    return {"string", "ipv4"};
  case field_type::instant:
    return {"string", "date-time"};
  default:
    return {"string", {}};
  }
}

bool may_be_null(const field& f) {
  const bool optional = !f.has(trait_required);
  return f.type == field_type::instant ||
         (optional && ((f.type == field_type::reference && f.minimum == 0) ||
                       f.type == field_type::ipv4 || f.type == field_type::mac));
}

void write_bounds(json_writer& w, const field& f) {
  constexpr auto any = std::numeric_limits<std::int64_t>::max();
  if (f.type == field_type::integer || f.type == field_type::money) {
    if (f.minimum != -any)
      w.member("minimum", f.minimum);
    if (f.maximum != any)
      w.member("maximum", f.maximum);
  }
  if (f.type == field_type::text || f.type == field_type::login || f.type == field_type::secret) {
    if (f.minimum > 0)
      w.member("minLength", f.minimum);
    if (f.maximum != any)
      w.member("maxLength", f.maximum);
  }
}

void write_field(json_writer& w, const schema_member& m) {
  const auto& f = *m.what;
  const auto wire = wire_of(f.type);
  w.begin_object().key("type");
  if (may_be_null(f))
    w.begin_array().text(wire.type).text("null").end_array();
  else
    w.text(wire.type);
  if (!wire.format.empty())
    w.member("format", wire.format);
  if (!f.choices.empty()) {
    w.key("enum").begin_array();
    for (const auto& c : f.choices)
      w.text(c.name);
    w.end_array();
  }
  write_bounds(w, f);
  if (m.read_only)
    w.member("readOnly", true);
  w.member("description", m.doc).end_object();
}

void write_member(json_writer& w, const schema_member& m) {
  if (m.what)
    return write_field(w, m);
  if (!m.many)
    return write_reference(w, m.inner->name);
  w.begin_object().member("type", "array").key("items");
  write_reference(w, m.inner->name);
  if (m.read_only)
    w.member("readOnly", true);
  w.member("description", m.doc).end_object();
}

// `partial`: for changes, where nothing must be given.
void write_schema(json_writer& w, const schema& s, bool partial) {
  w.begin_object().member("type", "object").member("description", s.doc);
  w.key("properties").begin_object();
  for (const auto& m : s.members) {
    if (partial && m.read_only)
      continue;
    w.key(m.name);
    write_member(w, m);
  }
  w.end_object();
  if (!partial) {
    w.key("required").begin_array();
    for (const auto& m : s.members)
      if (m.required && !m.read_only)
        w.text(m.name);
    w.end_array();
  }
  w.end_object();
}

void write_problem_schema(json_writer& w) {
  w.raw(R"({"type":"object","description":"A refusal (RFC 9457).","properties":{)"
        R"("type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},)"
        R"("detail":{"type":"string"},"violations":{"type":"array","items":{"type":"object",)"
        R"("properties":{"field":{"type":"string"},"problem":{"type":"string"}}}}}})");
}

void write_shape(json_writer& w, const body_shape& b) {
  switch (b.how) {
  case form::object:
    return write_reference(w, b.of->name);
  case form::partial:
    return write_reference(w, b.of->name + "Change");
  case form::list:
  case form::lines:
    w.begin_object().member("type", "array").key("items");
    write_reference(w, b.of->name);
    w.end_object();
    return;
  case form::page:
    w.begin_object().member("type", "object").key("properties").begin_object();
    w.key("items").begin_object().member("type", "array").key("items");
    write_reference(w, b.of->name);
    w.end_object();
    w.key("next_cursor").raw(R"({"type":["string","null"]})").end_object().end_object();
    return;
  case form::none:
  case form::any:
    w.begin_object().member("type", "object").end_object();
  }
}

void write_content(json_writer& w, std::string_view type, const body_shape& b) {
  w.key("content").begin_object().key(type).begin_object().key("schema");
  write_shape(w, b);
  w.end_object().end_object();
}

void write_parameters(json_writer& w, const operation& o) {
  w.key("parameters").begin_array();
  for (std::size_t at = o.path.find('{'); at != std::string::npos; at = o.path.find('{', at + 1)) {
    w.begin_object().member("name", o.path.substr(at + 1, o.path.find('}', at) - at - 1));
    w.member("in", "path").member("required", true);
    w.key("schema").raw(R"({"type":"integer","format":"int64"})").end_object();
  }
  for (const auto& q : o.query) {
    w.begin_object().member("name", q.name).member("in", "query").member("description", q.doc);
    w.key("schema").raw(R"({"type":"string"})").end_object();
  }
  w.end_array();
}

// Refusals by status, with the codes that may stand behind each.
std::map<unsigned, std::string> refusals_of(const operation& o) {
  std::map<unsigned, std::set<std::string_view>> by_status;
  auto errors = o.errors;
  if (!o.needs.is_anyone())
    errors.insert(errors.end(), {errc::unauthenticated, errc::forbidden});
  for (const auto e : errors)
    by_status[status_of(e)].insert(name_of(e));
  if (o.takes_body())
    by_status[400].insert("malformed");
  std::map<unsigned, std::string> out;
  for (const auto& [status, names] : by_status)
    for (const auto& name : names)
      (out[status] += out[status].empty() ? "" : ", ") += name;
  return out;
}

void write_operation(json_writer& w, const operation& o) {
  w.begin_object().member("operationId", o.id).member("summary", o.summary);
  const auto permission_name = o.needs.is_anyone() ? std::string_view{"anyone"} : o.needs.name();
  w.member("x-permission", permission_name);
  if (o.needs.is_anyone())
    w.key("security").begin_array().end_array();
  write_parameters(w, o);
  if (o.takes_body()) {
    w.key("requestBody").begin_object().member("required", true);
    write_content(w, "application/json", o.takes);
    w.end_object();
  }
  w.key("responses").begin_object().key(std::to_string(o.success)).begin_object();
  w.member("description", "Done.");
  if (o.gives.how != form::none)
    write_content(w, "application/json", o.gives);
  w.end_object();
  for (const auto& [status, names] : refusals_of(o)) {
    w.key(std::to_string(status)).begin_object().member("description", names);
    w.key("content").raw(
      R"({"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}})");
    w.end_object();
  }
  w.end_object().end_object();
}

void collect(const schema* s, std::map<std::string, const schema*>& out) {
  if (!s || !out.emplace(s->name, s).second)
    return;
  for (const auto& m : s->members)
    collect(m.inner, out);
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

void write_paths(json_writer& w, const std::vector<operation>& all) {
  std::map<std::string, std::map<std::string, const operation*>> by_path;
  for (const auto& o : all)
    by_path[o.path][lower(http::name_of(o.verb))] = &o;
  w.key("paths").begin_object();
  for (const auto& [path, verbs] : by_path) {
    w.key(path).begin_object();
    for (const auto& [verb, o] : verbs) {
      w.key(verb);
      write_operation(w, *o);
    }
    w.end_object();
  }
  w.end_object();
}

} // namespace

std::string openapi_of(const std::vector<operation>& all) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("openapi", "3.1.0").key("info").begin_object();
  w.member("title", "Uzel").member("version", "1").end_object();
  w.key("security").raw(R"([{"bearer":[]}])");
  write_paths(w, all);
  std::map<std::string, const schema*> schemas;
  for (const auto& o : all) {
    collect(o.takes.of, schemas);
    collect(o.gives.of, schemas);
  }
  w.key("components").begin_object().key("securitySchemes");
  w.raw(R"({"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT"}})");
  w.key("schemas").begin_object();
  for (const auto& [name, s] : schemas) {
    w.key(name);
    write_schema(w, *s, false);
  }
  std::set<std::string> changes;
  for (const auto& o : all)
    if (o.takes.how == form::partial && changes.insert(o.takes.of->name).second)
      write_schema(w.key(o.takes.of->name + "Change"), *o.takes.of, true);
  write_problem_schema(w.key("Problem"));
  w.end_object().end_object().end_object();
  return out;
}

} // namespace uzel::rest
