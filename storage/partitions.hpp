// The partitions of the tables that grow without end, on a server. They cover everything at any
// time: «old» what is before the first of them, «later» what is behind the last.
#pragma once

#include "storage/database.hpp"
#include "storage/growing_tables.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace uzel::storage {

struct partition {
  std::string name;
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t end = std::numeric_limits<std::int64_t>::max(); // not in it
};

// " FOR VALUES FROM (MINVALUE) TO (5)"
std::string bounds_of(const partition& p);

// In the order of what they hold: old, ..., later.
[[nodiscard]] database_result<std::vector<partition>> partitions_of(connection& db,
                                                                    const growing_table& table);

// Makes the partitions that will be needed next; tells how many. A transaction of its own; gives up
// at once while readers are in the table.
[[nodiscard]] database_result<std::uint32_t>
make_partitions(connection& db, const growing_table& table, instant now);

// Partitions whose rows have to go one by one: «old», and one that may fill for years.
[[nodiscard]] database_result<std::vector<std::string>> places_to_sweep(connection& db,
                                                                        const growing_table& table);

// Drops the oldest partition when next to all of its rows ended before the limit; the few that did
// not go to «old». False: none is as old as that.
[[nodiscard]] database_result<bool> drop_partition(connection& db, const growing_table& table,
                                                   instant limit);

} // namespace uzel::storage
