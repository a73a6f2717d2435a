// What a body may look like: the field tables of domain/entities, read from and written to JSON,
// with everything that is wrong told at once.
#pragma once

#include "domain/entities/codec.hpp"
#include "domain/entities/entity.hpp"
#include "net/json/json.hpp"

#include <string_view>
#include <vector>

namespace uzel::rest {

struct schema;

// A member of an object: a field of a table, or objects inside.
struct schema_member {
  std::string_view name;
  const field* what = nullptr;   // null: `inner`
  const schema* inner = nullptr; // an object
  bool many = false;             // an array of it
  bool required = false;
  bool read_only = false;
  std::string_view doc = {};
};

// A named object. `name` is what OpenAPI calls it ("Client").
struct schema {
  std::string name;
  std::string_view doc;
  std::vector<schema_member> members;

  const schema_member* find(std::string_view member_name) const;
};

// All fields of an entity as the API shows and takes them.
const schema& schema_of(const entity& e);
// "routing_domain" -> "RoutingDomain".
std::string type_name(std::string_view snake);

// JSON to the outside form of a field. The problem is empty when it fits; bounds are checked by
// whoever writes the field.
struct read_value {
  value what;
  std::string problem;
};
read_value to_value(const field& f, const json& from);
// Secrets are shown as "***", instants as RFC 3339.
void write_value(json_writer& out, const field& f, const value& v);
void write_members(json_writer& out, const entity& e, const row& r);

// What a JSON object says about the fields of a row.
struct read_row {
  row fields;                         // in table order; what was not given is as in `base`
  std::vector<std::uint32_t> changed; // indexes of what was given
  violations wrong;                   // unknown, read-only, repeated, malformed
};
read_row to_row(const entity& e, const json& from, row base);
// Fields that must be given when the object is made and were not.
void add_missing(const entity& e, const read_row& in, violations& wrong);

// Reads a JSON object into a struct whose members the table writes; everything wrong is added,
// fields prefixed (as in "accesses[2].").
void read_object(std::span<const field> fields, const json& from, void* object,
                 std::string_view prefix, violations& wrong);

} // namespace uzel::rest
