// Live rows, written by the projector alone. No foreign keys: lanes apply out of step with each
// other. The addresses' history is answered by (routing domain, address, begun).
#pragma once

#include <string_view>

namespace uzel::storage::migrations {

inline constexpr std::string_view m0002_live = R"sql(
CREATE TABLE accounts (
  id BIGINT NOT NULL PRIMARY KEY,
  number TEXT NOT NULL,
  status BIGINT NOT NULL,
  credential TEXT NOT NULL,
  credential_form BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  credit_limit BIGINT NOT NULL,
  session_limit BIGINT NOT NULL,
  record BIGINT NOT NULL
);
CREATE INDEX accounts_number ON accounts (number, id);
CREATE TABLE accesses (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  login TEXT NOT NULL,
  mac BIGINT NOT NULL,
  device_id BIGINT NOT NULL,
  port_id BIGINT NOT NULL,
  record BIGINT NOT NULL
);
CREATE INDEX accesses_account ON accesses (account_id, position);
CREATE INDEX accesses_login ON accesses (login, id);
CREATE INDEX accesses_mac ON accesses (mac) WHERE mac <> 0;
CREATE INDEX accesses_device ON accesses (device_id, port_id) WHERE device_id <> 0;
CREATE TABLE static_addresses (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  routing_domain_id BIGINT NOT NULL,
  address BIGINT NOT NULL,
  mac BIGINT NOT NULL,
  record BIGINT NOT NULL
);
CREATE INDEX static_addresses_account ON static_addresses (account_id, position);
CREATE INDEX static_addresses_address ON static_addresses (routing_domain_id, address);
CREATE TABLE subscriptions (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  subscription BIGINT NOT NULL,
  service_id BIGINT NOT NULL,
  state BIGINT NOT NULL,
  price_paid BIGINT NOT NULL,
  starts BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  record BIGINT NOT NULL
);
CREATE INDEX subscriptions_account ON subscriptions (account_id, record);
CREATE INDEX subscriptions_service ON subscriptions (service_id, state);
CREATE TABLE bindings (
  id BIGINT NOT NULL,
  routing_domain_id BIGINT NOT NULL,
  pool_id BIGINT NOT NULL,
  address BIGINT NOT NULL,
  state BIGINT NOT NULL,
  fixed BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  nas_id BIGINT NOT NULL,
  mac BIGINT NOT NULL,
  device_id BIGINT NOT NULL,
  port_id BIGINT NOT NULL,
  vlan BIGINT NOT NULL,
  nas_port TEXT NOT NULL,
  session_id BIGINT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  record BIGINT NOT NULL,
  PRIMARY KEY (routing_domain_id, address)
);
CREATE INDEX bindings_id ON bindings (id);
CREATE INDEX bindings_account ON bindings (account_id);
CREATE INDEX bindings_pool ON bindings (pool_id);
CREATE TABLE sessions (
  id BIGINT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  nas_id BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  acct_session_id TEXT NOT NULL,
  user_name TEXT NOT NULL,
  place BIGINT NOT NULL,
  place_nas_id BIGINT NOT NULL,
  mac BIGINT NOT NULL,
  device_id BIGINT NOT NULL,
  port_id BIGINT NOT NULL,
  vlan BIGINT NOT NULL,
  nas_port TEXT NOT NULL,
  binding_id BIGINT NOT NULL,
  address BIGINT NOT NULL,
  state BIGINT NOT NULL,
  flags BIGINT NOT NULL,
  terminate_cause BIGINT NOT NULL,
  started BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  in_octets BIGINT NOT NULL,
  out_octets BIGINT NOT NULL,
  in_packets BIGINT NOT NULL,
  out_packets BIGINT NOT NULL,
  reported_in_octets BIGINT NOT NULL,
  reported_out_octets BIGINT NOT NULL,
  reported_in_packets BIGINT NOT NULL,
  reported_out_packets BIGINT NOT NULL,
  record BIGINT NOT NULL
);
CREATE INDEX sessions_open ON sessions (id) WHERE state = 1;
CREATE INDEX sessions_account ON sessions (account_id, started);
CREATE INDEX sessions_started ON sessions (started, id);
CREATE TABLE nas_states (
  id BIGINT NOT NULL PRIMARY KEY,
  client_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  restarted BIGINT NOT NULL,
  record BIGINT NOT NULL
);
CREATE TABLE address_history (
  id BIGINT NOT NULL PRIMARY KEY,
  routing_domain_id BIGINT NOT NULL,
  address BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  mac BIGINT NOT NULL,
  device_id BIGINT NOT NULL,
  port_id BIGINT NOT NULL,
  nas_id BIGINT NOT NULL,
  session_id BIGINT NOT NULL,
  binding_id BIGINT NOT NULL,
  begun BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  record BIGINT NOT NULL
);
CREATE INDEX address_history_address ON address_history (routing_domain_id, address, begun);
CREATE INDEX address_history_account ON address_history (account_id, begun);
)sql";

} // namespace uzel::storage::migrations
