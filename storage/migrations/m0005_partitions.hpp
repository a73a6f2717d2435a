// What grows without end can be thrown away by the month: on a server in partitions. There a key
// has to hold what its table is divided by, so the history's does on both stores. See ADR 0011.
#pragma once

#include <string_view>

namespace uzel::storage::migrations {

inline constexpr std::string_view m0005_partitions = R"sql(
ALTER TABLE address_history RENAME TO address_history_before;
DROP INDEX address_history_address;
DROP INDEX address_history_account;
CREATE TABLE address_history (
  id BIGINT NOT NULL,
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
  record BIGINT NOT NULL,
  PRIMARY KEY (id, begun)
);
INSERT INTO address_history SELECT * FROM address_history_before ORDER BY id;
DROP TABLE address_history_before;
CREATE INDEX address_history_address ON address_history (routing_domain_id, address, begun, id);
CREATE INDEX address_history_account ON address_history (account_id, begun);
)sql";

// The tables that are there become the partitions of everything until now, without copying a row.
inline constexpr std::string_view m0005_partitions_of_a_server = R"sql(
ALTER TABLE address_history RENAME TO address_history_old;
ALTER TABLE address_history_old DROP CONSTRAINT address_history_pkey;
ALTER TABLE address_history_old ADD CONSTRAINT address_history_old_pkey PRIMARY KEY (id, begun);
DROP INDEX address_history_address;
ALTER INDEX address_history_account RENAME TO address_history_old_account;
CREATE TABLE address_history (LIKE address_history_old) PARTITION BY RANGE (begun);
ALTER TABLE address_history ADD PRIMARY KEY (id, begun);
CREATE INDEX address_history_address ON address_history (routing_domain_id, address, begun, id);
CREATE INDEX address_history_account ON address_history (account_id, begun);

ALTER TABLE sessions RENAME TO sessions_old;
ALTER TABLE sessions_old RENAME CONSTRAINT sessions_pkey TO sessions_old_pkey;
ALTER INDEX sessions_open RENAME TO sessions_old_open;
ALTER INDEX sessions_account RENAME TO sessions_old_account;
ALTER INDEX sessions_started RENAME TO sessions_old_started;
ALTER INDEX sessions_ended RENAME TO sessions_old_ended;
CREATE TABLE sessions (LIKE sessions_old) PARTITION BY RANGE (id);
ALTER TABLE sessions ADD PRIMARY KEY (id);
CREATE INDEX sessions_open ON sessions (id) WHERE state = 1;
CREATE INDEX sessions_account ON sessions (account_id, started);
CREATE INDEX sessions_started ON sessions (started, id);
CREATE INDEX sessions_ended ON sessions (ended, flags) WHERE state = 2;

DO $$
DECLARE
  month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  newest bigint;
  bound bigint;
BEGIN
  SELECT max(begun) INTO newest FROM address_history_old;
  bound := extract(epoch FROM month) * 1000000;
  IF newest >= bound THEN
    month := greatest(month, date_trunc('month', to_timestamp(newest / 1000000) AT TIME ZONE 'UTC'));
    bound := extract(epoch FROM month + interval '1 month') * 1000000;
  END IF;
  EXECUTE format('ALTER TABLE address_history ATTACH PARTITION address_history_old '
                 'FOR VALUES FROM (MINVALUE) TO (%s)', bound);
  EXECUTE format('CREATE TABLE address_history_later PARTITION OF address_history '
                 'FOR VALUES FROM (%s) TO (MAXVALUE)', bound);
  SELECT coalesce(max(id), 0) + 1 INTO bound FROM sessions_old;
  EXECUTE format('ALTER TABLE sessions ATTACH PARTITION sessions_old '
                 'FOR VALUES FROM (MINVALUE) TO (%s)', bound);
  EXECUTE format('CREATE TABLE sessions_later PARTITION OF sessions '
                 'FOR VALUES FROM (%s) TO (MAXVALUE)', bound);
END $$;
)sql";

} // namespace uzel::storage::migrations
