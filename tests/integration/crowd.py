"""Subscribers of both protocols at once, in the background: sessions over RADIUS, leases over DHCP, and what they were promised.

    crowd = Crowd(daemon, rng)       # its desk is made; the daemon runs
    with crowd.busy():
        ...                          # what the test does to the store
    self.assertEqual(crowd.problems(), [])

DHCP needs a network of the test's own (namespaces.move_apart()); without it the crowd is of RADIUS alone.
"""
import asyncio
import contextlib
import threading

import dhcp_load
import namespaces
import radius_load
from radius_client import RadiusClient
from uzel_daemon import wait_until

RELAY = "127.3.0.1"
SETTINGS = {"dhcp.listen": ["127.0.0.1:67"], "dhcp.per_relay_rate": 0, "dhcp.per_client_rate": 0, "actors.guest_limit": 100000}
LONGEST = 3600.0
CATCH_UP = 120.0


def settings():
    """What the daemon needs beside its own."""
    return SETTINGS if namespaces.own else {}


class CountingClient(RadiusClient):
    """Knows how many requests nobody answered while it was there to listen."""
    unanswered = 0

    async def ask(self, *arguments, **options):
        reply = await super().ask(*arguments, **options)
        if reply is None and not self.closed:
            self.unanswered += 1
        return reply


class Crowd:
    def __init__(self, daemon, rng, subscribers=90, devices=100):
        self.daemon, self.unanswered, self.failure = daemon, 0, None
        self.ledger = radius_load.Ledger()
        self.subscribers = [radius_load.Subscriber(self.ledger, f"demo{n}", [f"02:00:00:0a:{n:02x}:{d:02x}" for d in (1, 2)], rng)
                            for n in range(1, subscribers + 1)]
        self.street = None
        if namespaces.own:
            macs = [f"02:00:00:0b:{n >> 8:02x}:{n & 255:02x}" for n in range(devices)]
            self.build_street()
            self.street = dhcp_load.Street("127.0.0.1", RELAY, macs, rng)

    def build_street(self):
        post = self.daemon.post
        post("/api/v1/clients", {"name": "street", "source": "127.3.0.0/24", "secret": "testing123", "on_unknown": "guest",
                                 "limit_dhcp": False})
        post("/api/v1/networks", {"name": "relays", "prefix": "127.3.0.0/24", "link": "street"})
        post("/api/v1/networks", {"name": "leases", "prefix": "10.90.0.0/16", "link": "street", "guest_lease_seconds": 600})
        post("/api/v1/pools", {"name": "leases", "first": "10.90.0.10", "last": "10.90.200.250", "kind": "guest",
                               "sticky_seconds": 0})

    def close(self):
        if self.street:
            self.street.close()

    @property
    def answers(self):
        return self.ledger.answers + (self.street.ledger.answers if self.street else 0)

    @contextlib.contextmanager
    def busy(self):
        """Everybody lives while the body runs. The body may kill the daemon: who waits for an answer then gets none."""
        done = threading.Event()
        threads = [threading.Thread(target=self.watched, args=(self.live_on_radius, done))]
        if self.street:
            threads.append(threading.Thread(target=self.watched, args=(self.live_on_dhcp, done)))
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            done.set()
            for thread in threads:
                thread.join()
        if self.failure:
            raise self.failure

    def watched(self, live, done):
        try:
            live(done)
        except BaseException as why:  # pylint: disable=broad-except
            self.failure = why

    def live_on_radius(self, done):
        asyncio.run(self.sessions(done))

    def live_on_dhcp(self, done):
        self.street.live(LONGEST, done=done.is_set)

    async def sessions(self, done):
        async with CountingClient(self.daemon, wait=5.0) as nas:
            over, tasks = await radius_load.run_load(nas, self.subscribers, 0)
            while not done.is_set():
                await asyncio.sleep(0.02)
            over.set()
            if self.daemon.process.poll() is not None:
                await asyncio.sleep(0.02)  # answers that had left are read: they count
                nas.hang_up()
            await asyncio.gather(*tasks)
            self.unanswered += nas.unanswered

    def wait_for(self, answers, limit=30.0):
        """Until so many more were answered."""
        wanted = self.answers + answers
        wait_until(lambda: self.failure or self.answers >= wanted, limit, "the crowd is not answered")

    def problems(self):
        """Every promise of the ledgers that the store does not keep, once it has all that was acknowledged."""
        catch_up(self.daemon)
        out = radius_load.problems_of(self.ledger, self.daemon)
        if self.street:
            out += dhcp_load.problems_of(self.street, radius_load.rows(self.daemon, "/api/v1/bindings"))
        return out


def catch_up(daemon, limit=CATCH_UP):
    def done():
        stands = daemon.get("/api/v1/store")
        return not stands["database_away"] and stands["applied"] >= synced
    synced = daemon.get("/api/v1/store")["synced"]
    wait_until(done, limit, "the database does not catch up")
