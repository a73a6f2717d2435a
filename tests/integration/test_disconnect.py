"""Disconnect-Requests (RFC 5176): what an operator or a rule ends, and what the NAS has to say about it."""
import socket
import time
import unittest

from radius_peer import DISCONNECT_ACK, DynauthNas, values_of
from subscribers import SubscriberCase, octets
from uzel_daemon import free_port, wait_until

NO_SUCH_SESSION, NOT_REMOVABLE = 503, 504


class Disconnect(SubscriberCase):
    settings = {"radius.coa_try": "200ms", "radius.coa_attempts": 2}
    hosts = 0

    def setUp(self):
        """A subscriber online at a NAS that listens for Disconnect-Requests."""
        type(self).hosts += 1
        self.at = f"127.0.3.{self.hosts}"
        self.nas = DynauthNas(free_port(), self.at)
        self.addCleanup(self.nas.stop)
        self.client_id = self.client(self.at, dynauth_port=self.nas.peer.socket.getsockname()[1])
        self.name = f"leaver{self.hosts}"
        self.mac = f"02:00:00:04:00:{self.hosts:02x}"
        self.who = self.account(login=self.name, password="secret")

    def go_online(self):
        self.address = self.accepted(self.name, "secret", self.mac, self.at)
        self.account_for("Start", self.name + "-s", self.name, self.mac, self.address, self.at)
        return self.the_session()

    def the_session(self):
        return self.session(self.who, self.name + "-s")

    def wait_closed(self):
        """The end of a session that no answer's number vouches for."""
        return wait_until(lambda: (lambda s: s if s["state"] == "closed" else None)(self.the_session()), why="it goes on")

    def disconnect(self, session):
        return self.daemon.post(f"/api/v1/sessions/{session['id']}/disconnect?at_least={session['record']}")

    def binding(self):
        rows = [b for b in self.shown(self.who)["bindings"] if b["address"] == self.address]
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def remove_binding(self, query=""):
        b = self.binding()
        return self.daemon.request("DELETE", f"/api/v1/bindings/{b['id']}?at_least={b['record']}{query}")

    def test_the_operator_ends_a_session(self):
        session = self.go_online()
        told = self.disconnect(session)
        self.assertEqual(told["outcome"], "acknowledged")
        self.assertEqual(len(self.nas.requests), 1)
        asked = self.nas.requests[0][1]
        self.assertEqual(asked[0], 40)
        self.assertEqual(values_of(asked, 1), [self.name.encode()])
        self.assertEqual(values_of(asked, 44), [(self.name + "-s").encode()])
        self.assertEqual(values_of(asked, 8), [socket.inet_aton(self.address)])
        ended = self.daemon.get(f"/api/v1/sessions/{session['id']}?at_least={told['commit']}")
        self.assertEqual((ended["state"], ended["terminate_cause"]), ("closed", 6))
        # The Stop that follows still brings the last counters.
        self.account_for("Stop", self.name + "-s", self.name, self.mac, self.address, self.at, more=octets(70, 80, 1))
        wait_until(lambda: self.the_session()["in_octets"], why="the last counters are missing")
        ended = self.the_session()
        self.assertEqual((ended["state"], ended["in_octets"], ended["out_octets"]), ("closed", (1 << 32) + 70, 80))

    def test_a_session_that_the_nas_does_not_know_is_over(self):
        session = self.go_online()
        self.nas.answer = NO_SUCH_SESSION
        told = self.disconnect(session)
        self.assertEqual(told["outcome"], "session-unknown")
        self.assertEqual(self.daemon.get(f"/api/v1/sessions/{session['id']}?at_least={told['commit']}")["state"], "closed")

    def test_a_refusal_is_told_with_its_cause_and_the_session_goes_on(self):
        session = self.go_online()
        self.nas.answer = NOT_REMOVABLE
        told = self.disconnect(session)
        self.assertEqual((told["outcome"], told["error_cause"]), ("refused", NOT_REMOVABLE))
        self.assertEqual(self.the_session()["state"], "open")

    def test_silence_is_asked_again_and_told(self):
        session = self.go_online()
        self.nas.answer = None
        begun = time.monotonic()
        self.assertEqual(self.disconnect(session)["outcome"], "no-answer")
        self.assertLess(time.monotonic() - begun, 3)
        self.assertEqual(len(self.nas.requests), 2)
        self.assertEqual(self.nas.requests[0][1], self.nas.requests[1][1])
        self.assertEqual(self.the_session()["state"], "open")

    def test_a_session_that_is_not_there_cannot_be_ended(self):
        status, _ = self.daemon.request("POST", "/api/v1/sessions/987654321/disconnect", {})
        self.assertEqual(status, 404)
        session = self.go_online()
        self.disconnect(session)
        status, _ = self.daemon.request("POST", f"/api/v1/sessions/{session['id']}/disconnect", {})
        self.assertIn(status, (200, 404, 409))
        self.assertEqual(len(self.nas.requests), 1)

    def test_deleting_an_address_ends_its_session_first(self):
        self.go_online()
        status, answer = self.remove_binding()
        self.assertEqual(status, 200, answer)
        self.assertEqual(len(self.nas.requests), 1)
        self.assertEqual(values_of(self.nas.requests[0][1], 8), [socket.inet_aton(self.address)])
        self.wait_closed()
        self.assertEqual([b for b in self.shown(self.who)["bindings"] if b["address"] == self.address], [])
        listed = self.daemon.get(f"/api/v1/bindings?address={self.address}&at_least={answer['commit']}")["items"]
        self.assertEqual([b for b in listed if b["state"] in ("offered", "bound")], [])

    def test_an_address_whose_session_the_nas_keeps_is_not_freed_unless_forced(self):
        self.go_online()
        self.nas.answer = NOT_REMOVABLE
        status, answer = self.remove_binding()
        self.assertEqual(status, 409, answer)
        self.assertEqual(self.binding()["state"], "bound")
        self.assertEqual(self.the_session()["state"], "open")
        status, answer = self.remove_binding("&force=true")
        self.assertEqual((status, answer["state"]), (200, "free"), answer)

    def given_to_another(self):
        """The address was taken away and made another account's: who gets what at the next logins."""
        self.nas.answer = NOT_REMOVABLE
        self.assertEqual(self.remove_binding("&force=true")[0], 200)
        other = self.account(login=self.name + "b", password="secret")
        status, _ = self.daemon.request("POST", f"/api/v1/accounts/{other}/addresses", {"address": self.address})
        self.assertEqual(status, 201)
        mine = self.accepted(self.name, "secret", self.mac, self.at)
        others = self.accepted(self.name + "b", "secret", "02:00:00:0b:00:01", self.at)
        self.assertEqual(others, self.address)
        self.assertNotEqual(mine, self.address)

    def test_a_forced_removal_is_forgotten_by_who_used_the_address(self):
        self.go_online()
        self.given_to_another()

    def test_a_removal_is_forgotten_by_who_was_offered_the_address(self):
        self.address = self.accepted(self.name, "secret", self.mac, self.at)
        self.given_to_another()

    def test_taking_a_static_address_ends_the_session_that_uses_it(self):
        self.address = f"100.64.2.{100 + self.hosts}"
        self.daemon.post(f"/api/v1/accounts/{self.who}/addresses", {"address": self.address})
        static = self.address
        self.go_online()
        self.assertEqual(self.address, static)
        row = [a for a in self.shown(self.who)["addresses"] if a["address"] == static][0]
        self.daemon.api("DELETE", f"/api/v1/accounts/{self.who}/addresses/{row['id']}")
        self.assertEqual(len(self.nas.requests), 1)
        self.wait_closed()
        shown = self.shown(self.who)
        self.assertEqual((shown["addresses"], [b for b in shown["bindings"] if b["address"] == static]), ([], []))

    def test_a_second_place_pushes_the_first_out_where_the_client_says_so(self):
        self.daemon.api("PATCH", f"/api/v1/clients/{self.client_id}", {"on_session_limit": "preempt"})
        self.go_online()
        second = "02:00:00:05:00:01"

        def moved():
            reply = self.login(self.name, "secret", second, self.at)
            return reply.code == "Access-Accept"

        # The patched policy may take a moment to arrive; until then the limit refuses.
        wait_until(moved, why="the first place was not pushed out")
        self.assertEqual(values_of(self.nas.requests[0][1], 44), [(self.name + "-s").encode()])
        self.assertEqual(self.wait_closed()["terminate_cause"], 13)

    def test_a_nas_row_says_where_to_ask(self):
        elsewhere = DynauthNas(free_port(), "127.0.3.250", answer=DISCONNECT_ACK)
        self.addCleanup(elsewhere.stop)
        self.daemon.post("/api/v1/nases", {"client_id": self.client_id, "name": "bras-with-a-row", "vendor": "mikrotik",
                                           "dynauth_address": "127.0.3.250",
                                           "dynauth_port": elsewhere.peer.socket.getsockname()[1]})
        named = [("NAS-Identifier", "bras-with-a-row")]
        self.address = self.accepted(self.name, "secret", self.mac, self.at, more=named)
        self.account_for("Start", self.name + "-s", self.name, self.mac, self.address, self.at, more=named)
        self.assertEqual(self.disconnect(self.the_session())["outcome"], "acknowledged")
        self.assertEqual((len(elsewhere.requests), len(self.nas.requests)), (1, 0))


if __name__ == "__main__":
    unittest.main()
