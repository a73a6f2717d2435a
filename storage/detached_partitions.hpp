// Partitions taken off their tables while a backup takes the place of a store: pg_restore cannot
// drop what belongs to a partition.
#pragma once

#include "storage/partitions.hpp"

#include <utility>
#include <vector>

namespace uzel::storage {

class detached_partitions {
 public:
  // Takes them off in one transaction; nothing on a store that has none.
  [[nodiscard]] static database_result<detached_partitions> take_off(connection& db);
  // As it was before.
  [[nodiscard]] database_result<> put_back(connection& db) const;
  // Drops those that nothing took the place of.
  [[nodiscard]] database_result<> drop_left(connection& db) const;

 private:
  std::vector<std::pair<growing_table, partition>> all_;
};

} // namespace uzel::storage
