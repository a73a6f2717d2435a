// The first schema: the desk, live rows, and what the store notes about itself.
#pragma once

#include <string_view>

namespace uzel::storage::migrations {

inline constexpr std::string_view m0001_spine = R"sql(
CREATE TABLE store_identity (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  store_id TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  owner BIGINT NOT NULL
);
CREATE TABLE lanes (
  lane BIGINT NOT NULL PRIMARY KEY,
  applied BIGINT NOT NULL,
  applied_time BIGINT NOT NULL
);
CREATE TABLE highest_ids (
  entity TEXT NOT NULL PRIMARY KEY,
  id BIGINT NOT NULL
);
CREATE TABLE parked (
  number BIGINT NOT NULL PRIMARY KEY,
  record_time BIGINT NOT NULL,
  record_kind BIGINT NOT NULL,
  record_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  payload TEXT NOT NULL
);
CREATE TABLE outbox (
  id BIGINT NOT NULL PRIMARY KEY,
  edit_key TEXT NOT NULL UNIQUE,
  entity TEXT NOT NULL,
  entity_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  deleted BIGINT NOT NULL
);

CREATE TABLE routing_domains (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  static_range BIGINT NOT NULL
);
INSERT INTO routing_domains (id, version, updated, name, static_range)
  VALUES (1, 1, 0, 'default', 0);
INSERT INTO highest_ids (entity, id) VALUES ('routing_domain', 1);
CREATE TABLE clients (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  source BIGINT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  routing_domain_id BIGINT NOT NULL REFERENCES routing_domains (id),
  vendor BIGINT NOT NULL,
  require_message_authenticator BIGINT NOT NULL,
  limit_proxy_state BIGINT NOT NULL,
  on_unknown BIGINT NOT NULL,
  on_disabled BIGINT NOT NULL,
  on_unpaid BIGINT NOT NULL,
  on_session_limit BIGINT NOT NULL,
  realm BIGINT NOT NULL,
  trust_option82 BIGINT NOT NULL,
  interim_interval BIGINT NOT NULL,
  dynauth_port BIGINT NOT NULL,
  enabled BIGINT NOT NULL
);
CREATE INDEX clients_routing_domain ON clients (routing_domain_id);
CREATE TABLE nases (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  name TEXT NOT NULL,
  vendor BIGINT NOT NULL,
  dynauth_address BIGINT NOT NULL,
  dynauth_port BIGINT NOT NULL,
  UNIQUE (client_id, name)
);
CREATE TABLE devices (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  name TEXT NOT NULL,
  mac BIGINT UNIQUE,
  kind TEXT NOT NULL,
  tells_ports BIGINT NOT NULL,
  uplink_device_id BIGINT REFERENCES devices (id),
  uplink_port BIGINT NOT NULL,
  comment TEXT NOT NULL
);
CREATE INDEX devices_name ON devices (name, id);
CREATE INDEX devices_uplink ON devices (uplink_device_id);
CREATE TABLE ports (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  device_id BIGINT NOT NULL REFERENCES devices (id),
  number BIGINT NOT NULL,
  child_device_id BIGINT REFERENCES devices (id),
  comment TEXT NOT NULL,
  UNIQUE (device_id, number)
);
CREATE INDEX ports_child ON ports (child_device_id);
CREATE TABLE services (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  price BIGINT NOT NULL,
  down_kbit BIGINT NOT NULL,
  up_kbit BIGINT NOT NULL,
  burst_down_kbit BIGINT NOT NULL,
  burst_up_kbit BIGINT NOT NULL,
  burst_seconds BIGINT NOT NULL,
  address_list TEXT NOT NULL,
  filter_id TEXT NOT NULL,
  service_template TEXT NOT NULL,
  session_timeout BIGINT NOT NULL
);
CREATE TABLE pools (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  routing_domain_id BIGINT NOT NULL REFERENCES routing_domains (id),
  first BIGINT NOT NULL,
  last BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  vlan BIGINT NOT NULL,
  client_id BIGINT REFERENCES clients (id),
  dynamic BIGINT NOT NULL,
  sticky_seconds BIGINT NOT NULL
);
CREATE INDEX pools_routing_domain ON pools (routing_domain_id);
CREATE INDEX pools_client ON pools (client_id);
CREATE TABLE staff (
  id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  permissions TEXT NOT NULL,
  enabled BIGINT NOT NULL
);
)sql";

} // namespace uzel::storage::migrations
