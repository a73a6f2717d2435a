// Takes rows that ended long ago out of a table, a slice at a time, so that nobody waits for it.
#pragma once

#include "storage/database.hpp"
#include "storage/growing_tables.hpp"

#include <cstdint>
#include <string>

namespace uzel::storage {

// Walks a table, or one partition of it, by id from the oldest rows on.
class old_rows {
 public:
  // `place` is the table itself or a partition of it.
  old_rows(const growing_table& table, std::string place, instant limit);

  // Looks at the next `rows` rows in its caller's transaction and deletes those that ended before
  // the limit; tells how many. Reaches its end where all rows are younger than the limit.
  [[nodiscard]] database_result<std::uint64_t> remove(connection& db, std::uint32_t rows);
  bool at_end() const { return at_end_; }

 private:
  instant limit_;
  std::string look_;
  std::string remove_;
  std::int64_t after_ = 0;
  bool at_end_ = false;
};

} // namespace uzel::storage
