// Declared once: an entity is a struct plus one table of its fields; storage and net interpret the
// table.
#pragma once

#include "domain/entities/value.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace uzel {

// How a field is written in JSON, in a column and in a form.
enum class field_type : std::uint8_t {
  boolean,
  integer,
  money,
  text,
  secret,
  choice,
  ipv4,
  prefix4,
  mac,
  instant,
  reference,
  login,
  permissions,
};

// What may be done with a field; combine with |.
enum field_trait : std::uint16_t {
  trait_none = 0,
  trait_required = 1,  // must be given when the object is made
  trait_read_only = 2, // set by the system
  trait_unique = 4,
  trait_filter = 8, // may stand in ?name=
  trait_sort = 16,
  trait_search = 32, // free-text search looks here
};

// One allowed value of a choice: its name outside and its number in storage.
struct choice {
  std::string_view name;
  std::int64_t number;
};

struct field {
  std::string_view name; // JSON key and column
  field_type type;
  std::uint16_t traits;
  std::int64_t minimum; // integer: bounds; text: length in bytes
  std::int64_t maximum;
  std::span<const choice> choices; // choice only
  std::string_view target;         // reference only: the entity it names
  std::string_view doc;
  value (*read)(const void* object);
  // Stores a value of the right kind and bounds; says what is wrong otherwise (empty = fine).
  std::string (*write)(void* object, const value& v);

  constexpr bool has(field_trait t) const { return (traits & t) != 0; }
};

// Which class of architecture section «store» writes its table.
enum class writing_class : std::uint8_t { desk, live };

struct entity {
  std::string_view name;   // "client"
  std::string_view plural; // "clients": path segment and table
  writing_class written_by;
  std::string_view doc;
  std::span<const field> fields;

  const field* find(std::string_view field_name) const;
  std::size_t index_of(std::string_view field_name) const; // fields.size() when there is none
};

// The table of T; specialised in tables.cpp for every entity.
template <class T>
const entity& entity_of();

// All entities in the order in which their tables are made; name lookup for generic code.
std::span<const entity* const> all_entities();
const entity* find_entity(std::string_view name_or_plural);

// Between a typed object and its row (one value per field, in table order).
template <class T>
row to_row(const T& object) {
  row out;
  out.reserve(entity_of<T>().fields.size());
  for (const auto& f : entity_of<T>().fields)
    out.push_back(f.read(&object));
  return out;
}
template <class T>
[[nodiscard]] violations from_row(const row& in, T& object) {
  violations out;
  const auto& fields = entity_of<T>().fields;
  for (std::size_t i = 0; i < fields.size() && i < in.size(); ++i)
    if (auto problem = fields[i].write(&object, in[i]); !problem.empty())
      out.push_back({std::string{fields[i].name}, std::move(problem)});
  return out;
}

} // namespace uzel
