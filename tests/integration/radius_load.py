"""Subscribers who come and go on a daemon that may die at any moment, and the ledger of all that it promised them.

The ledger holds what was acknowledged; problems_of() compares it with what the daemon knows after a restart. A subscriber whose
request was not answered sends it again until it is, as a NAS does, so every session is a straight line of acknowledged steps.
"""
import asyncio
import dataclasses

from uzel_daemon import wait_until


@dataclasses.dataclass
class Session:
    name: str
    user: str
    mac: str
    address: str
    acked: int = 0  # octets of the last acknowledged report
    sent: int = 0  # octets of the last report
    started: bool = False  # the Start was acknowledged
    stopped: bool = False  # the Stop was acknowledged
    stopping: bool = False  # the Stop was sent
    renewed: bool = False  # its device logged in again meanwhile: that offer stands when the session ends


class Ledger:
    """What the daemon told its clients."""

    def __init__(self):
        self.grants = {}  # (user, mac) -> address
        self.owners = {}  # address -> (user, mac)
        self.sessions = {}  # name -> Session
        self.broken = []  # promises that were broken before the eyes of a client
        self.answers = 0

    def granted(self, user, mac, address):
        self.answers += 1
        before = self.grants.setdefault((user, mac), address)
        if before != address:
            self.broken.append(f"{user} {mac} had {before} and was given {address}")
        owner = self.owners.setdefault(address, (user, mac))
        if owner != (user, mac):
            self.broken.append(f"{address} of {owner} was given to {(user, mac)}")


class Subscriber:
    """One account with some devices, one of them online at a time."""

    def __init__(self, ledger, user, macs, rng, stays=0.8):
        self.ledger, self.user, self.macs, self.rng, self.stays = ledger, user, macs, rng, stays
        self.now = None  # the Session that is on
        self.mac = rng.choice(macs)  # the device that is on or wants to be: asked until it is told something

    async def live(self, nas, done):
        """Until done (an Event) is set or the client hangs up. Begins with a login, so that a restart is noticed at once."""
        await self.log_in(nas)
        while not done.is_set() and not nas.closed:
            if self.now is None or self.rng.random() < 0.1:
                await self.log_in(nas)
            else:
                await self.report(nas)
            await asyncio.sleep(self.rng.random() * 0.02)

    async def log_in(self, nas):
        mac = self.mac
        reply = await nas.login(self.user, mac=mac)
        if reply is None:
            return
        if not reply.accepted:
            self.ledger.broken.append(f"{self.user} {mac} was rejected: {reply.message}")
            return
        self.ledger.granted(self.user, mac, reply.address)
        if self.now:
            self.now.renewed = True
        else:
            name = f"{self.user}-{len(self.ledger.sessions)}"
            self.now = self.ledger.sessions[name] = Session(name, self.user, mac, reply.address)

    async def report(self, nas):
        s = self.now
        if not s.started:
            s.started = await nas.account("start", s.name, s.user, s.mac, s.address)
            self.ledger.answers += s.started
            return
        if not s.stopping and self.rng.random() < self.stays:
            s.sent += self.rng.randrange(1, 1 << 31)
        else:
            s.stopping = True
        kind = "stop" if s.stopping else "interim"
        if await nas.account(kind, s.name, s.user, s.mac, s.address, octets=(s.sent, 2 * s.sent)):
            self.ledger.answers += 1
            s.acked = s.sent
            if s.stopping:
                s.stopped, self.now = True, None
                self.mac = s.mac if s.renewed else self.rng.choice(self.macs)


def rows(daemon, path, **query):
    """All rows of a list of the API, with everything in them that the journal has acknowledged so far."""
    synced = daemon.get("/api/v1/store")["synced"]
    wait_until(lambda: daemon.get("/api/v1/store")["applied"] >= synced, why="the database does not catch up")
    out, query = [], {"limit": 1000, **query}
    while True:
        page = daemon.get(path + "?" + "&".join(f"{k}={v}" for k, v in query.items()))
        out += page["items"]
        if not page["next_cursor"]:
            return out
        query["cursor"] = page["next_cursor"]


def problems_of(ledger, daemon):
    """Every promise of the ledger that the daemon does not keep, in words."""
    out = list(ledger.broken)
    users = {row["account_id"]: row["login"] for row in rows(daemon, "/api/v1/accesses", kind="login")}
    check_bindings(ledger, rows(daemon, "/api/v1/bindings"), users, out)
    check_sessions(ledger, rows(daemon, "/api/v1/sessions"), users, out)
    return out


def check_bindings(ledger, bindings, users, out):
    by_address = {}
    for b in bindings:
        if b["state"] != "free" and by_address.setdefault(b["address"], b) is not b:
            out.append(f"{b['address']} stands in two bindings")
    for (user, mac), address in ledger.grants.items():
        b = by_address.get(address)
        if b is None:
            out.append(f"{address} of {user} {mac} is nobody's")
        elif (users.get(b["account_id"]), b["mac"]) != (user, mac):
            out.append(f"{address} of {user} {mac} belongs to {users.get(b['account_id'])} {b['mac']}")
    places = [(b["account_id"], b["place"]) for b in bindings if b["state"] in ("offered", "bound")]
    out += [f"account {a} has two addresses at place {p}" for a, p in set(places) if places.count((a, p)) > 1]


def check_sessions(ledger, found, users, out):
    by_name = {}
    for row in found:
        if by_name.setdefault(row["acct_session_id"], row) is not row:
            out.append(f"session {row['acct_session_id']} stands twice")
    for s in ledger.sessions.values():
        row = by_name.get(s.name)
        if row is None:
            if s.started:
                out.append(f"session {s.name} is lost")
            continue
        if (users.get(row["account_id"]), row["mac"], row["address"]) != (s.user, s.mac, s.address):
            out.append(f"session {s.name} of {s.user} {s.mac} {s.address} is written as {row}")
        if not s.acked <= row["in_octets"] <= s.sent or row["out_octets"] != 2 * row["in_octets"]:
            out.append(f"session {s.name} has {row['in_octets']} octets; {s.acked} were acknowledged, {s.sent} reported")
        if s.stopped and row["state"] != "closed":
            out.append(f"session {s.name} was stopped and is {row['state']}")
        if not s.stopping and row["state"] != "open":
            out.append(f"session {s.name} was not stopped and is {row['state']}")


async def run_load(nas, subscribers, seconds):
    """All of them live for that long; then the client may be hung up."""
    done = asyncio.Event()
    tasks = [asyncio.create_task(s.live(nas, done)) for s in subscribers]
    await asyncio.sleep(seconds)
    return done, tasks
