"""What is wanted of Uzel. Its embedded store and a PostgreSQL server on the same machine are held to figures of their own."""
from dataclasses import dataclass


@dataclass
class Wanted:
    times: dict  # case -> {server: at least so many times its rate}
    aims: dict  # the same, where less will do
    half: tuple  # cases whose latency is measured at half of Uzel's own peak, too
    p99_at_half: float  # microseconds
    churn_times: float  # the sustained rate: so many times the sessions that come and go at FreeRADIUS


WANTED = {
    "sqlite": Wanted(
        {"auth-new": {"freeradius-sql": 30}, "auth-bound": {"freeradius-files": 1.5}, "acct-start": {"freeradius-sql": 20},
         "acct-interim": {"freeradius-sql": 20}, "acct-stop": {"freeradius-sql": 20}, "dora": {"kea-memfile": 1.5, "kea-postgres": 10}},
        {"auth-bound": {"echo": 0.5}},
        half=("auth-new", "auth-bound", "dora"), p99_at_half=5000.0, churn_times=5),
    "postgresql": Wanted(
        {"auth-new": {"freeradius-sql": 25}, "acct-start": {"freeradius-sql": 15}, "acct-interim": {"freeradius-sql": 15},
         "acct-stop": {"freeradius-sql": 15}, "dora": {"kea-memfile": 1, "kea-postgres": 5}},
        {},
        half=("auth-new", "auth-bound", "acct-start", "acct-interim", "acct-stop", "dora"), p99_at_half=20_000.0, churn_times=8),
}

# Of both stores.
CHURN_LAG = 5.0  # seconds that the database may be behind
DRAIN_SECONDS = 300  # after a peak the database has everything by then
STORM_SECONDS = 10  # all shall be online by then
BYTES_PER_ACCOUNT = 1500
