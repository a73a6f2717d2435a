"""A DHCP relay with clients behind it, in one socket: bound to an address of its own, port 67, as giaddr.

    with Relay(server="10.77.0.1", address="10.77.1.1") as relay:
        client = relay.client("02:00:00:00:00:01", port=port_of("f8:e9:03:e7:55:a6", 5))
        lease = client.get()            # DISCOVER, REQUEST
        client.renew()                  # a relayed REQUEST with ciaddr
"""
import itertools
import selectors
import socket
import time

import dhcp_packets as dhcp
from dhcp_packets import Packet

WANTED = bytes([dhcp.MASK, dhcp.ROUTER, dhcp.DNS, dhcp.LEASE, dhcp.T1, dhcp.T2])


class Relay:
    xids = itertools.count(0x10000)

    def __init__(self, server, address, server_port=67, port=67):
        self.server, self.address = (server, server_port), address
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(self.socket, selectors.EVENT_READ)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.waiting.close()
        self.socket.close()

    def client(self, mac, **options):
        return Client(self, mac, **options)

    def send(self, packet):
        self.socket.sendto(packet.octets(), self.server)

    def receive(self, wait):
        """The next packet or None."""
        if not self.waiting.select(wait):
            return None
        return dhcp.read(self.socket.recv(4096))

    def ask(self, packet, wait=2.0):
        """The reply to a packet, or None when none comes in time. Replies to others are dropped."""
        self.send(packet)
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            reply = self.receive(left)
            if reply is not None and reply.xid == packet.xid and reply.op == 2:
                return reply
        return None


class Client:
    """One device behind the relay."""

    def __init__(self, relay, mac, port=b"", client_id=b"", hostname=""):
        self.relay, self.mac, self.port = relay, mac, port
        self.options = {dhcp.WANTED: WANTED}
        if client_id:
            self.options[dhcp.CLIENT_ID] = client_id
        if hostname:
            self.options[dhcp.HOSTNAME] = hostname.encode()
        self.lease = None  # the last ACK
        self.server = None

    def packet(self, kind, options=None, relayed=True, **fields):
        every = {**self.options, **(options or {})}
        if relayed and self.port:
            every[dhcp.RELAY_INFO] = self.port
        return Packet(kind, next(Relay.xids) & 0xFFFFFFFF, self.mac, giaddr=self.relay.address if relayed else "0.0.0.0",
                      hops=1 if relayed else 0, options=every, **fields)

    def ask(self, kind, options=None, wait=2.0, **fields):
        return self.relay.ask(self.packet(kind, options, **fields), wait)

    def discover(self, wanted=None, wait=2.0):
        reply = self.ask(dhcp.DISCOVER, {dhcp.REQUESTED: dhcp.octets_of(wanted)} if wanted else None, wait)
        if reply:
            self.server = reply.address(dhcp.SERVER)
        return reply

    def select(self, offer, wait=2.0):
        return self.kept(self.ask(dhcp.REQUEST, {dhcp.REQUESTED: dhcp.octets_of(offer.yiaddr),
                                                 dhcp.SERVER: offer.options[dhcp.SERVER]}, wait))

    def get(self, wanted=None):
        """DISCOVER and REQUEST; returns the ACK, or None."""
        offer = self.discover(wanted)
        return self.select(offer) if offer else None

    def reboot(self, address, wait=2.0):
        return self.kept(self.ask(dhcp.REQUEST, {dhcp.REQUESTED: dhcp.octets_of(address)}, wait))

    def renew(self, address=None, wait=2.0):
        """Relayed, as clients do when they rebind."""
        return self.kept(self.ask(dhcp.REQUEST, wait=wait, ciaddr=address or self.lease.yiaddr))

    def release(self, address=None):
        self.relay.send(self.packet(dhcp.RELEASE, {dhcp.SERVER: dhcp.octets_of(self.server)},
                                    ciaddr=address or self.lease.yiaddr))

    def decline(self, address):
        self.relay.send(self.packet(dhcp.DECLINE, {dhcp.REQUESTED: dhcp.octets_of(address),
                                                   dhcp.SERVER: dhcp.octets_of(self.server)}))

    def kept(self, reply):
        if reply and reply.kind == dhcp.ACK:
            self.lease = reply
            self.server = reply.address(dhcp.SERVER)
        return reply
