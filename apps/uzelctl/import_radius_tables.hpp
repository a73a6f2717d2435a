// The tables of a FreeRADIUS database on PostgreSQL (raddb/mods-config/sql/main/postgresql and
// ippool), as one moment has them.
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "apps/uzelctl/import_radius_user.hpp"

#include <map>
#include <string>
#include <vector>

namespace uzel::ctl {

// A row of nas.
struct radius_nas {
  std::string name; // an address, a prefix or a host name
  std::string short_name;
  std::string type;
  std::string secret;
};

// A row of radippool.
struct radius_pool_row {
  std::string pool;
  std::string address;
  std::string user; // empty: nobody's
  std::string calling_station;
  std::string expires; // seconds since 1970
};

// A row of radacct without a stop that has an address.
struct radius_session {
  std::string user;
  std::string address;
  std::string calling_station;
};

struct radius_tables {
  std::map<std::string, radius_user> users;
  radius_groups groups;
  std::vector<radius_nas> clients;
  std::vector<radius_pool_row> pool_rows;
  std::vector<radius_session> sessions; // the last started first
  std::vector<std::string> missing;     // tables that are not there
};

// Nothing is locked and nothing written: one read-only transaction. `url` as libpq takes it.
[[nodiscard]] outcome<radius_tables> read_radius_tables(const std::string& url);

} // namespace uzel::ctl
