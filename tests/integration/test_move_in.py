"""Moving in: thousands of users of FreeRADIUS and of leases of Kea, who all find here what they had there.

UZEL_MOVE_USERS and UZEL_MOVE_LEASES make it as large as one likes; times are printed.
"""
import functools
import hashlib
import hmac
import json
import os
import resource
import socket
import time
import unittest

import dhcp_packets as dhcp
import freeradius_town
import namespaces
from dhcp_relay import Relay
from dialogues import talk
from radius_client import (ACCESS_REQUEST, CALLING_STATION, FRAMED_PROTOCOL, NAS_IDENTIFIER, SEAL, SERVICE_TYPE, USER_NAME, Reply,
                           access_request, attribute, packet_of, problem_of_reply)
from stores import has_postgresql
from subscribers import SubscriberCase
from uzel_daemon import wait_until

USERS = int(os.environ.get("UZEL_MOVE_USERS", "2000"))
LEASES = int(os.environ.get("UZEL_MOVE_LEASES", "2000"))
CHAP_PASSWORD = 3
LANES = 2  # sockets with 256 logins under way each


class MoveCase(SubscriberCase):
    def cpu(self):
        """Seconds of all that ended, and of the daemon: what a busy machine disturbs least."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(f"/proc/{self.daemon.process.pid}/stat", encoding="ascii") as stat:
            user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
        return ended.ru_utime + ended.ru_stime, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def measured(self, what, work):
        """The result of work(); prints what it took."""
        start, before = time.monotonic(), self.cpu()
        out = work()
        took, after = time.monotonic() - start, self.cpu()
        with open(f"/proc/{self.daemon.process.pid}/status", encoding="ascii") as status:
            peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
        tool = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"{what}: {took:.1f} s, of CPU uzelctl {after[0] - before[0]:.1f} s and uzeld {after[1] - before[1]:.1f} s; at most uzelctl "
              f"(or another child) {tool // 1024} MB and uzeld {int(peak) // 1024} MB", flush=True)
        return out

    def move(self, what, *arguments):
        """Runs the import; returns {kind: counts} and the whole report."""
        ran = self.measured(what, lambda: self.daemon.uzelctl("--json", "--timeout", "600", "import", *arguments, timeout=1800))
        report = json.loads(ran.stdout)
        return {kind["kind"]: kind for kind in report["kinds"]}, report

    def assert_nothing_done(self, kinds):
        for kind in kinds.values():
            self.assertEqual((kind["created"], kind["changed"]), (0, 0), kind)


def lane(source, port, to):
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.bind((source, port))
    out.connect(to)
    return out


def chap_request(identifier, body, password, secret):
    """Without a challenge of its own: the request's authenticator is the challenge (RFC 2865, section 2.2)."""
    authenticator = os.urandom(16)
    digest = hashlib.md5(bytes([7]) + password.encode() + authenticator).digest()
    body += attribute(CHAP_PASSWORD, bytes([7]) + digest)
    blank = packet_of(ACCESS_REQUEST, identifier, authenticator, SEAL + bytes(16) + body)
    return packet_of(ACCESS_REQUEST, identifier, authenticator, SEAL + hmac.new(secret, blank, "md5").digest() + body)


