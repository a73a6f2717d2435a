"""Who is meant: by login, by the port that option 82 names, by MAC; and what becomes of strangers, the disabled and the
unpaid under both policies."""
import ipaddress
import unittest

from subscribers import SubscriberCase
from uzel_daemon import attribute_values, wait_until

WRONG = "Login or password is wrong"
SWITCH, ONU = "f8:e9:03:e7:55:a6", "ec:22:80:00:00:01"
REJECTING, GUESTS, UNTRUSTED = "127.0.2.1", "127.0.2.2", "127.0.2.3"
GUEST_RANGE = (ipaddress.ip_address("100.65.0.2"), ipaddress.ip_address("100.65.3.254"))


def option82(device, port):
    """The binary form that most switches send: circuit-id with VLAN, module and port, remote-id with the MAC."""
    return [("ADSL-Agent-Circuit-Id", f"0x0004009800{port:02x}"),
            ("ADSL-Agent-Remote-Id", "0x0006" + device.replace(":", ""))]


class Identification(SubscriberCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("prepare")
        case.client(REJECTING)
        case.client(GUESTS, on_unknown="guest", on_disabled="guest", on_unpaid="guest")
        case.client(UNTRUSTED, trust_option82=False)
        post = cls.daemon.post
        cls.switch = post("/api/v1/devices", {"name": "switch", "mac": SWITCH, "tells_ports": True})["id"]
        cls.onu = post("/api/v1/devices", {"name": "ONU", "mac": ONU, "tells_ports": False})["id"]
        cls.ports = {n: post("/api/v1/ports", {"device_id": cls.switch, "number": n})["id"] for n in range(1, 13)}
        cls.mac_count = 0x020000030000

    def prepare(self):
        """Only names a case that setUpClass may borrow helpers from."""

    def new_mac(self):
        type(self).mac_count += 1
        return ":".join(f"{self.mac_count:012x}"[i:i + 2] for i in range(0, 12, 2))

    def on_port(self, number, **fields):
        return self.account(accesses=[{"kind": "port", "device_id": self.switch, "port_id": self.ports[number]}], **fields)

    def by_port(self, port, mac=None, device=SWITCH, source=REJECTING):
        """How a relay asks: User-Name is the MAC, no password that proves anything."""
        mac = mac or self.new_mac()
        return self.login(mac, mac=mac, source=source, more=option82(device, port))

    def assert_holder(self, reply, account):
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        address = attribute_values(reply, "Framed-IP-Address")[0]
        self.assertIn(address, [b["address"] for b in self.shown(account)["bindings"]])
        return address

    def assert_guest(self, reply):
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        address = ipaddress.ip_address(attribute_values(reply, "Framed-IP-Address")[0])
        self.assertTrue(GUEST_RANGE[0] <= address <= GUEST_RANGE[1], address)
        self.assertEqual(attribute_values(reply, "Mikrotik-Rate-Limit"), [])
        self.assertEqual(attribute_values(reply, "Mikrotik-Address-List"), [])

    def assert_refused(self, reply, words):
        self.assertEqual(reply.code, "Access-Reject", reply.text)
        self.assertEqual(attribute_values(reply, "Reply-Message"), [words])

    # Ports.

    def test_the_port_decides_whatever_device_is_plugged_in(self):
        one, two = self.on_port(1), self.on_port(2)
        self.assert_holder(self.by_port(1), one)
        self.assert_holder(self.by_port(2), two)

    def test_an_empty_or_unknown_port_and_an_unknown_device_are_nobody(self):
        self.account(accesses=[{"kind": "port", "device_id": self.switch}])  # a device that tells ports, no port: nobody
        for device, port in ((SWITCH, 3), (SWITCH, 99), ("02:de:ad:00:00:01", 1)):
            with self.subTest(device=device, port=port):
                self.assert_refused(self.by_port(port, device=device), WRONG)
                self.assert_guest(self.by_port(port, device=device, source=GUESTS))

    def test_two_accounts_on_a_port_match_nobody_and_are_told(self):
        self.on_port(4)
        self.on_port(4)
        self.assert_refused(self.by_port(4), "More than one account is on this port")
        self.assert_guest(self.by_port(4, source=GUESTS))
        self.assertTrue(wait_until(lambda: self.alarms("ambiguous-identity"), why="no alarm"))

    def test_a_device_without_ports_is_one_subscriber(self):
        who = self.account(accesses=[{"kind": "port", "device_id": self.onu}])
        mac = self.new_mac()
        addresses = {self.assert_holder(self.by_port(port, mac=mac, device=ONU), who) for port in (0, 1, 200)}
        self.assertEqual(len(addresses), 1)

    def test_option_82_counts_only_from_clients_that_are_trusted(self):
        self.on_port(5)
        self.assert_refused(self.by_port(5, source=UNTRUSTED), WRONG)

    def test_a_password_is_asked_before_the_port(self):
        self.on_port(6)
        who = self.account(login="walker", password="secret")
        mac = self.new_mac()
        reply = self.login("walker", "secret", mac, REJECTING, option82(SWITCH, 6))
        self.assert_holder(reply, who)
        self.assertEqual(self.refused("walker", "wrong", mac, REJECTING, option82(SWITCH, 6)), WRONG)

    # MACs.

    def test_a_mac_is_known_in_every_spelling(self):
        mac = self.new_mac()
        who = self.account(mac=mac)
        bare = mac.replace(":", "")
        spellings = (mac, mac.upper(), mac.replace(":", "-"), bare, ".".join(bare[i:i + 4] for i in (0, 4, 8)), "1:" + mac)
        addresses = {self.assert_holder(self.login(mac, mac=spelling, source=REJECTING), who) for spelling in spellings}
        self.assertEqual(len(addresses), 1)
        self.assert_holder(self.login(bare, source=REJECTING), who)  # as User-Name alone

    def test_a_mac_with_itself_as_password_is_still_a_mac(self):
        mac = self.new_mac()
        who = self.account(mac=mac)
        self.assert_holder(self.login(mac, mac, mac, REJECTING), who)

    def test_an_unknown_mac_is_nobody(self):
        mac = self.new_mac()
        self.assert_refused(self.login(mac, mac=mac, source=REJECTING), WRONG)
        self.assert_guest(self.login(mac, mac=mac, source=GUESTS))

    def test_a_mac_cloned_to_another_port_is_nobody(self):
        mac = self.new_mac()
        who = self.on_port(7, mac=mac)
        own = self.assert_holder(self.by_port(7, mac=mac), who)
        self.assert_refused(self.by_port(8, mac=mac), WRONG)
        self.assert_guest(self.by_port(8, mac=mac, source=GUESTS))
        self.assertEqual(self.assert_holder(self.by_port(7, mac=mac), who), own)

    def test_a_mac_cloned_to_a_neighbours_port_is_the_neighbour(self):
        mac = self.new_mac()
        owner, neighbour = self.on_port(9, mac=mac), self.on_port(10)
        first = self.assert_holder(self.by_port(9, mac=mac), owner)
        second = self.assert_holder(self.by_port(10, mac=mac), neighbour)
        self.assertNotEqual(first, second)

    # Who may not.

    def test_a_stranger_with_a_login(self):
        mac = self.new_mac()
        self.assertEqual(self.refused("stranger", "x", mac, REJECTING), WRONG)
        self.assert_guest(self.login("stranger", "x", mac, GUESTS))

    def test_a_guest_keeps_his_address_at_his_place(self):
        mac = self.new_mac()
        first, again, other = (self.login("stranger", "x", m, GUESTS) for m in (mac, mac, self.new_mac()))
        addresses = [attribute_values(r, "Framed-IP-Address")[0] for r in (first, again, other)]
        self.assertEqual(addresses[0], addresses[1])
        self.assertNotEqual(addresses[0], addresses[2])

    def test_a_disabled_account(self):
        mac = self.new_mac()
        who = self.account(login="switched-off", password="secret")
        self.daemon.api("PATCH", f"/api/v1/accounts/{who}", {"status": "disabled"})
        self.assertEqual(self.refused("switched-off", "secret", mac, REJECTING), "The account is disabled")
        self.assert_guest(self.login("switched-off", "secret", mac, GUESTS))
        # Who does not know the password does not learn that the account is disabled.
        self.assertEqual(self.refused("switched-off", "wrong", mac, REJECTING), WRONG)
        self.assertEqual(self.refused("switched-off", "wrong", mac, GUESTS), WRONG)
        self.daemon.api("PATCH", f"/api/v1/accounts/{who}", {"status": "active"})
        self.assert_holder(self.login("switched-off", "secret", mac, REJECTING), who)

    def test_an_unpaid_account(self):
        mac = self.new_mac()
        who = self.account(login="debtor", password="secret", service_id=None)
        self.assertEqual(self.refused("debtor", "secret", mac, REJECTING), "The service is not paid")
        self.assert_guest(self.login("debtor", "secret", mac, GUESTS))
        self.daemon.api("PUT", f"/api/v1/accounts/{who}/subscription", {"service_id": 1})
        reply = self.login("debtor", "secret", mac, REJECTING)
        self.assert_holder(reply, who)
        self.assertEqual(attribute_values(reply, "Mikrotik-Rate-Limit"), ["20M/20M"])
        self.daemon.api("DELETE", f"/api/v1/accounts/{who}/subscription")
        self.assertEqual(self.refused("debtor", "secret", mac, REJECTING), "The service is not paid")

    def test_logins_are_one_in_any_case_and_with_any_realm(self):
        mac = self.new_mac()
        who = self.account(login="Mixed.Case", password="secret")
        for name in ("mixed.case", "MIXED.CASE", "mixed.case@example.net", "ISP\\Mixed.Case"):
            with self.subTest(name):
                self.assert_holder(self.login(name, "secret", mac, REJECTING), who)

    def test_more_places_than_the_account_may_have_are_refused(self):
        self.account(login="single", password="secret", session_limit=1)
        first = self.new_mac()
        address = self.accepted("single", "secret", first, REJECTING)
        self.account_for("Start", "single-1", "single", first, address, REJECTING)
        self.assertEqual(self.refused("single", "secret", self.new_mac(), REJECTING), "Too many sessions")
        self.assertEqual(self.accepted("single", "secret", first, REJECTING), address)

    def test_the_decision_is_explained(self):
        mac = self.new_mac()
        self.refused("explained-stranger", "x", mac, REJECTING)
        told = self.daemon.get("/api/v1/explain?login=explained-stranger")
        self.assertIn("unknown-subscriber", str(told))


if __name__ == "__main__":
    unittest.main()
