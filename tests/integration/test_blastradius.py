"""Message-Authenticator and Proxy-State under every policy of a client (CVE-2024-3596), and EAP, which always needs a
seal and is refused until it is spoken."""
import time
import unittest

from radius_peer import (ACCESS_ACCEPT, ACCESS_REJECT, ACCESS_REQUEST, Peer, is_signed, request, values_of)
from uzel_daemon import Daemon, DaemonCase, attribute_values, wait_until

EAP, PROXY_STATE = 79, 33
EAP_IDENTITY = bytes([2, 77, 0, 10, 1]) + b"demo1"


class Policies(DaemonCase):
    @classmethod
    def setUpClass(cls):
        # A reject that waits a second would only make the table slow: every case here is answered or dropped.
        cls.daemon = Daemon(settings={"radius.reject_delay": "0ms"}).start()
        cls.next_host = 10

    def new_client(self, require, limit):
        """A client with a history of its own, as the socket that it speaks from."""
        type(self).next_host += 1
        address = f"127.0.1.{self.next_host}"
        made = self.daemon.post("/api/v1/clients", {
            "name": f"policy {self.next_host}", "source": address + "/32", "secret": "testing123", "routing_domain_id": 1,
            "require_message_authenticator": require, "limit_proxy_state": limit})
        peer = Peer(address)
        self.addCleanup(peer.close)
        # The edit takes effect with the next packets: a sealed Status-Server tells when, and teaches nothing.
        wait_until(lambda: peer.ask(request(12, []), self.daemon.auth_port, limit=0.2), why="the client is not known")
        return peer, made["id"]

    def is_answered(self, peer, seal, proxied=False, limit=2.0):
        asked = request(ACCESS_REQUEST, [(1, "demo1"), (31, "02:00:00:00:00:01")] +
                        ([(PROXY_STATE, "from a proxy")] if proxied else []), password="demo1", seal=seal)
        reply = peer.ask(asked, self.daemon.auth_port, limit)
        if reply is None:
            return False
        self.assertEqual(reply[0], ACCESS_ACCEPT)
        self.assertTrue(is_signed(reply, asked))
        self.assertEqual(values_of(reply, PROXY_STATE), [b"from a proxy"] if proxied else [])
        return True

    def assert_dropped(self, peer, seal, proxied=False):
        self.assertFalse(self.is_answered(peer, seal, proxied, limit=0.4))

    def test_yes_answers_only_sealed_requests(self):
        peer, _ = self.new_client("yes", "no")
        self.assert_dropped(peer, seal=False)
        self.assertTrue(self.is_answered(peer, seal=True))
        self.assertTrue(self.is_answered(peer, seal=True, proxied=True))
        self.assert_dropped(peer, seal=False)

    def test_auto_requires_the_seal_once_it_was_seen(self):
        peer, _ = self.new_client("auto", "no")
        self.assertTrue(self.is_answered(peer, seal=False))
        self.assertTrue(self.is_answered(peer, seal=True))
        self.assert_dropped(peer, seal=False)
        self.assertTrue(self.is_answered(peer, seal=True))

    def test_auto_tells_the_operator_that_a_client_mixes(self):
        peer, _ = self.new_client("auto", "no")
        self.assertTrue(self.is_answered(peer, seal=True))
        self.assert_dropped(peer, seal=False)
        self.assert_dropped(peer, seal=False)

        def told():
            return [a for a in self.daemon.get("/api/v1/alarms")["items"]
                    if (a["id"], a["subject"]) == ("mixed-message-authenticator", f"policy {self.next_host}")]

        self.assertEqual(len(wait_until(told, why="no alarm")), 1)

    def test_no_answers_unsealed_requests(self):
        peer, _ = self.new_client("no", "no")
        for seal in (False, True, False):
            self.assertTrue(self.is_answered(peer, seal=seal))

    def test_a_wrong_seal_is_dropped_under_every_policy(self):
        for policy in ("yes", "auto", "no"):
            with self.subTest(policy):
                peer, _ = self.new_client(policy, "no")
                asked = bytearray(request(ACCESS_REQUEST, [(1, "demo1")], password="demo1"))
                asked[30] ^= 1  # inside Message-Authenticator
                self.assertIsNone(peer.ask(bytes(asked), self.daemon.auth_port, limit=0.4))

    def test_proxy_state_without_seal_is_limited(self):
        peer, _ = self.new_client("no", "yes")
        self.assert_dropped(peer, seal=False, proxied=True)
        self.assertTrue(self.is_answered(peer, seal=False))
        self.assertTrue(self.is_answered(peer, seal=True, proxied=True))
        self.assert_dropped(peer, seal=False, proxied=True)

    def test_proxy_state_is_free_where_it_is_not_limited(self):
        peer, _ = self.new_client("no", "no")
        self.assertTrue(self.is_answered(peer, seal=False))
        self.assertTrue(self.is_answered(peer, seal=False, proxied=True))

    def test_auto_lets_a_client_go_on_as_it_began(self):
        proxy, _ = self.new_client("no", "auto")
        self.assertTrue(self.is_answered(proxy, seal=False, proxied=True))
        self.assertTrue(self.is_answered(proxy, seal=False, proxied=True))
        direct, _ = self.new_client("no", "auto")
        self.assertTrue(self.is_answered(direct, seal=False))
        self.assert_dropped(direct, seal=False, proxied=True)

    def test_a_changed_policy_holds_for_the_next_packets(self):
        peer, client = self.new_client("yes", "no")
        self.assert_dropped(peer, seal=False)
        self.daemon.api("PATCH", f"/api/v1/clients/{client}", {"require_message_authenticator": "no"})
        wait_until(lambda: self.is_answered(peer, seal=False, limit=0.2), why="the change has no effect")
        self.daemon.api("PATCH", f"/api/v1/clients/{client}", {"require_message_authenticator": "yes"})
        wait_until(lambda: not self.is_answered(peer, seal=False, limit=0.2), why="the change has no effect")
        self.assertTrue(self.is_answered(peer, seal=True))

    def test_a_disabled_client_is_not_answered(self):
        peer, client = self.new_client("no", "no")
        self.daemon.api("PATCH", f"/api/v1/clients/{client}", {"enabled": False})
        wait_until(lambda: not self.is_answered(peer, seal=True, limit=0.2), why="the change has no effect")

    def test_a_changed_secret_counts_and_the_old_one_does_not(self):
        peer, client = self.new_client("yes", "no")
        self.daemon.api("PATCH", f"/api/v1/clients/{client}", {"secret": "another secret"})
        wait_until(lambda: not self.is_answered(peer, seal=True, limit=0.2), why="the change has no effect")
        asked = request(ACCESS_REQUEST, [(1, "demo1"), (31, "02:00:00:00:00:01")], password="demo1",
                        secret=b"another secret")
        reply = peer.ask(asked, self.daemon.auth_port)
        self.assertEqual(reply[0], ACCESS_ACCEPT)
        self.assertTrue(is_signed(reply, asked, b"another secret"))

    def test_eap_needs_the_seal_everywhere_and_is_refused_with_a_failure(self):
        for policy in ("yes", "auto", "no"):
            with self.subTest(policy):
                peer, _ = self.new_client(policy, "no")
                attributes = [(1, "demo1"), (EAP, EAP_IDENTITY), (PROXY_STATE, "p")]
                bare = request(ACCESS_REQUEST, attributes, seal=False)
                self.assertIsNone(peer.ask(bare, self.daemon.auth_port, limit=0.4))
                asked = request(ACCESS_REQUEST, attributes)
                reply = peer.ask(asked, self.daemon.auth_port)
                self.assertEqual(reply[0], ACCESS_REJECT)
                self.assertTrue(is_signed(reply, asked))
                self.assertEqual(values_of(reply, EAP), [bytes([4, 77, 0, 4])])
                self.assertEqual(values_of(reply, PROXY_STATE), [b"p"])


