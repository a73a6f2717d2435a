#include "storage/partitions.hpp"

#include "storage/month.hpp"

#include <algorithm>

namespace uzel::storage {
namespace {

constexpr statement list_partitions{
  "list_partitions",
  "SELECT name, COALESCE(bounds[1], ''), COALESCE(bounds[2], '') FROM (SELECT c.relname AS name, "
  "regexp_match(pg_get_expr(c.relpartbound, c.oid), "
  "'FROM \\(''?([^'')]+)''?\\) TO \\(''?([^'')]+)''?\\)') AS bounds FROM pg_inherits i "
  "JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1)) AS known"};
constexpr statement highest_session{"highest_session",
                                    "SELECT id FROM highest_ids WHERE entity = 'session'"};
constexpr statement session_of_then{
  "session_of_then", "SELECT id FROM sessions WHERE started >= $1 ORDER BY started, id LIMIT 1"};

constexpr int months_ahead = 2;
constexpr int most_at_once = 24; // when the daemon was off, or the clock is wrong
constexpr std::int64_t fewest_sessions = 1'000'000; // of one partition
// A partition with more rows than this that are still needed waits.
constexpr std::size_t most_kept = 20'000;
// Readers that hold a table up longer than this are let go on: everybody behind us would wait.
constexpr std::string_view short_patience = "SET LOCAL lock_timeout = '1s'; ";

std::int64_t number_of(std::string_view text, std::int64_t unbounded) {
  return text == "MINVALUE" || text == "MAXVALUE" || text.empty() ? unbounded
                                                                  : std::stoll(std::string{text});
}

std::string in_table(const growing_table& t, std::string_view what) {
  return "ALTER TABLE " + std::string{t.name} + " " + std::string{what} + " PARTITION ";
}

// «later» is empty unless nobody looked after it for long: taking it off and back reads nothing.
std::string cut(const growing_table& t, const std::string& name, std::int64_t first,
                std::int64_t end) {
  const std::string table{t.name};
  partition later{table + "_later"};
  later.first = end;
  return in_table(t, "DETACH") + later.name + "; CREATE TABLE " + name + " PARTITION OF " + table +
         bounds_of({name, first, end}) + "; WITH moved AS (DELETE FROM " + later.name + " WHERE " +
         std::string{t.divider} + " < " + std::to_string(end) + " RETURNING *) INSERT INTO " +
         table + " SELECT * FROM moved; " + in_table(t, "ATTACH") + later.name + bounds_of(later) +
         "; ";
}

database_result<std::int64_t> number_from(connection& db, const statement& what,
                                          std::initializer_list<parameter> with,
                                          std::int64_t otherwise) {
  auto out = otherwise;
  const auto done = db.execute(what, with, [&](const row_view& r) { out = r.integer(0); });
  if (!done)
    return done.error();
  return out;
}

// Months until `now` is far enough from the end.
std::string cut_months(const growing_table& t, std::int64_t first, instant now,
                       std::uint32_t& made) {
  std::string out;
  const auto wanted = month_of(now, months_ahead + 1).us;
  for (int i = 0; i < most_at_once && first < wanted; ++i) {
    const auto begin = instant{first};
    const auto end = month_of(begin, 1).us;
    out += cut(t, std::string{t.name} + "_" + month_name(begin), first, end);
    first = end;
    ++made;
  }
  return out;
}

// As many ids as the last month took.
database_result<std::string> cut_ids(connection& db, const growing_table& t, std::int64_t first,
                                     instant now, std::uint32_t& made) {
  const auto highest = number_from(db, highest_session, {}, 0);
  if (!highest)
    return highest.error();
  const auto then = number_from(db, session_of_then, {now - seconds{30 * 86400}}, *highest);
  if (!then)
    return then.error();
  const auto size = std::max(fewest_sessions, *highest - *then);
  std::string out;
  const auto wanted = *highest + size;
  for (int i = 0; i < most_at_once && first < wanted; ++i) {
    out += cut(t, std::string{t.name} + "_from_" + std::to_string(first), first, first + size);
    first += size;
    ++made;
  }
  return out;
}

// Whether all that the partition is for began before the limit: empty ones are not old but new.
database_result<bool> is_past(connection& db, const growing_table& t, const partition& p,
                              instant limit) {
  if (t.divider == t.begun)
    return p.end <= limit.us;
  const auto highest = number_from(db, highest_session, {}, 0);
  if (!highest)
    return highest.error();
  if (p.end > *highest)
    return false;
  const auto sql =
    "SELECT " + std::string{t.begun} + " FROM " + p.name + " ORDER BY id DESC LIMIT 1";
  const auto last = number_from(db, statement{"last_of_partition", sql}, {}, 0);
  if (!last)
    return last.error();
  return *last < limit.us;
}

struct kept_rows {
  std::string keys; // "5, 7"
  std::size_t count = 0;
};

// Rows that ended stay as they are, so those that we find may be moved later, in a moment.
database_result<kept_rows> find_kept(connection& db, const growing_table& t, const partition& in,
                                     instant limit) {
  kept_rows out;
  const auto sql = "SELECT id FROM " + in.name + " WHERE NOT (" + ended_before(t, limit) +
                   ") LIMIT " + std::to_string(most_kept + 1);
  const auto done = db.execute(statement{"find_kept_rows", sql}, {}, [&](const row_view& r) {
    out.keys += (out.count++ > 0 ? ", " : "") + std::to_string(r.integer(0));
  });
  if (!done)
    return done.error();
  return out;
}

database_result<> run(connection& db, const std::string& sql) {
  transaction work{db};
  auto done = work.begin_write();
  if (done)
    done = db.script(std::string{short_patience} + sql);
  return done ? work.commit() : done;
}

} // namespace

std::string bounds_of(const partition& p) {
  const partition open;
  return " FOR VALUES FROM (" + (p.first == open.first ? "MINVALUE" : std::to_string(p.first)) +
         ") TO (" + (p.end == open.end ? "MAXVALUE" : std::to_string(p.end)) + ")";
}

database_result<std::vector<partition>> partitions_of(connection& db, const growing_table& table) {
  std::vector<partition> out;
  const auto done = db.execute(list_partitions, {table.name}, [&](const row_view& r) {
    partition one{std::string{r.text(0)}};
    one.first = number_of(r.text(1), one.first);
    one.end = number_of(r.text(2), one.end);
    out.push_back(std::move(one));
  });
  if (!done)
    return done.error();
  std::sort(out.begin(), out.end(),
            [](const partition& a, const partition& b) { return a.first < b.first; });
  return out;
}

database_result<std::uint32_t> make_partitions(connection& db, const growing_table& table,
                                               instant now) {
  const auto known = partitions_of(db, table);
  if (!known)
    return known.error();
  if (known->size() < 2)
    return std::uint32_t{0}; // somebody else's idea of this table
  const auto first = known->back().first;
  std::uint32_t made = 0;
  std::string sql;
  if (table.divider == table.begun) {
    sql = cut_months(table, first, now, made);
  } else {
    auto ids = cut_ids(db, table, first, now, made);
    if (!ids)
      return ids.error();
    sql = std::move(*ids);
  }
  if (made > 0)
    if (const auto done = run(db, sql); !done)
      return done.error();
  return made;
}

database_result<std::vector<std::string>> places_to_sweep(connection& db,
                                                          const growing_table& table) {
  const auto known = partitions_of(db, table);
  if (!known)
    return known.error();
  std::vector<std::string> out;
  if (!known->empty())
    out.push_back(known->front().name);
  if (table.divider == table.begun)
    return out;
  const auto highest = number_from(db, highest_session, {}, 0);
  if (!highest)
    return highest.error();
  for (std::size_t i = 1; i < known->size(); ++i)
    if ((*known)[i].end > *highest && (*known)[i].first <= *highest)
      out.push_back((*known)[i].name);
  return out;
}

database_result<bool> drop_partition(connection& db, const growing_table& table, instant limit) {
  const auto known = partitions_of(db, table);
  if (!known)
    return known.error();
  if (known->size() < 3)
    return false;
  const auto& oldest = (*known)[1];
  const auto past = is_past(db, table, oldest, limit);
  if (!past || !*past)
    return past;
  const auto kept = find_kept(db, table, oldest, limit);
  if (!kept)
    return kept.error();
  if (kept->count > most_kept)
    return false;
  partition old{known->front().name};
  old.end = oldest.end;
  auto sql = in_table(table, "DETACH") + oldest.name + "; " + in_table(table, "DETACH") + old.name +
             "; " + in_table(table, "ATTACH") + old.name + bounds_of(old) + "; ";
  if (kept->count > 0)
    sql += "INSERT INTO " + std::string{table.name} + " SELECT * FROM " + oldest.name +
           " WHERE id IN (" + kept->keys + "); ";
  sql += "DROP TABLE " + oldest.name + "; ";
  if (const auto done = run(db, sql); !done)
    return done.error();
  return true;
}

} // namespace uzel::storage
