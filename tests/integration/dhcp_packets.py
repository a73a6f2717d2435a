"""DHCPv4 packets for tests: made and read here, by nothing that the daemon uses (RFC 2131, 2132, 3046)."""
import dataclasses
import ipaddress
import struct

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
MASK, ROUTER, DNS, HOSTNAME, REQUESTED, LEASE, OVERLOAD, KIND, SERVER, WANTED, MESSAGE, MAX_SIZE, T1, T2 = (
    1, 3, 6, 12, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59)
CLIENT_ID, RELAY_INFO, ROUTES = 61, 82, 121
COOKIE = b"\x63\x82\x53\x63"


def octets_of(address):
    return ipaddress.IPv4Address(address or "0.0.0.0").packed


def text_of(octets):
    return str(ipaddress.IPv4Address(octets))


def mac_octets(mac):
    return bytes.fromhex(mac.replace(":", ""))


@dataclasses.dataclass
class Packet:
    """One message; options is a dict of code -> octets in the order in which they are sent."""
    kind: int = DISCOVER
    xid: int = 1
    mac: str = "02:00:00:00:00:01"
    op: int = 1
    hops: int = 0
    secs: int = 0
    flags: int = 0
    ciaddr: str = "0.0.0.0"
    yiaddr: str = "0.0.0.0"
    siaddr: str = "0.0.0.0"
    giaddr: str = "0.0.0.0"
    options: dict = dataclasses.field(default_factory=dict)
    size: int = 0  # of what was read

    def octets(self):
        head = struct.pack("!BBBBIHH", self.op, 1, 6, self.hops, self.xid, self.secs, self.flags)
        head += octets_of(self.ciaddr) + octets_of(self.yiaddr) + octets_of(self.siaddr) + octets_of(self.giaddr)
        head += mac_octets(self.mac).ljust(16, b"\0") + bytes(64 + 128) + COOKIE
        body = bytes([KIND, 1, self.kind])
        for code, value in self.options.items():
            body += bytes([code, len(value)]) + value
        return (head + body + b"\xff").ljust(300, b"\0")

    # What replies say.

    def address(self, code):
        value = self.options.get(code, b"")
        return text_of(value) if len(value) == 4 else None

    def addresses(self, code):
        value = self.options.get(code, b"")
        return [text_of(value[i:i + 4]) for i in range(0, len(value), 4)]

    def number(self, code):
        return int.from_bytes(self.options[code], "big") if code in self.options else None

    @property
    def order(self):
        return list(self.options)


def read_options(octets, into):
    at = 0
    while at < len(octets):
        code = octets[at]
        if code == 0:
            at += 1
            continue
        if code == 255:
            return
        length = octets[at + 1]
        value = octets[at + 2:at + 2 + length]
        if len(value) != length:
            raise ValueError(f"option {code} runs past the end")
        into[code] = into.get(code, b"") + value
        at += 2 + length
    raise ValueError("no end option")


def read(octets):
    """A received packet; ValueError when it is none."""
    if len(octets) < 240 or octets[236:240] != COOKIE:
        raise ValueError("no DHCP packet")
    op, _, _, hops, xid, secs, flags = struct.unpack("!BBBBIHH", octets[:12])
    options = {}
    read_options(octets[240:], options)
    overload = options.get(OVERLOAD, b"\0")[0]
    if overload & 1:
        read_options(octets[108:236], options)
    if overload & 2:
        read_options(octets[44:108], options)
    kind = options.pop(KIND)[0]
    return Packet(kind, xid, octets[28:34].hex(":"), op, hops, secs, flags, text_of(octets[12:16]), text_of(octets[16:20]),
                  text_of(octets[20:24]), text_of(octets[24:28]), options, len(octets))


def relay_info(circuit=b"", remote=b"", **more):
    """The content of option 82; more: link="10.0.0.1" (link selection), override="10.0.0.1" (server identifier)."""
    out = b""
    for code, value in ((1, circuit), (2, remote), (5, octets_of(more["link"]) if "link" in more else b""),
                        (11, octets_of(more["override"]) if "override" in more else b"")):
        if value:
            out += bytes([code, len(value)]) + value
    return out


def port_of(device, number):
    """What a D-Link switch says of one of its ports: the common binary form."""
    return relay_info(b"\0\4\0\x64\0" + bytes([number]), b"\0\6" + mac_octets(device))
