// Parameters in the form that libpq sends them; no value ever becomes a part of a text of SQL.
#pragma once

#include "storage/database.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace uzel::storage::postgresql {

// Integers go as digits, texts as bytes: the server infers the types of $n. Valid until the next
// call, and as long as the parameters.
class arguments {
 public:
  void of(std::span<const parameter> with);
  // One array per column: cells are rows one after another, and a column is of texts when its
  // first value is one.
  void of_columns(std::span<const parameter> cells, std::size_t columns);

  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void clear();
  void add(const char* bytes, std::size_t length, bool binary);

  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_; // 1 = binary
  std::vector<std::array<char, 24>> digits_;
  std::vector<std::string> arrays_;
};

} // namespace uzel::storage::postgresql
