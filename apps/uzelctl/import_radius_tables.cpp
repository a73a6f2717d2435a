#include "apps/uzelctl/import_radius_tables.hpp"

#include "apps/uzelctl/words.hpp"

#include <functional>
#include <libpq-fe.h>
#include <memory>

namespace uzel::ctl {
namespace {

struct closer {
  void operator()(PGconn* c) const { PQfinish(c); }
};
struct clearer {
  void operator()(PGresult* r) const { PQclear(r); }
};
using result_handle = std::unique_ptr<PGresult, clearer>;

// One row; a null is an empty text.
class pg_row {
 public:
  explicit pg_row(const PGresult& of) : of_{of} {}
  std::string operator[](int column) const { return PQgetvalue(&of_, 0, column); }

 private:
  const PGresult& of_;
};

std::string first_line(const char* text) {
  const std::string all{text ? text : ""};
  return all.substr(0, all.find('\n'));
}

class database {
 public:
  outcome<> open(const std::string& url) {
    connection_.reset(PQconnectdb(url.c_str()));
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      return failure{exit_code::unavailable, say("the database cannot be reached: {}",
                                                 first_line(PQerrorMessage(connection_.get())))};
    PQsetClientEncoding(connection_.get(), "UTF8");
    return run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", [](const pg_row&) {});
  }

  // Shows one row after the other, so that a large table is never in memory twice.
  outcome<> run(const char* sql, const std::function<void(const pg_row&)>& show) {
    auto* c = connection_.get();
    if (PQsendQuery(c, sql) != 1)
      return failed();
    PQsetSingleRowMode(c);
    outcome<> out;
    while (const result_handle r{PQgetResult(c)}) {
      const auto status = PQresultStatus(r.get());
      if (status == PGRES_SINGLE_TUPLE)
        show(pg_row{*r});
      else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        out = failed();
    }
    return out;
  }

  // False and noted as missing when there is no such table.
  outcome<bool> has(const std::string& table, std::vector<std::string>& missing) {
    bool there = false;
    const auto sql = "SELECT 1 WHERE to_regclass('" + table + "') IS NOT NULL";
    if (const auto done = run(sql.c_str(), [&](const pg_row&) { there = true; }); !done)
      return done.error();
    if (!there)
      missing.push_back(table);
    return there;
  }

 private:
  failure failed() const {
    return {exit_code::unavailable,
            say("the database refuses: {}", first_line(PQerrorMessage(connection_.get())))};
  }

  std::unique_ptr<PGconn, closer> connection_;
};

// One table and what becomes of its rows.
struct reading {
  const char* table;
  const char* sql;
  std::function<void(const pg_row&)> take;
};

std::vector<reading> readings(radius_tables& out) {
  const auto user_of = [&out](std::string name) -> radius_user& {
    auto& user = out.users[name];
    user.name = std::move(name);
    return user;
  };
  const auto attribute = [](const pg_row& r) { return radius_attribute{r[1], r[2], r[3]}; };
  return {
    {"radcheck", "SELECT username, attribute, op, value FROM radcheck ORDER BY id",
     [=](const pg_row& r) { user_of(r[0]).check.push_back(attribute(r)); }},
    {"radreply", "SELECT username, attribute, op, value FROM radreply ORDER BY id",
     [=](const pg_row& r) { user_of(r[0]).reply.push_back(attribute(r)); }},
    {"radusergroup", "SELECT username, groupname FROM radusergroup ORDER BY priority, id",
     [=](const pg_row& r) { user_of(r[0]).groups.push_back(r[1]); }},
    {"radgroupcheck", "SELECT groupname, attribute, op, value FROM radgroupcheck ORDER BY id",
     [&out, attribute](const pg_row& r) { out.groups[r[0]].check.push_back(attribute(r)); }},
    {"radgroupreply", "SELECT groupname, attribute, op, value FROM radgroupreply ORDER BY id",
     [&out, attribute](const pg_row& r) { out.groups[r[0]].reply.push_back(attribute(r)); }},
    {"nas", "SELECT nasname, shortname, type, secret FROM nas ORDER BY id",
     [&out](const pg_row& r) {
       out.clients.push_back({r[0], r[1], r[2], r[3]});
     }},
    {"radippool",
     "SELECT pool_name, host(framedipaddress), username, callingstationid, "
     "extract(epoch FROM expiry_time::timestamptz)::bigint "
     "FROM radippool ORDER BY pool_name, framedipaddress",
     [&out](const pg_row& r) {
       out.pool_rows.push_back({r[0], r[1], r[2], r[3], r[4]});
     }},
    {"radacct",
     "SELECT username, host(framedipaddress), callingstationid FROM radacct "
     "WHERE acctstoptime IS NULL AND framedipaddress IS NOT NULL AND username <> '' "
     "ORDER BY acctstarttime DESC NULLS LAST, radacctid DESC",
     [&out](const pg_row& r) {
       out.sessions.push_back({r[0], r[1], r[2]});
     }},
  };
}

} // namespace

outcome<radius_tables> read_radius_tables(const std::string& url) {
  radius_tables out;
  database from;
  if (const auto done = from.open(url); !done)
    return done.error();
  for (const auto& each : readings(out)) {
    const auto there = from.has(each.table, out.missing);
    if (!there)
      return there.error();
    if (!*there)
      continue;
    if (const auto done = from.run(each.sql, each.take); !done)
      return done.error();
  }
  return out;
}

} // namespace uzel::ctl
