// Whether two databases hold the same rows, and a short name for what one of them holds.
#pragma once

#include "storage/tables.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace uzel::storage {

// How many rows a table has, and a digest over all of them in the order of the key: it depends on
// the values alone, not on the kind of the database.
struct table_sum {
  std::string table;
  std::uint64_t rows = 0;
  std::uint64_t digest = 0;
  bool operator==(const table_sum&) const = default;
};

// One place where two databases differ, in words: table, key, column and both values (but no
// secrets), or that a row is on one side only.
using difference = std::string;

struct compared_table {
  table_sum left;
  table_sum right;
  std::vector<difference> differences; // the first ones
};

// All inside their callers' transactions.
[[nodiscard]] database_result<table_sum> sum_table(connection& db, const table_shape& table);
// Ends early when there are so many differences; then the sums are of what was seen.
[[nodiscard]] database_result<compared_table> compare_table(connection& left, connection& right,
                                                            const table_shape& table,
                                                            std::size_t most_differences);

} // namespace uzel::storage
