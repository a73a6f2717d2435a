"""A FreeRADIUS database full of users, on a PostgreSQL server of the test's own.

User n is known as u<n>; what he has follows from n, see User. His server's schema is taken where it is installed.
"""
import os

from postgresql_server import PostgresqlServer

HERE = os.path.dirname(os.path.abspath(__file__))
INSTALLED = "/etc/freeradius/3.0/mods-config/sql"
NAS, SECRET = "127.0.0.7", "moved"
NT_HASH_OF_PASSWORD = "8846F7EAEE8FB117AD06BDD830B7586C"  # of "password"

RADIPPOOL = """CREATE TABLE radippool (id bigserial PRIMARY KEY, pool_name text NOT NULL, framedipaddress inet NOT NULL,
  nasipaddress text NOT NULL DEFAULT '', pool_key text NOT NULL DEFAULT '', calledstationid text NOT NULL DEFAULT '',
  callingstationid text NOT NULL DEFAULT '', expiry_time timestamp(0) NOT NULL DEFAULT now(), username text DEFAULT '')"""

# The same rules as in User.
FILL = """
INSERT INTO nas (nasname, shortname, type, secret) VALUES ('{nas}', 'old-bras', 'mikrotik', '{secret}'), ('bras.example', 'x', 'other', 'y');
INSERT INTO radgroupreply (groupname, attribute, op, value) VALUES
  ('gold', 'Mikrotik-Rate-Limit', ':=', '50M/100M'), ('gold', 'Framed-Protocol', '=', 'PPP'),
  ('silver', 'WISPr-Bandwidth-Max-Down', ':=', '20000000'), ('silver', 'WISPr-Bandwidth-Max-Up', ':=', '10000000');
INSERT INTO radcheck (username, attribute, op, value)
  SELECT 'u' || n,
         CASE n % 10 WHEN 4 THEN 'User-Password' WHEN 5 THEN 'Password-With-Header' WHEN 6 THEN 'Password-With-Header'
                     WHEN 8 THEN 'NT-Password' WHEN 9 THEN 'Crypt-Password' ELSE 'Cleartext-Password' END, ':=',
         CASE n % 10 WHEN 5 THEN '{{clear}}secret' || n WHEN 6 THEN '{{nt}}{nt_hash}' WHEN 8 THEN '{nt_hash}' WHEN 9 THEN '$1$x$y'
                     ELSE 'secret' || n END
  FROM generate_series(1, {users}) n;
INSERT INTO radcheck (username, attribute, op, value) SELECT 'u' || n, 'Auth-Type', ':=', 'Reject'
  FROM generate_series(1, {users}) n WHERE n % 100 = 1;
INSERT INTO radcheck (username, attribute, op, value)
  SELECT 'u' || n, 'Expiration', ':=', CASE n % 100 WHEN 2 THEN '1 Jan 2020' ELSE '1 Jan 2100 12:00:00' END
  FROM generate_series(1, {users}) n WHERE n % 100 IN (2, 3);
INSERT INTO radusergroup (username, groupname, priority) SELECT 'u' || n, CASE n % 2 WHEN 0 THEN 'gold' ELSE 'silver' END, 1
  FROM generate_series(1, {users}) n;
INSERT INTO radreply (username, attribute, op, value)
  SELECT 'u' || n, 'Framed-IP-Address', '=', host('10.40.0.0'::inet + n) FROM generate_series(1, {users}) n WHERE n % 5 = 0;
INSERT INTO radreply (username, attribute, op, value)
  SELECT 'u' || n, 'Framed-Route', '=', '192.0.2.0/24' FROM generate_series(1, {users}) n WHERE n % 500 = 4;
INSERT INTO radippool (pool_name, framedipaddress) SELECT 'main', '10.44.0.0'::inet + n FROM generate_series(1, {users}) n;
UPDATE radippool p SET username = 'u' || n, callingstationid = {mac}, expiry_time = now() + interval '1 hour'
  FROM generate_series(1, {users}) n WHERE n % 5 = 1 AND p.framedipaddress = '10.44.0.0'::inet + n;
INSERT INTO radacct (acctsessionid, acctuniqueid, username, nasipaddress, acctstarttime, callingstationid, framedipaddress)
  SELECT 's' || n, 'q' || n, 'u' || n, '{nas}', now(), {mac}, '10.44.0.0'::inet + n FROM generate_series(1, {users}) n
  WHERE n % 5 = 3;
"""
MAC = "'02:00:06:' || lpad(to_hex(n / 65536), 2, '0') || ':' || lpad(to_hex(n / 256 % 256), 2, '0') || ':' || lpad(to_hex(n % 256), 2, '0')"


def address(network, number):
    a, b = network
    return f"{a}.{b + number // 65536}.{number // 256 % 256}.{number % 256}"


class User:
    def __init__(self, number):
        self.number = number
        self.name = f"u{number}"
        self.mac = f"02:00:06:{number // 65536:02x}:{number // 256 % 256:02x}:{number % 256:02x}"

    @property
    def password(self):
        return {6: "password", 8: "password", 9: "unknown"}.get(self.number % 10, f"secret{self.number}")

    @property
    def may_come(self):
        return self.number % 10 != 9 and self.number % 100 not in (1, 2)

    @property
    def knows_chap(self):
        return self.number % 10 not in (6, 8, 9)

    @property
    def address(self):
        """His own, or the one that he had at that moment; None when any will do."""
        kind = self.number % 5
        return address((10, 40), self.number) if kind == 0 else address((10, 44), self.number) if kind in (1, 3) else None


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def schema():
    files = [os.path.join(INSTALLED, part, "postgresql", "schema.sql") for part in ("main", "ippool")]
    if all(map(os.path.exists, files)):
        return "\n".join(map(text_of, files))
    return text_of(os.path.join(HERE, "freeradius_town.sql")) + RADIPPOOL


def build(users):
    """The URL of a database with that many users, and a function that runs SQL in it."""
    server = PostgresqlServer.instance()
    database = server.create_database()
    server.sql(schema(), database)
    server.sql(FILL.format(users=users, nas=NAS, secret=SECRET, nt_hash=NT_HASH_OF_PASSWORD, mac=MAC), database)
    return server.url(database), lambda sql: server.sql(sql, database)
