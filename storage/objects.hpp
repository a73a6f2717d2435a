// Typed objects to parameters and back, by the columns that their entity declares.
#pragma once

#include "domain/entities/codec.hpp"
#include "domain/entities/stored.hpp"
#include "storage/database.hpp"

#include <deque>
#include <span>
#include <string>
#include <vector>

namespace uzel::storage {

// Reads the columns of T from `first` on.
template <class T>
void read_object(const row_view& from, T& out, std::size_t first = 0) {
  const auto columns = columns_of<T>();
  const auto& fields = entity_of<T>().fields;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& c = columns[i];
    if (!c.is_text)
      c.set_number(&out, from.integer(first + i));
    else if (fields[i].type == field_type::secret)
      c.text(&out) = secret_from_stored(from.text(first + i));
    else
      c.text(&out) = text_from_stored(from.text(first + i));
  }
}

// Whether a text is stored as it is.
inline bool is_plain(std::string_view text) {
  for (const char c : text)
    if (c < ' ' || c == '\\' || c == 127) // also every byte beyond ASCII where char is signed
      return false;
  return true;
}

// The parameters of one object after another, without allocating for plain ones.
class object_parameters {
 public:
  // Valid until the next call, and only as long as the object.
  template <class T>
  std::span<const parameter> of(const T& object) {
    clear();
    add(object);
    return parameters_;
  }
  void clear() {
    parameters_.clear();
    escaped_.clear();
  }
  // One more row after those since clear().
  template <class T>
  void add(const T& object) {
    const auto columns = columns_of<T>();
    const auto& fields = entity_of<T>().fields;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& c = columns[i];
      if (!c.is_text) {
        parameters_.emplace_back(c.number(&object));
        continue;
      }
      const std::string& text = c.text(const_cast<T*>(&object)); // read only
      if (fields[i].type == field_type::secret)
        parameters_.emplace_back(escaped_.emplace_back(stored_secret(text)));
      else if (is_plain(text))
        parameters_.emplace_back(text);
      else
        parameters_.emplace_back(escaped_.emplace_back(stored_text(text)));
    }
  }
  std::span<const parameter> all() const { return parameters_; }

 private:
  std::vector<parameter> parameters_;
  std::deque<std::string> escaped_;
};

// A row of any entity in its outside form.
row read_row(const entity& e, const row_view& from);
// The stored form of a row; invalid_input where a value is not of its field's type.
result<std::vector<value>> stored_row(const entity& e, const row& outside);

} // namespace uzel::storage
