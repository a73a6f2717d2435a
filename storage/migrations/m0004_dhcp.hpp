// Networks that DHCP serves, and the options of pools and accounts.
#pragma once

#include <string_view>

namespace uzel::storage::migrations {

inline constexpr std::string_view m0004_dhcp = R"sql(
CREATE TABLE networks (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  routing_domain_id BIGINT NOT NULL REFERENCES routing_domains (id),
  prefix BIGINT NOT NULL,
  link TEXT NOT NULL,
  interface TEXT NOT NULL,
  router BIGINT NOT NULL,
  dns TEXT NOT NULL,
  options TEXT NOT NULL,
  next_server BIGINT NOT NULL,
  boot_file TEXT NOT NULL,
  lease_seconds BIGINT NOT NULL,
  guest_lease_seconds BIGINT NOT NULL,
  authoritative BIGINT NOT NULL,
  one_lease_per_port BIGINT NOT NULL,
  ping_check BIGINT NOT NULL,
  UNIQUE (routing_domain_id, prefix)
);
CREATE TABLE subscriber_options (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  account_id BIGINT NOT NULL UNIQUE,
  options TEXT NOT NULL
);
ALTER TABLE pools ADD COLUMN options TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN limit_dhcp BIGINT NOT NULL DEFAULT 1;
)sql";

} // namespace uzel::storage::migrations
