"""What integration tests of DHCP have in common: a town with two streets, each a wire behind relays of its own.

Relays are addresses of the loopback net; every test process has a network of its own, so that port 67 is free.
"""
import ipaddress
import unittest

import namespaces
from dhcp_relay import Relay
from subscribers import SubscriberCase
from uzel_daemon import wait_until

SERVER = "127.0.0.1"
STREET, YARD, FOREIGN = "127.1.0.1", "127.2.0.1", "127.9.0.1"
HOMES, GUESTS, YARD_HOMES = "10.81.0.0/24", "10.82.0.0/24", "10.83.0.0/24"
SWITCH = "f8:e9:03:e7:55:a6"


class DhcpCase(SubscriberCase):
    settings = {"dhcp.listen": [f"{SERVER}:67"]}
    numbers = iter(range(7000, 9000))
    mac_count = 0x020000050000
    guest_lease = 60

    @classmethod
    def setUpClass(cls):
        if not namespaces.move_apart():
            raise unittest.SkipTest("needs root, for a network of its own")
        super().setUpClass()
        cls.build_town()

    @classmethod
    def build_town(cls):
        post = cls.daemon.post
        for pool in cls.daemon.get("/api/v1/pools")["items"]:  # those of the demo are no part of the town
            cls.daemon.api("PATCH", f"/api/v1/pools/{pool['id']}", {"dynamic": False})
        policies = {"on_unknown": "guest", "on_unpaid": "guest", "on_disabled": "guest"}
        for name, source in (("street", "127.1.0.0/24"), ("yard", "127.2.0.0/24")):
            post("/api/v1/clients", {"name": name, "source": source, "secret": "testing123", **policies})
        cls.network("street relays", "127.1.0.0/24", link="street")
        cls.homes = cls.network("street homes", HOMES, link="street", router="10.81.0.1", dns="10.81.0.2,10.81.0.3",
                                lease_seconds=3600, options="ntp=10.81.0.4; 43=hex:0104c0a80001")
        cls.guests = cls.network("street guests", GUESTS, link="street", router="10.82.0.1", guest_lease_seconds=cls.guest_lease)
        cls.network("yard relays", "127.2.0.0/24", link="yard")
        cls.yard = cls.network("yard", YARD_HOMES, link="yard", router="10.83.0.1", authoritative=True)
        cls.pool("street homes", "10.81.0.10", "10.81.0.60")
        cls.pool("street guests", "10.82.0.10", "10.82.0.60", kind="guest")
        cls.pool("yard homes", "10.83.0.10", "10.83.0.60")
        cls.pool("yard guests", "10.83.0.100", "10.83.0.130", kind="guest")
        cls.switch = post("/api/v1/devices", {"name": "switch", "mac": SWITCH, "tells_ports": True})["id"]
        cls.ports = {n: post("/api/v1/ports", {"device_id": cls.switch, "number": n})["id"] for n in range(1, 25)}
        # All of it is known when a stranger gets an address.
        with Relay(SERVER, YARD) as relay:
            stranger = relay.client(cls.next_mac())
            wait_until(lambda: stranger.get() is not None, why="the town is not known")
            stranger.release()

    @classmethod
    def network(cls, name, prefix, **fields):
        return cls.daemon.post("/api/v1/networks", {"name": name, "prefix": prefix, **fields})["id"]

    @classmethod
    def pool(cls, name, first, last, kind="internet", **fields):
        return cls.daemon.post("/api/v1/pools", {"name": name, "first": first, "last": last, "kind": kind, **fields})["id"]

    @classmethod
    def next_mac(cls):
        DhcpCase.mac_count += 1
        return ":".join(f"{DhcpCase.mac_count:012x}"[i:i + 2] for i in range(0, 12, 2))

    def relay(self, address=STREET):
        made = Relay(SERVER, address)
        self.addCleanup(made.close)
        return made

    def on_port(self, number, **fields):
        return self.account(accesses=[{"kind": "port", "device_id": self.switch, "port_id": self.ports[number]}], **fields)

    def binding(self, address, **wanted):
        """The binding of an address as the database has it, once it looks like that."""
        def look():
            rows = [b for b in self.daemon.get(f"/api/v1/bindings?address={address}")["items"] if b["state"] != "free"]
            return rows and all(rows[0][k] == v for k, v in wanted.items()) and rows[0]
        return wait_until(look, why=f"{address} has no binding with {wanted}")

    def assert_in(self, address, prefix):
        self.assertIn(ipaddress.ip_address(address), ipaddress.ip_network(prefix))
