"""Real DHCP clients on real wires: udhcpc and dhclient, straight and behind ISC dhcrelay, each in a host of its own."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import namespaces
from namespaces import Host, wire, wire_between
from subscribers import SubscriberCase
from uzel_daemon import wait_until

# What the scripts saw goes to a file, one block a call, in one write.
UDHCPC_SCRIPT = """#!/bin/sh
seen=$(echo "event $1"; env | grep -E '^(ip|router|dns|lease)=')
printf '%s\\n\\n' "$seen" >>"SEEN"
case "$1" in
  bound|renew) ip addr flush dev "$interface"; ip addr add "$ip/24" dev "$interface"; ip route replace default via "$router" ;;
  deconfig) ip addr flush dev "$interface" ;;
esac
"""
DHCLIENT_SCRIPT = """#!/bin/sh
printf 'event %s\\nip=%s\\nrouter=%s\\ndns=%s\\nlease=%s\\n\\n' "$reason" "$new_ip_address" "$new_routers" \\
  "$new_domain_name_servers" "$new_dhcp_lease_time" >>"SEEN"
case "$reason" in
  BOUND|RENEW|REBIND|REBOOT) ip addr flush dev "$interface"; ip addr add "$new_ip_address/24" dev "$interface"
    ip route replace default via "$new_routers" ;;
  EXPIRE|FAIL|RELEASE|STOP|PREINIT) ip addr flush dev "$interface" ;;
