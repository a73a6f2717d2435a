"""A RADIUS client of the tests' own: PAP logins and accounting over asyncio, many requests at once (RFC 2865, 2866, 2869).

It shares no code with the daemon and trusts nothing that it says: every reply's authenticator is checked, every Access-* reply
must begin with a sound Message-Authenticator, and what fails is an error when the client is closed.

    async with RadiusClient(daemon) as nas:
        reply = await nas.login("demo1", mac="02:00:00:00:00:01")
        if reply and reply.accepted:
            await nas.account("start", "session-1", "demo1", mac="02:00:00:00:00:01", address=reply.address)
"""
import asyncio
import collections
import hashlib
import hmac
import os
import socket
import struct
import time

ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE = 1, 2, 3, 4, 5
DISCONNECT_REQUEST, DISCONNECT_ACK = 40, 41
USER_NAME, USER_PASSWORD, SERVICE_TYPE, FRAMED_PROTOCOL, FRAMED_ADDRESS, REPLY_MESSAGE = 1, 2, 6, 7, 8, 18
CALLING_STATION, NAS_IDENTIFIER, PROXY_STATE, STATUS_TYPE, INPUT_OCTETS, OUTPUT_OCTETS = 31, 32, 33, 40, 42, 43
SESSION_ID, SESSION_TIME, TERMINATE_CAUSE, INPUT_GIGAWORDS, OUTPUT_GIGAWORDS, EVENT_TIMESTAMP = 44, 46, 49, 52, 53, 55
MESSAGE_AUTHENTICATOR, NAS_PORT_ID = 80, 87
STATUS = {"start": 1, "stop": 2, "interim": 3, "on": 7, "off": 8}
SEAL = bytes([MESSAGE_AUTHENTICATOR, 18])


def attribute(kind, value):
    if isinstance(value, str):
        value = value.encode()
    elif isinstance(value, int):
        value = struct.pack("!I", value)
    return bytes([kind, len(value) + 2]) + value


def address_bytes(text):
    return socket.inet_aton(text)


def packet_of(code, identifier, authenticator, body):
    return struct.pack("!BBH", code, identifier, 20 + len(body)) + authenticator + body


def hidden_password(password, authenticator, secret):
    """User-Password as RFC 2865, section 5.2 hides it."""
    plain = password.encode()
    plain += bytes(-len(plain) % 16 or (16 if not plain else 0))
    hidden, last = b"", authenticator
    for at in range(0, len(plain), 16):
        pad = hashlib.md5(secret + last).digest()
        last = bytes(a ^ b for a, b in zip(plain[at:at + 16], pad))
        hidden += last
    return hidden


def access_request(identifier, attributes, password, secret, authenticator=None, seal=True):
    """A login with its Message-Authenticator (RFC 2869, section 5.14) in front."""
    authenticator = authenticator or os.urandom(16)
    body = attributes + attribute(USER_PASSWORD, hidden_password(password, authenticator, secret))
    if not seal:
        return packet_of(ACCESS_REQUEST, identifier, authenticator, body)
    blank = packet_of(ACCESS_REQUEST, identifier, authenticator, SEAL + bytes(16) + body)
    digest = hmac.new(secret, blank, "md5").digest()
    return packet_of(ACCESS_REQUEST, identifier, authenticator, SEAL + digest + body)


def accounting_request(identifier, attributes, secret, code=ACCOUNTING_REQUEST):
    blank = packet_of(code, identifier, bytes(16), attributes)
    return packet_of(code, identifier, hashlib.md5(blank + secret).digest(), attributes)


def read_attributes(body):
    """[(type, value)], or None for a body that does not add up."""
    out = []
    while body:
        if len(body) < 2 or body[1] < 2 or body[1] > len(body):
            return None
        out.append((body[0], body[2:body[1]]))
        body = body[body[1]:]
    return out


