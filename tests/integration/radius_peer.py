"""What radclient cannot send or tell: packets written octet by octet, the address that a reply came from, a NAS that
answers Disconnect-Requests."""
import hashlib
import hmac
import os
import socket
import struct
import threading
import time

from radius_client import attribute, hidden_password

ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_REJECT = 1, 2, 3
ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE, STATUS_SERVER = 4, 5, 12
DISCONNECT_REQUEST, DISCONNECT_ACK, DISCONNECT_NAK = 40, 41, 42
SECRET = b"testing123"


def request(code, attributes, ident=None, password=None, seal=True, secret=SECRET):
    """A signed request. attributes: (type, value) pairs; password adds User-Password, seal Message-Authenticator."""
    ident = os.urandom(1)[0] if ident is None else ident
    authenticator = bytes(16) if code == ACCOUNTING_REQUEST else os.urandom(16)
    body = attribute(80, bytes(16)) if seal else b""
    body += b"".join(attribute(kind, value) for kind, value in attributes)
    if password is not None:
        body += attribute(2, hidden_password(password, authenticator, secret))
    head = struct.pack("!BBH", code, ident, 20 + len(body))
    if seal:
        body = body[:2] + hmac.new(secret, head + authenticator + body, hashlib.md5).digest() + body[18:]
    if code == ACCOUNTING_REQUEST:
        authenticator = hashlib.md5(head + authenticator + body + secret).digest()
    return head + authenticator + body


def attributes_of(packet):
    out, at = [], 20
    while at + 2 <= len(packet):
        out.append((packet[at], packet[at + 2:at + packet[at + 1]]))
        at += packet[at + 1]
    return out


def values_of(packet, kind):
    return [value for k, value in attributes_of(packet) if k == kind]


def is_signed(reply, asked, secret=SECRET):
    """The Response Authenticator of RFC 2865 section 3, and the Message-Authenticator first and right where there is one."""
    good = hashlib.md5(reply[:4] + asked[4:20] + reply[20:] + secret).digest() == reply[4:20]
    if values_of(reply, 80):
        zeroed = reply[:4] + asked[4:20] + reply[20:22] + bytes(16) + reply[38:]
        good = good and reply[20] == 80 and hmac.new(secret, zeroed, hashlib.md5).digest() == reply[22:38]
    return good


class Peer:
    """One socket of a NAS."""

    def __init__(self, address="127.0.0.1", port=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))

    def close(self):
        self.socket.close()

    def send(self, packet, port, address="127.0.0.1"):
        self.socket.sendto(packet, (address, port))

    def receive(self, limit=3.0):
        """(packet, where it came from), or (None, None)."""
        self.socket.settimeout(limit)
        try:
            return self.socket.recvfrom(4096)
        except TimeoutError:
            return None, None

    def ask(self, packet, port, limit=3.0, address="127.0.0.1"):
        self.send(packet, port, address)
        return self.receive(limit)[0]


class DynauthNas(threading.Thread):
    """Answers Disconnect-Requests: answer = DISCONNECT_ACK, an Error-Cause for a NAK, or None for silence."""

    def __init__(self, port, address="127.0.0.1", answer=DISCONNECT_ACK):
        super().__init__(daemon=True)
        self.answer = answer
        self.requests = []  # (time, packet)
        self.peer = Peer(address, port)
        self.ending = False
        self.start()

    def run(self):
        while not self.ending:
            packet, source = self.peer.receive(0.1)
            if packet is None:
                continue
            self.requests.append((time.monotonic(), packet))
            if self.answer is None:
                continue
            acked = self.answer == DISCONNECT_ACK
            body = b"" if acked else attribute(101, self.answer)
            head = struct.pack("!BBH", DISCONNECT_ACK if acked else DISCONNECT_NAK, packet[1], 20 + len(body))
            signature = hashlib.md5(head + packet[4:20] + body + SECRET).digest()
            self.peer.socket.sendto(head + signature + body, source)

    def stop(self):
        self.ending = True
        self.join(2)
        self.peer.close()
