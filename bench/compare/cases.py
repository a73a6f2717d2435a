"""What is compared: the load of each case, and who takes part. What is wanted of Uzel stands in wanted.py."""
from dataclasses import dataclass


@dataclass
class Case:
    key: str
    title: str
    load: list  # arguments of uzel-load; the server adds its own
    protocol: str  # whose arguments the server gives: radius, dhcp or echo
    servers: list  # keys of servers, in the order of their turns


CASES = [
    Case("echo", "bare UDP echo", ["echo", "client", "--size", "160"], "echo", ["echo"]),
    Case("auth-new", "RADIUS login, a new address from the pool", ["radius", "auth", "--once"], "radius", ["uzel", "freeradius-sql"]),
    Case("auth-bound", "RADIUS login of a subscriber who holds an address", ["radius", "auth", "--bound"], "radius",
         ["uzel", "freeradius-files"]),
    Case("acct-start", "Accounting Start", ["radius", "acct", "--status", "start", "--once"], "radius", ["uzel", "freeradius-sql"]),
    Case("acct-interim", "Accounting Interim-Update", ["radius", "acct", "--status", "interim"], "radius", ["uzel", "freeradius-sql"]),
    Case("acct-stop", "Accounting Stop", ["radius", "acct", "--status", "stop"], "radius", ["uzel", "freeradius-sql"]),
    Case("dora", "DHCP DORA, a new lease", ["dhcp", "dora", "--once", "--relays", "4"], "dhcp", ["uzel", "kea-memfile", "kea-postgres"]),
    Case("churn", "sessions that come and go: login, Start, Stop", ["radius", "session", "--interims", "0"], "radius",
         ["freeradius-sql", "uzel"]),  # Uzel is held to a multiple of the rate of the other
    Case("storm", "50,000 subscribers reconnect at once", ["radius", "storm"], "radius", ["uzel"]),
]
RELAYS = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"]

# Operations at once with which each server does the most; more only makes its queue longer. Of a protocol, or of one case.
WINDOWS = {("uzel", "radius"): 384, ("uzel", "dhcp"): 128, ("echo", "echo"): 64, ("freeradius-sql", "radius"): 64,
           ("freeradius-files", "radius"): 256, ("kea-memfile", "dhcp"): 32, ("kea-postgres", "dhcp"): 32, ("freeradius-sql", "churn"): 24}

STORM_SUBSCRIBERS = 50_000

# Requests per second that each peer can be expected to do at most: how many subscribers a run of so many seconds needs. A peer that
# is slower does not get to the last of them; its tables stay small, which is in its favour.
PEER_LIMIT = {"freeradius-sql": 2500, "freeradius-files": 2000, "kea-memfile": 20000, "kea-postgres": 3000}


# Cases in which everybody has one turn need as many subscribers as Uzel serves within the time.
UZEL_LIMIT = {"auth-new": 80_000, "acct-start": 100_000, "acct-stop": 100_000, "dora": 45_000}


def window_of(server, case):
    return WINDOWS.get((server, case.key)) or WINDOWS[server, case.protocol]


def subscribers_of(server, options, case, seconds):
    if server in PEER_LIMIT:
        return max(1000, int(PEER_LIMIT[server] * options.peer_seconds))
    if case == "storm":
        return STORM_SUBSCRIBERS
    return max(options.subscribers, min(options.most_subscribers, int(UZEL_LIMIT.get(case, 0) * seconds)))
