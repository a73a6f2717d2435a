// The tables of this version's schema as its migrations make them, for what must not forget one:
// copies, comparisons, backups.
#pragma once

#include "storage/database.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace uzel::storage {

struct table_column {
  std::string name;
  bool is_text = false; // else a 64-bit integer
};

struct table_shape {
  std::string name;
  std::vector<table_column> columns;
  std::vector<std::size_t> key; // the columns of the primary key in its order
};

inline constexpr std::uint32_t newest_schema = std::numeric_limits<std::uint32_t>::max();

// A database in memory with the schema of that number and the rows that migrations bring.
[[nodiscard]] store_result<std::unique_ptr<connection>>
fresh_schema(std::uint32_t number = newest_schema);

// In the order of their names. Errors: store_damaged for a table without a primary key.
[[nodiscard]] store_result<std::vector<table_shape>>
schema_tables(std::uint32_t number = newest_schema);

// "a", "b": its columns, or those of its key, for a statement.
std::string column_list(const table_shape& table);
std::string key_list(const table_shape& table);
// Names in a statement; they are the migrations' own.
std::string quoted(std::string_view name);

} // namespace uzel::storage
