// The rows of any table in the order of its key, a page at a time: no statement takes long, and
// memory does not grow with the table.
#pragma once

#include "storage/tables.hpp"

#include <optional>

namespace uzel::storage {

// Inside its caller's transaction. Rows hold what is stored: integers, texts and nulls. Errors:
// store_damaged with table, key and column where a value is not of its column's type.
class table_rows {
 public:
  table_rows(connection& db, const table_shape& table, std::size_t page = 1000);

  // The next rows; none behind the last one.
  [[nodiscard]] database_result<std::vector<row>> next_page();
  // The same one by one.
  [[nodiscard]] database_result<std::optional<row>> next();

 private:
  connection& db_;
  const table_shape& table_;
  std::string first_page_;
  std::string later_pages_;
  std::size_t page_;
  std::vector<value> last_key_; // of the rows shown so far
  bool ended_ = false;
  std::vector<row> shown_; // for next()
  std::size_t at_ = 0;
};

std::vector<value> key_of(const table_shape& table, const row& r);
// "id=5", "routing_domain_id=1, address=167772161"
std::string key_text(const table_shape& table, const row& r);

} // namespace uzel::storage