@unittest.skipUnless(has_postgresql(), "needs PostgreSQL")
class FromFreeradius(MoveCase):
    @classmethod
    def setUpClass(cls):
        cls.url, sql = freeradius_town.build(USERS)
        cls.sql = staticmethod(sql)
        cls.users = [freeradius_town.User(n) for n in range(1, USERS + 1)]
        super().setUpClass()

    def log_all_in(self, users, chap):
        """{user: address, or None when he was refused}"""
        out = {}
        secret = freeradius_town.SECRET.encode()

        def sound(request, reply):  # else it answers who had the identifier before
            return problem_of_reply(reply, request[4:20], secret) == ""

        def log_in(user, _lane, number):
            body = attribute(USER_NAME, user.name) + attribute(SERVICE_TYPE, 2) + attribute(FRAMED_PROTOCOL, 1)
            body += attribute(NAS_IDENTIFIER, "old-bras") + attribute(CALLING_STATION, user.mac)
            octets = yield (chap_request if chap else access_request)(number, body, user.password, secret)
            self.assertIsNotNone(octets, f"{user.name} got no sound answer")
            reply = Reply(octets)
            out[user] = reply.address if reply.accepted else None

        lanes = [lane(freeradius_town.NAS, 0, ("127.0.0.1", self.daemon.auth_port)) for _ in range(LANES)]
        talk(lanes, (functools.partial(log_in, user) for user in users), key_of=lambda octets: octets[1], fits=sound)
        for each in lanes:
            each.close()
        return out

    def check_logins(self, users, chap):
        given = self.measured(f"{len(users)} logins by {'CHAP' if chap else 'PAP'}", lambda: self.log_all_in(users, chap))
        self.assertEqual(len(given), len(users))
        for user, address in given.items():
            self.assertEqual(address is not None, user.may_come, user.name)
            if address and user.address:
                self.assertEqual(address, user.address, user.name)
        taken = [address for address in given.values() if address]
        self.assertEqual(len(set(taken)), len(taken))
        return given

    def test_1_a_dry_run_tells_and_does_nothing(self):
        kinds, report = self.move("a dry run", "freeradius", self.url, "--dry-run")
        self.assertEqual(kinds["accounts"]["created"], USERS)
        self.assertEqual(kinds["clients"]["created"], 1)
        self.assertTrue(report["dry_run"])
        self.assertEqual(self.daemon.get("/api/v1/accounts?number=u1")["items"], [])
        self.assertNotIn("old-bras", [c["name"] for c in self.daemon.get("/api/v1/clients")["items"]])

    def test_2_all_users_come_with_what_they_had(self):
        kinds, report = self.move(f"{USERS} users from FreeRADIUS", "freeradius", self.url)
        held = sum(1 for user in self.users if user.number % 5 in (1, 3))
        self.assertEqual({name: k["created"] for name, k in kinds.items()},
                         {"clients": 1, "services": 2, "pools": 1, "accounts": USERS, "addresses": held}, report["problems"][:5])
        self.assertEqual(sum(k["refused"] for k in kinds.values()), 0, report["problems"][:5])
        told = {}
        for problem in report["problems"]:
            told.setdefault(problem["from"], []).append(problem["reason"])
        for user in self.users:
            expected = (user.number % 10 == 9) + (user.number % 500 == 4)
            self.assertEqual(len(told.get(f"user {user.name}", [])), expected, user.name)
        self.assertEqual(len(told["NAS bras.example"]), 1)
        gold = self.daemon.get("/api/v1/services?name=gold")["items"][0]
        self.assertEqual((gold["down_kbit"], gold["up_kbit"]), (100000, 50000))

    def test_3_a_second_run_changes_nothing(self):
        kinds, _ = self.move("the second run", "freeradius", self.url)
        self.assert_nothing_done(kinds)
        self.assertEqual(kinds["accounts"]["there"], USERS)
        ran = self.daemon.uzelctl("import", "freeradius", self.url, timeout=1800)
        self.assertIn("0 created, 0 changed", ran.stdout)

    def test_4_everybody_logs_in_by_pap_and_by_chap_and_has_his_address(self):
        by_pap = self.check_logins(self.users, chap=False)
        by_chap = self.check_logins([user for user in self.users if user.knows_chap], chap=True)
        for user, address in by_chap.items():
            self.assertEqual(address, by_pap[user], user.name)

    def test_5_what_changed_there_is_changed_here(self):
        self.sql("INSERT INTO radcheck (username, attribute, op, value) VALUES ('u5', 'Auth-Type', ':=', 'Reject'), "
                 "('u6', 'Expiration', ':=', '2 Feb 2101'), ('new', 'Cleartext-Password', ':=', 'secret')")
        self.sql("INSERT INTO radreply (username, attribute, op, value) VALUES ('u7', 'Framed-IP-Address', '=', '10.39.0.7')")
        kinds, report = self.move("a few changes", "freeradius", self.url)
        self.assertEqual((kinds["accounts"]["created"], kinds["accounts"]["changed"]), (1, 3), report["problems"][:5])
        changed = self.daemon.get("/api/v1/accounts?number=u5")["items"][0]
        self.assertEqual(changed["status"], "disabled")
        kinds, _ = self.move("once more", "freeradius", self.url)
        self.assert_nothing_done({"accounts": kinds["accounts"]})  # who logged in without a session gives his address back in time

    def test_6_a_database_that_is_not_there_is_told(self):
        ran = self.daemon.uzelctl("import", "freeradius", "postgresql://nobody@127.0.0.1:1/x", check=False)
        self.assertEqual(ran.returncode, 3)
        self.assertIn("the database cannot be reached", ran.stderr)


RELAY, SERVER = "127.3.0.1", "127.0.0.1"
HEAD = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
KEA = """{
  // What the old server was told.
  "Dhcp4": {
    "valid-lifetime": 7200, /* two hours */
    "option-data": [{ "name": "domain-name-servers", "data": "10.60.0.2, 10.60.0.3" }],
    "subnet4": [{
      "id": 1, "subnet": "10.60.0.0/15", "relay": { "ip-addresses": ["127.3.0.1"] },
      "pools": [{ "pool": "10.60.1.0 - 10.61.255.254" }],
      "option-data": [{ "name": "routers", "data": "10.60.0.1" }],
      "reservations": [
        { "hw-address": "02:00:08:00:00:01", "ip-address": "10.60.0.11" },
        { "hw-address": "02:00:08:00:00:02", "ip-address": "10.60.0.12" }, # the last one
      ]
    }]
  }
}
"""


