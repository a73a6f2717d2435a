#include "storage/detached_partitions.hpp"

#include <algorithm>

namespace uzel::storage {
namespace {

database_result<> run(connection& db, const std::string& sql) {
  if (sql.empty())
    return {};
  transaction work{db};
  auto done = work.begin_write();
  if (done)
    done = db.script(sql);
  return done ? work.commit() : done;
}

} // namespace

database_result<detached_partitions> detached_partitions::take_off(connection& db) {
  detached_partitions out;
  std::string sql;
  for (const auto& table : growing_tables) {
    const auto known = partitions_of(db, table);
    if (!known)
      return known.error();
    for (const auto& one : *known) {
      sql += "ALTER TABLE " + std::string{table.name} + " DETACH PARTITION " + one.name + "; ";
      out.all_.emplace_back(table, one);
    }
  }
  if (const auto done = run(db, sql); !done)
    return done.error();
  return out;
}

database_result<> detached_partitions::put_back(connection& db) const {
  std::string sql;
  for (const auto& [table, one] : all_)
    sql += "ALTER TABLE " + std::string{table.name} + " ATTACH PARTITION " + one.name +
           bounds_of(one) + "; ";
  return run(db, sql);
}

database_result<> detached_partitions::drop_left(connection& db) const {
  std::string sql;
  for (const auto& table : growing_tables) {
    const auto known = partitions_of(db, table);
    if (!known)
      return known.error();
    for (const auto& [of, one] : all_) {
      const auto has_its_name = [&name = one.name](const partition& p) { return p.name == name; };
      if (of.name == table.name && std::none_of(known->begin(), known->end(), has_its_name))
        sql += "DROP TABLE IF EXISTS " + one.name + "; ";
    }
  }
  return run(db, sql);
}

} // namespace uzel::storage