def problem_of_reply(data, request_authenticator, secret):
    """What is wrong with a reply; empty when it is sound."""
    if len(data) < 20 or struct.unpack("!H", data[2:4])[0] != len(data):
        return "its length is wrong"
    head, body = data[:4], data[20:]
    if hashlib.md5(head + request_authenticator + body + secret).digest() != data[4:20]:
        return "its authenticator is wrong"
    if read_attributes(body) is None:
        return "its attributes do not add up"
    if data[0] not in (ACCESS_ACCEPT, ACCESS_REJECT):
        return ""
    if body[:2] != SEAL:
        return "it does not begin with Message-Authenticator"
    blank = head + request_authenticator + SEAL + bytes(16) + body[18:]
    return "" if hmac.new(secret, blank, "md5").digest() == body[2:18] else "its Message-Authenticator is wrong"


class Reply:
    """A sound reply."""

    def __init__(self, data):
        self.code = data[0]
        self.attributes = read_attributes(data[20:])

    def first(self, kind):
        return next((value for what, value in self.attributes if what == kind), None)

    @property
    def accepted(self):
        return self.code == ACCESS_ACCEPT

    @property
    def address(self):
        value = self.first(FRAMED_ADDRESS)
        return socket.inet_ntoa(value) if value else None

    @property
    def message(self):
        return (self.first(REPLY_MESSAGE) or b"").decode("utf-8", "replace")


class Lane(asyncio.DatagramProtocol):
    """One socket towards one port: at most 256 requests at once."""

    def __init__(self, client):
        self.client = client
        self.transport = None
        self.waiting = {}  # identifier -> (authenticator, future)
        self.past = collections.defaultdict(lambda: collections.deque(maxlen=8))  # answers to those come late

    def connection_made(self, transport):
        self.transport = transport

    def error_received(self, exc):
        pass  # nobody listens at this moment: the request is sent again or given up

    def datagram_received(self, data, addr):
        identifier = data[1] if len(data) > 1 else -1
        authenticator, future = self.waiting.get(identifier, (None, None))
        problem = problem_of_reply(data, authenticator, self.client.secret) if authenticator else "nobody asked"
        if not problem:
            if not future.done():
                future.set_result(Reply(data))
            return
        if not any(problem_of_reply(data, a, self.client.secret) == "" for a in self.past[identifier]):
            self.client.bad.append(f"reply {data[:4].hex()} to request {identifier}: {problem}")

    def give_up(self):
        for _, future in self.waiting.values():
            if not future.done():
                future.set_result(None)


