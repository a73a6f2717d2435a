// A value without its C++ type: how storage and net carry fields of any entity.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uzel {

struct value {
  enum class kind_type : std::uint8_t { null, boolean, integer, text };

  kind_type kind = kind_type::null;
  std::int64_t number = 0; // boolean: 0 or 1
  std::string text;

  value() = default;
  explicit value(bool b) : kind{kind_type::boolean}, number{b ? 1 : 0} {}
  explicit value(std::int64_t n) : kind{kind_type::integer}, number{n} {}
  explicit value(std::string t) : kind{kind_type::text}, text{std::move(t)} {}
  bool is_null() const { return kind == kind_type::null; }
  bool operator==(const value&) const = default;
};

// The fields of one object in the order of its entity's table.
using row = std::vector<value>;

template <class Inspector>
auto inspect(Inspector& f, value& x) {
  return f(x.kind, x.number, x.text);
}

} // namespace uzel