def lease_mac(n):
    return f"02:00:07:{n // 65536:02x}:{n // 256 % 256:02x}:{n % 256:02x}"


def lease_address(n):
    n += 256
    return f"10.{60 + n // 65536}.{n // 256 % 256}.{n % 256}"


def lease_row(n, mac, expire, state=0):
    return f"{lease_address(n)},{mac},,7200,{expire},1,0,0,,{state},,0\n"


class FromKea(MoveCase):
    settings = {"dhcp.listen": [f"{SERVER}:67"], "dhcp.per_relay_rate": 1000000, "actors.guest_limit": 200000}

    @classmethod
    def setUpClass(cls):
        if not namespaces.move_apart():
            raise unittest.SkipTest("needs root, for a network of its own")
        super().setUpClass()
        cls.config, cls.leases = cls.daemon.path("kea-dhcp4.conf"), cls.daemon.path("kea-leases4.csv")
        with open(cls.config, "w", encoding="utf-8") as file:
            file.write(KEA)
        later = int(time.time()) + 7000
        with open(cls.leases, "w", encoding="utf-8") as file:
            file.write(HEAD)
            for n in range(LEASES):  # at first everybody had the address of another
                file.write(lease_row(n, lease_mac(LEASES - 1 - n), later - 1000))
            for n in range(LEASES):
                file.write(lease_row(n, lease_mac(n), later))
            file.write(lease_row(LEASES, lease_mac(LEASES), later - 20000))
            file.write(lease_row(LEASES + 1, lease_mac(LEASES + 1), later, state=2))

    def arguments(self, *more):
        return ("kea", "--config", self.config, "--leases", self.leases, *more)

    def test_1_a_dry_run_tells_and_does_nothing(self):
        kinds, report = self.move("a dry run", *self.arguments("--dry-run"))
        self.assertEqual({name: k["created"] for name, k in kinds.items()},
                         {"services": 1, "networks": 2, "clients": 1, "pools": 1, "accounts": 2, "addresses": LEASES}, report)
        self.assertEqual(self.daemon.get(f"/api/v1/bindings?address={lease_address(0)}")["items"], [])
        self.assertNotIn("relay " + RELAY, [c["name"] for c in self.daemon.get("/api/v1/clients")["items"]])

    def test_2_every_lease_is_kept_and_a_second_run_changes_nothing(self):
        kinds, report = self.move(f"{LEASES} leases from Kea", *self.arguments())
        self.assertEqual(kinds["addresses"]["created"], LEASES, report["problems"][:5])
        self.assertEqual(report["problems"], [])
        again, _ = self.move("the second run", *self.arguments())
        self.assert_nothing_done(again)
        self.assertEqual(again["addresses"]["there"], LEASES)
        foretold, _ = self.move("a dry run", *self.arguments("--dry-run"))
        self.assert_nothing_done(foretold)
        self.assertEqual(foretold["addresses"]["there"], LEASES)

    def test_3_every_client_gets_his_address_back(self):
        given = {}
        with Relay(SERVER, RELAY) as relay:
            stranger = relay.client("02:00:09:00:00:01")
            wait_until(lambda: stranger.get() is not None, why="nobody is served")
            for number, address in ((1, "10.60.0.11"), (2, "10.60.0.12")):
                self.assertEqual(relay.client(f"02:00:08:00:00:0{number}").get().yiaddr, address)

            def ask(n, _lane, _number):
                client = relay.client(lease_mac(n))
                wanted = {dhcp.REQUESTED: dhcp.octets_of(lease_address(n))}
                if n % 10 != 9:  # the others remember what they had
                    offer = yield client.packet(dhcp.DISCOVER).octets()
                    self.assertIsNotNone(offer, lease_address(n))
                    offer = dhcp.read(offer)
                    wanted = {dhcp.REQUESTED: dhcp.octets_of(offer.yiaddr), dhcp.SERVER: offer.options[dhcp.SERVER]}
                reply = yield client.packet(dhcp.REQUEST, wanted).octets()
                self.assertIsNotNone(reply, lease_address(n))
                reply = dhcp.read(reply)
                given[n] = reply.yiaddr if reply.kind == dhcp.ACK else None

            relay.socket.connect(relay.server)
            everybody = (functools.partial(ask, n) for n in range(LEASES))
            self.measured(f"{LEASES} leases asked for", lambda: talk([relay.socket], everybody, key_of=lambda octets: octets[4:8]))
        self.assertEqual(given, {n: lease_address(n) for n in range(LEASES)})
        self.assertEqual(self.daemon.metric("uzel_invariant_violations_total"), 0)

    def test_4_a_broken_configuration_is_told_with_its_place(self):
        with open(self.config + ".cut", "w", encoding="utf-8") as file:
            file.write(KEA.replace('"pools":', '"pools"'))
        ran = self.daemon.uzelctl("import", "kea", "--config", self.config + ".cut", check=False)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("line 8, column 15: a colon must stand here", ran.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