class WithRadclient(DaemonCase):
    """The demo's client requires the seal and learns of proxies, as radclient meets it."""

    def login(self, *attributes, wait=1):
        return self.daemon.radclient([("User-Name", "demo1"), ("User-Password", "demo1"), *attributes], wait=wait)

    def test_the_seal_decides(self):
        self.assertEqual(self.login().code, "")
        sealed = self.login(("Message-Authenticator", "0x00"))
        self.assertEqual(sealed.code, "Access-Accept", sealed.text)
        self.assertEqual(sealed.attributes[0][0], "Message-Authenticator")

    def test_eap_is_refused_after_the_delay(self):
        begun = time.monotonic()
        reply = self.daemon.radclient([("User-Name", "demo1"), ("EAP-Message", "0x" + EAP_IDENTITY.hex()),
                                       ("Message-Authenticator", "0x00")])
        self.assertEqual(reply.code, "Access-Reject", reply.text)
        self.assertGreater(time.monotonic() - begun, 0.95)
        self.assertEqual(attribute_values(reply, "Reply-Message"), ["This authentication method is not supported"])

    def test_proxy_states_come_back_in_order(self):
        states = ["0x" + text.encode().hex() for text in ("outer", "inner")]
        reply = self.login(("Message-Authenticator", "0x00"), *(("Proxy-State", s) for s in states))
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        self.assertEqual(attribute_values(reply, "Proxy-State"), states)


if __name__ == "__main__":
    unittest.main()
