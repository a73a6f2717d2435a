"""Many DHCP clients behind one relay on a server that may die at any moment, and the ledger of all that it promised them.

Every client sends one packet and waits for its answer before the next, as clients do; what was not answered is sent again.
"""
import random
import socket
import time

import dhcp_packets as dhcp
from dhcp_packets import Packet

PATIENCE = 0.5  # seconds until a client asks again


class Ledger:
    def __init__(self):
        self.leases = {}  # mac -> (address, until): acknowledged and neither given back nor over
        self.owners = {}  # address -> mac
        self.broken = []
        self.answers = 0

    def acknowledged(self, mac, address, seconds):
        self.answers += 1
        owner = self.owners.get(address)
        if owner not in (None, mac) and self.leases.get(owner, ("", 0))[1] > time.time():
            self.broken.append(f"{address} of {owner} was given to {mac}")
        before = self.leases.get(mac)
        if before and before[0] != address and before[1] > time.time():
            self.broken.append(f"{mac} had {before[0]} and was given {address}")
        self.owners[address] = mac
        self.leases[mac] = (address, time.time() + seconds)

    def forget(self, mac):
        lease = self.leases.pop(mac, None)
        if lease and self.owners.get(lease[0]) == mac:
            del self.owners[lease[0]]


class Device:
    """A client that gets a lease, renews it some times and gives it back."""

    def __init__(self, mac, rng):
        self.mac, self.rng = mac, rng
        self.want = dhcp.DISCOVER
        self.offer = self.lease = None
        self.asked = 0.0
        self.xid = 0

    def next_packet(self, giaddr, xid):
        self.xid, self.asked = xid, time.monotonic()
        options, ciaddr = {dhcp.WANTED: b"\1\3\6\x33"}, "0.0.0.0"
        kind = dhcp.REQUEST if self.want == "renew" else self.want
        if kind == dhcp.REQUEST and self.want != "renew":
            options = {dhcp.REQUESTED: dhcp.octets_of(self.offer[0]), dhcp.SERVER: self.offer[1], **options}
        elif self.want in ("renew", dhcp.RELEASE):
            ciaddr = self.lease
        return Packet(kind, xid, self.mac, hops=1, giaddr=giaddr, ciaddr=ciaddr, options=options)

    def answered(self, reply, ledger):
        if reply.kind == dhcp.OFFER and self.want == dhcp.DISCOVER:
            self.offer, self.want = (reply.yiaddr, reply.options[dhcp.SERVER]), dhcp.REQUEST
        elif reply.kind == dhcp.ACK and self.want in (dhcp.REQUEST, "renew"):
            ledger.acknowledged(self.mac, reply.yiaddr, reply.number(dhcp.LEASE))
            self.lease = reply.yiaddr
            self.want = "renew" if self.rng.random() < 0.85 else dhcp.RELEASE
        elif reply.kind == dhcp.NAK:
            if self.want == "renew":
                ledger.broken.append(f"{self.mac} may not keep {self.lease}: {reply.options.get(dhcp.MESSAGE)}")
            self.want = dhcp.DISCOVER
        else:
            return
        self.asked = 0.0


class Street:
    """The relay with all its devices, in one thread."""

    def __init__(self, server, giaddr, macs, rng=random):
        self.server, self.giaddr = (server, 67), giaddr
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((giaddr, 67))
        self.socket.settimeout(0.005)
        self.devices = {mac: Device(mac, rng) for mac in macs}
        self.ledger = Ledger()
        self.xid = rng.randrange(1 << 24)

    def close(self):
        self.socket.close()

    def live(self, seconds, at_end=lambda: None, done=lambda: False):
        """Asks and listens for a while, or until done(); then at_end() is called, and what had left by then is still read."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not done():
            self.ask()
            self.listen()
        at_end()
        time.sleep(0.02)
        self.listen()
        for device in self.devices.values():
            device.asked = 0.0

    def ask(self):
        now = time.monotonic()
        for device in self.devices.values():
            if now - device.asked < PATIENCE:
                continue
            self.xid += 1
            packet = device.next_packet(self.giaddr, self.xid)
            if device.want == dhcp.RELEASE:  # never answered; from here on nothing is promised
                self.ledger.forget(device.mac)
                device.want, device.asked, device.lease = dhcp.DISCOVER, 0.0, None
            try:
                self.socket.sendto(packet.octets(), self.server)
            except OSError:  # nobody is there
                return

    def listen(self):
        for _ in range(512):
            try:
                reply = dhcp.read(self.socket.recv(2048))
            except OSError:
                return
            device = self.devices.get(reply.mac)
            if device and reply.xid == device.xid:
                device.answered(reply, self.ledger)
            self.socket.settimeout(0)
        self.socket.settimeout(0.005)


def problems_of(street, bindings):
    """Every promise of the ledger that the daemon's bindings do not keep, in words."""
    out = list(street.ledger.broken)
    by_address = {}
    for b in bindings:
        if b["state"] != "free" and by_address.setdefault(b["address"], b) is not b:
            out.append(f"{b['address']} stands in two bindings")
    for mac, (address, until) in street.ledger.leases.items():
        b = by_address.get(address)
        if until <= time.time():
            continue
        if b is None or b["state"] != "bound" or b["mac"] != mac:
            out.append(f"{address} of {mac} is {b and (b['state'], b['mac'])}")
    return out
