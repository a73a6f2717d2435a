#include "storage/old_rows.hpp"

namespace uzel::storage {

old_rows::old_rows(const growing_table& table, std::string place, instant limit)
  : limit_{limit}
  , look_{"SELECT COUNT(*), MAX(id), MIN(begun) FROM (SELECT id, " + std::string{table.begun} +
          " AS begun FROM " + place + " WHERE id > $1 ORDER BY id LIMIT $2) AS slice"}
  , remove_{"DELETE FROM " + place + " WHERE id > $1 AND id <= $2 AND " +
            ended_before(table, limit)} {}

database_result<std::uint64_t> old_rows::remove(connection& db, std::uint32_t rows) {
  std::int64_t seen = 0;
  std::int64_t last = after_;
  instant oldest;
  const auto looked =
    db.execute(statement{"look_at_old_rows", look_}, {after_, rows}, [&](const row_view& r) {
      seen = r.integer(0);
      last = r.integer(1);
      oldest = instant{r.integer(2)};
    });
  if (!looked)
    return looked.error();
  at_end_ = seen < rows || oldest >= limit_;
  if (seen == 0 || oldest >= limit_)
    return std::uint64_t{0};
  auto gone = db.execute(statement{"delete_old_rows", remove_}, {after_, last});
  if (gone)
    after_ = last;
  return gone;
}

} // namespace uzel::storage
