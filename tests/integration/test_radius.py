"""Logins as a NAS sends them, with the client of freeradius-utils: every proof, every refusal, repeats, status."""
import hashlib
import time
import unittest

from radius_peer import ACCESS_ACCEPT, ACCESS_REQUEST, STATUS_SERVER, Peer, is_signed, request, values_of
from uzel_daemon import Daemon, DaemonCase, attribute_values, wait_until

SEAL = ("Message-Authenticator", "0x00")
MAC = ("Calling-Station-Id", "02:00:00:00:00:01")

# RFC 2759 section 9.2: userName "User", password "clientPass".
AUTHENTICATOR_CHALLENGE = "5B5D7C7D7B3F2F3E3C2C602132262628"
PEER_CHALLENGE = "21402324255E262A28295F2B3A337C7E"
NT_RESPONSE = "82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF"
SUCCESS = "S=407A5589115FD0D6209F510FE9C04566932CDA56"


class Radius(DaemonCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.daemon.settings["radius.auth_listen"] = [f"0.0.0.0:{cls.daemon.auth_port}"]
        cls.daemon.start()
        cls.user = cls.daemon.post("/api/v1/accounts", {"number": "2759", "login": "User", "password": "clientPass",
                                                        "service_id": 1})

    def login(self, *attributes, **options):
        return self.daemon.radclient([("User-Name", "demo1"), SEAL, MAC, *attributes], **options)

    def assert_served(self, reply):
        """demo1 has the second service of the demo."""
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        self.assertEqual(attribute_values(reply, "Mikrotik-Rate-Limit"), ["100M/100M"])
        self.assertEqual(attribute_values(reply, "Mikrotik-Address-List"), ["paid"])
        self.assertEqual(attribute_values(reply, "Acct-Interim-Interval"), ["600"])
        self.assertEqual(reply.attributes[0][0], "Message-Authenticator")
        self.assertEqual(len(attribute_values(reply, "Class")), 1)
        address = attribute_values(reply, "Framed-IP-Address")
        self.assertRegex(address[0], r"^100\.64\.[0-3]\.\d+$")
        return address[0]

    def test_every_proof_gives_the_same_address_to_the_same_place(self):
        proofs = ("User-Password", "CHAP-Password", "MS-CHAP-Password")
        addresses = {self.assert_served(self.login((proof, "demo1"))) for proof in proofs}
        self.assertEqual(len(addresses), 1)

    def test_chap_with_a_challenge_of_its_own(self):
        # ident 7, MD5(7 + "demo1" + challenge): RFC 1994 section 4.1.
        reply = self.login(("CHAP-Password", "0x07" + self.chap(7, "demo1", b"0123456789abcdef")),
                           ("CHAP-Challenge", "0x" + b"0123456789abcdef".hex()))
        self.assert_served(reply)

    @staticmethod
    def chap(ident, password, challenge):
        return hashlib.md5(bytes([ident]) + password.encode() + challenge).hexdigest()

    def test_ms_chap_1_gives_its_keys(self):
        reply = self.login(("MS-CHAP-Password", "demo1"))
        keys = attribute_values(reply, "MS-CHAP-MPPE-Keys")
        self.assertEqual(len(keys), 1, reply.text)
        self.assertRegex(keys[0], r"^0x[0-9a-f]{48}$")
        self.assertNotEqual(keys[0][18:], "0" * 32)

    def ms_chap_2(self, nt_response):
        response = "0x0000" + PEER_CHALLENGE + "00" * 8 + nt_response
        return self.daemon.radclient([("User-Name", "User"), SEAL, ("Calling-Station-Id", "02:00:00:00:27:59"),
                                      ("MS-CHAP-Challenge", "0x" + AUTHENTICATOR_CHALLENGE),
                                      ("MS-CHAP2-Response", response)])

    def test_ms_chap_2_of_rfc_2759(self):
        reply = self.ms_chap_2(NT_RESPONSE)
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        self.assertEqual(attribute_values(reply, "MS-CHAP2-Success"), ["0x00" + SUCCESS.encode().hex()])
        # RFC 3079 section 3.5.3 has the same challenges: the NAS sends with this key.
        self.assertEqual(attribute_values(reply, "MS-MPPE-Send-Key"), ["0x8b7cdc149b993a1ba118cb153f56dccb"])
        received = attribute_values(reply, "MS-MPPE-Recv-Key")
        self.assertRegex(received[0], r"^0x[0-9a-f]{32}$")
        self.assertNotIn(received[0], attribute_values(reply, "MS-MPPE-Send-Key"))

    def test_ms_chap_2_with_a_wrong_answer(self):
        reply = self.ms_chap_2(NT_RESPONSE[:-2] + "00")
        self.assertEqual(reply.code, "Access-Reject", reply.text)
        self.assertIn("E=691 R=0 C=", attribute_values(reply, "MS-CHAP-Error")[0])
        self.assertEqual(attribute_values(reply, "MS-CHAP2-Success"), [])
        self.assertEqual(attribute_values(reply, "MS-MPPE-Send-Key"), [])

    def test_a_wrong_password_learns_as_little_as_an_unknown_login_and_waits_as_long(self):
        for proof in ("User-Password", "CHAP-Password", "MS-CHAP-Password"):
            with self.subTest(proof):
                replies, times = [], []
                for name in ("demo2", "nobody-here"):
                    begun = time.monotonic()
                    replies.append(self.daemon.radclient([("User-Name", name), SEAL, MAC, (proof, "guess")]))
                    times.append(time.monotonic() - begun)
                wrong, unknown = replies
                self.assertEqual((wrong.code, unknown.code), ("Access-Reject", "Access-Reject"))
                self.assertEqual([name for name, _ in wrong.attributes], [name for name, _ in unknown.attributes])
                self.assertEqual(attribute_values(wrong, "Reply-Message"), ["Login or password is wrong"])
                self.assertEqual(attribute_values(unknown, "Reply-Message"), ["Login or password is wrong"])
                for taken in times:
                    self.assertGreater(taken, 0.95)
                    self.assertLess(taken, 2.5)

    def test_an_empty_password_is_none(self):
        peer = Peer()
        self.addCleanup(peer.close)
        asked = request(ACCESS_REQUEST, [(1, "demo2")], password="")
        self.assertEqual(peer.ask(asked, self.daemon.auth_port)[0], 3)

    def test_a_wrong_secret_gets_no_answer(self):
        before = self.daemon.metric("uzel_radius_datagrams_total")
        reply = self.login(("User-Password", "demo1"), secret="guess", wait=1)
        self.assertEqual(reply.code, "", reply.text)
        if before is not None:
            self.assertGreater(self.daemon.metric("uzel_radius_datagrams_total"), before)

    def test_a_stranger_gets_no_answer(self):
        reply = self.login(("User-Password", "demo1"), ("Packet-Src-IP-Address", "127.0.0.99"), wait=1)
        self.assertEqual(reply.code, "", reply.text)

    def test_status_server_on_both_ports(self):
        for port, code in ((self.daemon.auth_port, "Access-Accept"), (self.daemon.acct_port, "Accounting-Response")):
            with self.subTest(code):
                reply = self.daemon.radclient([SEAL], kind="status", port=port)
                self.assertEqual(reply.code, code, reply.text)

    def test_status_server_without_seal_gets_no_answer(self):
        peer = Peer()
        self.addCleanup(peer.close)
        self.assertIsNone(peer.ask(request(STATUS_SERVER, [], seal=False), self.daemon.auth_port, limit=0.5))
        self.assertIsNotNone(peer.ask(request(STATUS_SERVER, []), self.daemon.auth_port))

    def test_the_reply_comes_from_the_address_that_was_asked(self):
        peer = Peer()
        self.addCleanup(peer.close)
        for address in ("127.0.0.2", "127.9.8.7", "127.0.0.1"):
            with self.subTest(address):
                asked = request(ACCESS_REQUEST, [(1, "demo3"), (31, "02:00:00:00:00:03")], password="demo3")
                peer.send(asked, self.daemon.auth_port, address)
                reply, source = peer.receive()
                self.assertEqual(source, (address, self.daemon.auth_port))
                self.assertEqual(reply[0], ACCESS_ACCEPT)
                self.assertTrue(is_signed(reply, asked))

    def test_a_repeat_gets_the_same_octets_and_another_authenticator_a_new_answer(self):
        peer = Peer()
        self.addCleanup(peer.close)
        asked = [request(ACCESS_REQUEST, [(1, "demo4"), (31, "02:00:00:00:00:04"), (33, "state")], ident=9,
                         password="demo4") for _ in range(2)]
        first, again, fresh = (peer.ask(packet, self.daemon.auth_port) for packet in (asked[0], asked[0], asked[1]))
        self.assertEqual(first, again)
        self.assertNotEqual(first, fresh)
        self.assertTrue(is_signed(fresh, asked[1]))
        self.assertEqual(values_of(first, 33), [b"state"])
        self.assertEqual(values_of(first, 8), values_of(fresh, 8))

    def test_ppp_is_confirmed_and_a_static_address_is_given(self):
        reply = self.daemon.radclient([("User-Name", "demo100"), SEAL, ("Calling-Station-Id", "02:00:00:00:01:00"),
                                       ("User-Password", "demo100"), ("Framed-Protocol", "PPP")])
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        self.assertEqual(attribute_values(reply, "Framed-IP-Address"), ["100.64.3.254"])
        self.assertEqual(attribute_values(reply, "Service-Type"), ["Framed-User"])
        self.assertEqual(attribute_values(reply, "Framed-Protocol"), ["PPP"])

    def test_garbage_does_not_stop_service(self):
        peer = Peer()
        self.addCleanup(peer.close)
        for size in (0, 1, 19, 20, 500, 4096):
            for _ in range(20):
                peer.send(bytes(i * 37 % 256 for i in range(size)), self.daemon.auth_port)
                peer.send(bytes(i * 37 % 256 for i in range(size)), self.daemon.acct_port)
        self.assert_served(self.login(("User-Password", "demo1")))

    def test_the_log_keeps_passwords_and_secrets_to_itself(self):
        self.login(("User-Password", "demo1"))
        self.daemon.radclient([("User-Name", "demo2"), SEAL, MAC, ("User-Password", "my-guess-word")])
        wait_until(lambda: self.daemon.log())
        for word in ("my-guess-word", "clientPass", "testing123"):
            self.assertNotIn(word, self.daemon.log())


if __name__ == "__main__":
    unittest.main()