class RadiusClient:
    """One NAS. login() and account() may be called any number of times at once; they return None when nothing came."""

    def __init__(self, daemon, name="test-nas", secret=b"testing123", source="127.0.0.1", lanes=1, wait=2.0, tries=1):
        self.ports = {ACCESS_REQUEST: daemon.auth_port, ACCOUNTING_REQUEST: daemon.acct_port}
        self.name, self.secret, self.source, self.lanes, self.wait, self.tries = name, secret, source, lanes, wait, tries
        self.open_lanes, self.free, self.bad, self.closed = [], {}, [], False

    async def __aenter__(self):
        loop = asyncio.get_running_loop()
        for code, port in self.ports.items():
            self.free[code] = asyncio.Queue()
            lanes = [(await loop.create_datagram_endpoint(lambda: Lane(self), (self.source, 0), ("127.0.0.1", port)))[1]
                     for _ in range(self.lanes)]
            self.open_lanes += lanes
            for identifier in range(256):
                for lane in lanes:
                    self.free[code].put_nowait((lane, identifier))
        return self

    async def __aexit__(self, kind, *_):
        self.hang_up()
        for lane in self.open_lanes:
            lane.transport.close()
        if kind is None and self.bad:
            raise AssertionError("unsound replies: " + "; ".join(self.bad[:5]))

    def hang_up(self):
        """All that wait get None, and so does everything asked later."""
        self.closed = True
        for lane in self.open_lanes:
            lane.give_up()

    async def ask(self, code, write, wait=None, tries=None):
        """write(identifier) makes the datagram; it is repeated unchanged, as a NAS does."""
        lane, identifier = await self.free[code].get()
        datagram = write(identifier)
        future = asyncio.get_running_loop().create_future()
        lane.waiting[identifier] = (datagram[4:20], future)
        try:
            for _ in range(tries or self.tries):
                if self.closed:
                    return None
                lane.transport.sendto(datagram)
                done, _ = await asyncio.wait([future], timeout=wait or self.wait)
                if done:
                    return future.result()
            return None
        finally:
            lane.past[identifier].append(datagram[4:20])
            del lane.waiting[identifier]
            self.free[code].put_nowait((lane, identifier))

    async def login(self, user, password=None, mac=None, wanted=None, wait=None, tries=None):
        body = attribute(USER_NAME, user) + attribute(SERVICE_TYPE, 2) + attribute(FRAMED_PROTOCOL, 1)
        body += attribute(NAS_IDENTIFIER, self.name) + attribute(NAS_PORT_ID, "port-" + (mac or user))
        if mac:
            body += attribute(CALLING_STATION, mac)
        if wanted:
            body += attribute(FRAMED_ADDRESS, address_bytes(wanted))
        password = user if password is None else password
        return await self.ask(ACCESS_REQUEST, lambda i: access_request(i, body, password, self.secret), wait, tries)

    async def account(self, status, session, user=None, mac=None, address=None, octets=(0, 0), seconds=0, happened=None,
                      port=None, wait=None, tries=None):
        """True when it was acknowledged. octets: (from, to) the subscriber."""
        body = attribute(STATUS_TYPE, STATUS[status]) + attribute(NAS_IDENTIFIER, self.name)
        body += attribute(EVENT_TIMESTAMP, int(happened or time.time()))
        if session:
            body += attribute(SESSION_ID, session)
        if user:
            body += attribute(USER_NAME, user) + attribute(NAS_PORT_ID, port or "port-" + (mac or user))
        if mac:
            body += attribute(CALLING_STATION, mac)
        if address:
            body += attribute(FRAMED_ADDRESS, address_bytes(address))
        if status in ("interim", "stop"):
            for kind, giga, value in ((INPUT_OCTETS, INPUT_GIGAWORDS, octets[0]), (OUTPUT_OCTETS, OUTPUT_GIGAWORDS, octets[1])):
                body += attribute(kind, value & 0xFFFFFFFF) + attribute(giga, value >> 32)
            body += attribute(SESSION_TIME, seconds)
        if status == "stop":
            body += attribute(TERMINATE_CAUSE, 1)
        reply = await self.ask(ACCOUNTING_REQUEST, lambda i: accounting_request(i, body, self.secret), wait, tries)
        return reply is not None and reply.code == ACCOUNTING_RESPONSE


class DisconnectPort(asyncio.DatagramProtocol):
    """The NAS's ear for Disconnect-Request (RFC 5176): checks it, tells on_request(session id), acknowledges."""

    def __init__(self, secret=b"testing123", on_request=None):
        self.secret, self.on_request = secret, on_request
        self.transport, self.port, self.sessions, self.bad = None, 0, [], []

    async def open(self):
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, ("127.0.0.1", 0))
        self.port = self.transport.get_extra_info("sockname")[1]
        return self

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        blank = data[:4] + bytes(16) + data[20:]
        digest = hashlib.md5(blank + self.secret).digest()
        if data[0] != DISCONNECT_REQUEST or digest != data[4:20]:
            # With a Message-Authenticator the digest is taken over its value, which stands in the packet already.
            self.bad.append(data)
            return
        said = dict(read_attributes(data[20:]))
        session = said.get(SESSION_ID, b"").decode()
        self.sessions.append(session)
        if self.on_request:
            self.on_request(session)
        head = struct.pack("!BBH", DISCONNECT_ACK, data[1], 20)
        self.transport.sendto(head + hashlib.md5(head + data[4:20] + self.secret).digest(), addr)