esac
"""


class Device:
    """A host with one DHCP client; what its script saw is read back as a list of dicts."""

    def __init__(self, case, name, mac):
        self.case, self.mac, self.process = case, mac, None
        self.host = Host(name)
        case.addCleanup(self.host.close)
        self.folder = tempfile.mkdtemp(prefix="uzel-dhcp-")
        case.addCleanup(shutil.rmtree, self.folder, True)
        self.seen_file = os.path.join(self.folder, "seen")
        case.addCleanup(self.end)

    def script(self, text):
        path = os.path.join(self.folder, "script")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("SEEN", self.seen_file))
        os.chmod(path, 0o755)
        return path

    def begin(self, *command):
        log = open(os.path.join(self.folder, "log"), "ab")  # closed with the process
        self.process = self.host.start(*command, stdout=log, stderr=log)
        log.close()

    def udhcpc(self, *more):
        self.begin("udhcpc", "-i", "eth0", "-f", "-t", "5", "-T", "1", "-A", "1", "-R",
                   "-s", self.script(UDHCPC_SCRIPT), *more)

    def dhclient(self, *more):
        self.begin("dhclient", "-4", "-d", "-v", "-sf", self.script(DHCLIENT_SCRIPT), "-lf", os.path.join(self.folder, "leases"),
                   "-pf", os.path.join(self.folder, "pid"), "-cf", "/dev/null", *more, "eth0")

    def end(self, how=signal.SIGKILL):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)

    def tell(self, how):
        """A signal to the client itself: ip netns exec replaces itself by it."""
        self.process.send_signal(how)

    def seen(self):
        try:
            with open(self.seen_file, encoding="utf-8") as file:
                text = file.read()
        except OSError:
            return []
        out = []
        for block in text.split("\n\n")[:-1]:
            lines = block.splitlines()
            out.append({"event": lines[0].split()[1], **dict(line.split("=", 1) for line in lines[1:])})
        return out

    def wait_for(self, *events, after=0, limit=15):
        """The first event of these kinds after the first `after` events."""
        def look():
            return next((e for e in self.seen()[after:] if e["event"] in events), None)
        try:
            return wait_until(look, limit, f"no {events}")
        except AssertionError:
            with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
                print(file.read())
            raise


@unittest.skipUnless(shutil.which("udhcpc") and shutil.which("dhclient") and shutil.which("dhcrelay"),
                     "needs udhcpc, dhclient and dhcrelay")
class RealClients(SubscriberCase):
    settings = {"dhcp.listen": ["10.71.0.1:67"], "dhcp.interfaces": ["uzlan"]}
    numbers = iter(range(9000, 9500))
    devices = 0

    @classmethod
    def setUpClass(cls):
        if not namespaces.move_apart():
            raise unittest.SkipTest("needs root, for a network of its own")
        namespaces.ip("link", "add", "uzlan", "type", "bridge", "forward_delay", "0")
        namespaces.ip("addr", "add", "10.70.0.1/24", "dev", "uzlan")
        namespaces.ip("link", "set", "uzlan", "up")
        # The relay stands between its own lan and the wire to us.
        cls.relay = Host("relay")
        wire("uzup", cls.relay, "up0")
        namespaces.ip("addr", "add", "10.71.0.1/24", "dev", "uzup")
        cls.relay.run("ip", "addr", "add", "10.71.0.2/24", "dev", "up0")
        cls.relay.run("ip", "link", "add", "lan0", "type", "bridge", "forward_delay", "0")
        cls.relay.run("ip", "addr", "add", "10.72.0.1/24", "dev", "lan0")
        cls.relay.run("ip", "link", "set", "lan0", "up")
        namespaces.ip("route", "add", "10.72.0.0/24", "via", "10.71.0.2")
        cls.relay.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
        super().setUpClass()
        post = cls.daemon.post
        policies = {"on_unknown": "guest", "on_unpaid": "guest", "on_disabled": "guest"}
        post("/api/v1/clients", {"name": "lan", "source": "10.70.0.0/24", "secret": "testing123", **policies})
        post("/api/v1/clients", {"name": "relay", "source": "10.72.0.0/24", "secret": "testing123", **policies})
        for name, net, more in (("lan", "10.70.0", {"interface": "uzlan"}), ("relayed", "10.72.0", {})):
            post("/api/v1/networks", {"name": name, "prefix": net + ".0/24", "router": net + ".1", "dns": net + ".2",
                                      "authoritative": True, "lease_seconds": 600, "guest_lease_seconds": 10, **more})
            post("/api/v1/pools", {"name": name, "first": net + ".10", "last": net + ".99"})
            post("/api/v1/pools", {"name": name + " guests", "first": net + ".100", "last": net + ".199", "kind": "guest"})
        cls.relay_log = tempfile.TemporaryFile()
        cls.dhcrelay = cls.relay.start("dhcrelay", "-4", "-d", "-a", "-iu", "up0", "-id", "lan0", "10.71.0.1",
                                       stdout=cls.relay_log, stderr=cls.relay_log)

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.dhcrelay.kill()
            cls.dhcrelay.wait(5)
            cls.relay_log.close()
            cls.relay.close()
            namespaces.ip("link", "del", "uzlan")

    def device(self, relayed=False, known=True, **fields):
        """A new host on our lan or on the relay's, known to the desk by its MAC or a stranger."""
        RealClients.devices += 1
        mac = f"02:00:00:06:00:{self.devices:02x}"
        if known:
            self.account(mac=mac, **fields)
        made = Device(self, f"dev{self.devices}", mac)
        if relayed:
            end = f"cl{self.devices}"
            wire_between(self.relay, end, made.host, "eth0")
            self.relay.run("ip", "link", "set", end, "master", "lan0")
        else:
            end = f"uzd{self.devices}"
            wire(end, made.host, "eth0")
            namespaces.ip("link", "set", end, "master", "uzlan")
        made.host.run("ip", "link", "set", "eth0", "address", mac)
        return made

    def state_of(self, address):
        rows = [b for b in self.daemon.get(f"/api/v1/bindings?address={address}")["items"] if b["state"] != "free"]
        return rows[0]["state"] if rows else "free"

    def lives(self, device, lan, relayed):
        """Bound, renewed, restarted over and released."""
        device.udhcpc()
        bound = device.wait_for("bound")
        self.assertTrue(bound["ip"].startswith(lan), bound)
        self.assertEqual((bound["router"], bound["dns"], bound["lease"]), (lan + ".1", lan + ".2", "600"))
        wait_until(lambda: self.state_of(bound["ip"]) == "bound", why="not bound")
        before = len(device.seen())
        device.tell(signal.SIGUSR1)  # renew, straight to us
        self.assertEqual(device.wait_for("renew", "bound", after=before)["ip"], bound["ip"])
        self.daemon.stop()
        self.daemon.start()
        before = len(device.seen())
        device.tell(signal.SIGUSR1)
        self.assertEqual(device.wait_for("renew", "bound", after=before)["ip"], bound["ip"])
        device.tell(signal.SIGUSR2)  # release
        wait_until(lambda: self.state_of(bound["ip"]) == "held", why="not released")

    def test_udhcpc_on_our_own_wire(self):
        self.lives(self.device(), "10.70.0", False)

    def test_udhcpc_behind_a_relay_with_option_82(self):
        self.lives(self.device(relayed=True), "10.72.0", True)

    def test_dhclient_on_our_own_wire(self):
        device = self.device()
        device.dhclient()
        bound = device.wait_for("BOUND")
        self.assertEqual((bound["router"], bound["dns"], bound["lease"]), ("10.70.0.1", "10.70.0.2", "600"))
        device.end()
        for _ in range(3):
            before = len(device.seen())
            device.dhclient()  # it remembers its lease: INIT-REBOOT
            self.assertEqual(device.wait_for("REBOOT", "BOUND", after=before)["ip"], bound["ip"])
            device.end(signal.SIGKILL)
            # It sends one RELEASE and takes its address away at once: there is no time to ask for our MAC, and on a busy machine not
            # even for the datagram to leave. RFC 2131 section 4.4.6: nobody confirms it. So it may try again.
            device.host.run("ip", "neigh", "replace", "10.70.0.1", "lladdr", namespaces.mac_of("uzlan"), "dev", "eth0")
            device.begin("dhclient", "-4", "-d", "-r", "-sf", device.script(DHCLIENT_SCRIPT), "-lf",
                         os.path.join(device.folder, "leases"), "-pf", os.path.join(device.folder, "pid"), "-cf", "/dev/null", "eth0")
            if self.is_released(bound["ip"]):
                return
        self.fail("no RELEASE of dhclient ended the lease")

    def is_released(self, address):
        try:
            return wait_until(lambda: self.state_of(address) in ("held", "free"), 5, "not released")
        except AssertionError:
            return False

    def test_dhclient_behind_a_relay_renews_and_rebinds(self):
        device = self.device(relayed=True, known=False)  # a stranger's lease is short
        device.dhclient()
        bound = device.wait_for("BOUND")
        self.assertEqual(bound["lease"], "10")
        self.assertTrue(bound["ip"].startswith("10.72.0.1"))
        self.assertEqual(device.wait_for("RENEW", limit=20)["ip"], bound["ip"])
        # Nobody answers at the time of renewal: it rebinds, by broadcast through the relay, as soon as somebody is back.
        self.daemon.stop()
        before = len(device.seen())
        self.addCleanup(lambda: self.daemon.process.poll() is None or self.daemon.start())
        self.daemon.start()
        again = device.wait_for("RENEW", "REBIND", "BOUND", after=before, limit=25)
        self.assertEqual(again["ip"], bound["ip"])

    def test_a_lease_that_nobody_renews_ends(self):
        device = self.device(known=False)
        device.udhcpc()
        bound = device.wait_for("bound")
        self.assertEqual(bound["lease"], "10")
        device.end(signal.SIGKILL)
        wait_until(lambda: self.state_of(bound["ip"]) in ("held", "free"), why="it never ends")

    def test_udhcpc_declines_an_address_that_somebody_uses(self):
        device = self.device()
        device.udhcpc("-n", "-q")
        address = device.wait_for("bound")["ip"]
        device.process.wait(5)
        device.host.run("ip", "addr", "flush", "dev", "eth0")
        # Another host takes the address without asking; udhcpc looks for it by ARP before it uses it (-a).
        squatter = self.device()
        squatter.host.run("ip", "addr", "add", address + "/24", "dev", "eth0")
        before = len(device.seen())
        device.udhcpc("-a")
        other = device.wait_for("bound", after=before, limit=30)
        self.assertNotEqual(other["ip"], address)
        wait_until(lambda: self.state_of(address) == "quarantined", why="not in quarantine")

    def test_inform_is_answered_where_the_client_is(self):
        device = self.device()
        device.host.run("ip", "addr", "add", "10.70.0.250/24", "dev", "eth0")
        asked = device.host.run("python3", "-c", INFORM, device.mac, cwd=os.path.dirname(os.path.abspath(__file__)))
        self.assertRegex(asked.stdout, re.compile(r"kind 5 yiaddr 0\.0\.0\.0 dns 10\.70\.0\.2 lease None"))


INFORM = """
import socket, sys
import dhcp_packets as dhcp
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.bind(("10.70.0.250", 68))
s.settimeout(5)
s.sendto(dhcp.Packet(dhcp.INFORM, 7, sys.argv[1], ciaddr="10.70.0.250", options={dhcp.WANTED: b"\\x01\\x03\\x06"}).octets(), ("255.255.255.255", 67))
reply = dhcp.read(s.recv(4096))
print("kind", reply.kind, "yiaddr", reply.yiaddr, "dns", reply.address(dhcp.DNS), "lease", reply.number(dhcp.LEASE))
"""


if __name__ == "__main__":
    unittest.main(verbosity=2)
