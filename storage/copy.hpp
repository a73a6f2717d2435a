// Moves a whole store into another database, of the same kind or not.
#pragma once

#include "storage/compare.hpp"

#include <functional>
#include <string>
#include <vector>

namespace uzel::storage {

// Called as rows are written: the table and how many of its rows so far.
using copy_progress = std::function<void(const std::string& table, std::uint64_t rows)>;

struct copy_request {
  std::string from; // URLs
  std::string to;
  bool source_may_move = false; // the copy is of one moment of a store that is being written to
  std::uint32_t rows_per_batch = 1000;
  copy_progress progress;
};

// Copies every table in one transaction and compares both value by value before it commits: the
// target has all of it or nothing. Whose the store is and what it has applied come along, so the
// target goes on with the source's journal. Errors: unsupported when the source is not of this
// version's schema or the target's is newer, conflict when the target holds anything (a new file,
// an empty database, and one that was only migrated hold nothing), in_use when the source was
// written to meanwhile, store_damaged with table, key and column when a value cannot be kept or did
// not arrive.
[[nodiscard]] store_result<std::vector<table_sum>> copy_store(const copy_request& how);

// conflict unless the database holds only what migrations themselves bring. Inside its caller's
// transaction.
[[nodiscard]] store_result<> require_fresh(connection& db);

// Every table of two stores, each in one moment of its own; stops at so many differences.
[[nodiscard]] store_result<std::vector<compared_table>>
compare_stores(const std::string& left, const std::string& right, std::size_t most_differences);
// Every table of one, by the schema that it has; inside its caller's transaction.
[[nodiscard]] store_result<std::vector<table_sum>> sum_store(connection& db);

} // namespace uzel::storage
