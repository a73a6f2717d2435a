"""Accounting as NASes send it: gigawords, packets that come twice, late or in the wrong order, restarts; seen through the
API and live."""
import time
import unittest

from live_reader import LiveReader
from subscribers import SubscriberCase, octets
from uzel_daemon import wait_until

GIGAWORD = 1 << 32


def at(when):
    return [("Event-Timestamp", int(when))]


class Accounting(SubscriberCase):
    def setUp(self):
        """A subscriber online at a NAS of this test's own."""
        name = self.id().rsplit(".", 1)[1]
        self.name = name[5:35]
        self.nas = [("NAS-Identifier", name[5:])]
        number = next(self.numbers)
        self.mac = f"02:00:00:01:{number >> 8:02x}:{number & 255:02x}"
        self.who = self.account(login=self.name, password="secret")
        self.address = self.accepted(self.name, "secret", self.mac, more=self.nas)
        self.begun = int(time.time()) - 3000

    def tell(self, kind, session="s-1", seconds=None, more=()):
        """`seconds` is the time of the event within the session."""
        when = [*at(self.begun + seconds), ("Acct-Session-Time", seconds)] if seconds is not None else []
        self.account_for(kind, session, self.name, self.mac, self.address, more=[*self.nas, *when, *more])

    def the_session(self, acct_session_id="s-1"):
        return self.session(self.who, acct_session_id)

    def ended_session(self, **wanted):
        """The session once the database has its end: no answer's number vouches for a Stop."""
        def fits():
            row = self.the_session()
            return row if row["state"] == "closed" and all(row[k] == v for k, v in wanted.items()) else None

        return wait_until(fits, why=f"no end with {wanted}")

    def test_a_session_from_start_to_stop(self):
        self.tell("Start", seconds=0)
        begun = self.the_session()
        self.assertEqual((begun["state"], begun["address"], begun["in_octets"]), ("open", self.address, 0))
        self.assertEqual(begun["user_name"], self.name)
        self.assertEqual(begun["mac"], self.mac)
        self.tell("Interim-Update", seconds=600, more=octets(5, 7, 1, 2))
        interim = self.the_session()
        self.assertEqual(interim["in_octets"], 4294967301)
        self.assertEqual(interim["out_octets"], 2 * GIGAWORD + 7)
        self.tell("Stop", seconds=1200, more=[*octets(6, 8, 3, 4), ("Acct-Terminate-Cause", "User-Request")])
        ended = self.ended_session()
        self.assertEqual(ended["id"], begun["id"])
        self.assertEqual((ended["state"], ended["terminate_cause"]), ("closed", 1))
        self.assertEqual((ended["in_octets"], ended["out_octets"]), (3 * GIGAWORD + 6, 4 * GIGAWORD + 8))
        self.assertEqual(ended["started"], begun["started"])
        stored = self.stored_session(ended)
        self.assertEqual({k: stored[k] for k in ("state", "in_octets", "out_octets", "ended", "account_id")},
                         {k: ended[k] for k in ("state", "in_octets", "out_octets", "ended", "account_id")})

    def test_repeated_packets_have_one_effect(self):
        for kind, seconds, counters in (("Start", 0, []), ("Interim-Update", 600, octets(10, 20)),
                                        ("Stop", 1200, octets(30, 40))):
            self.tell(kind, seconds=seconds, more=counters)
            once = self.the_session() if kind != "Stop" else self.ended_session()
            for _ in range(2):  # another identifier each time: no duplicate cache helps
                self.tell(kind, seconds=seconds, more=counters)
            self.assertEqual(self.the_session(), once, kind)
        self.assertEqual((once["in_octets"], once["out_octets"]), (30, 40))
        self.assertEqual(len(self.sessions(self.who)), 1)

    def test_an_interim_after_the_stop_changes_nothing(self):
        self.tell("Start", seconds=0)
        self.tell("Stop", seconds=1200, more=octets(30, 40))
        ended = self.ended_session()
        self.tell("Interim-Update", seconds=600, more=octets(10, 20))
        self.assertEqual(self.the_session(), ended)

    def test_an_older_interim_does_not_turn_counters_back(self):
        self.tell("Start", seconds=0)
        self.tell("Interim-Update", seconds=1200, more=octets(100, 200, 1))
        self.tell("Interim-Update", seconds=600, more=octets(50, 60))
        row = self.the_session()
        self.assertEqual((row["in_octets"], row["out_octets"], row["state"]), (GIGAWORD + 100, 200, "open"))

    def test_a_start_after_its_interim_tells_when_it_began(self):
        self.tell("Interim-Update", seconds=600, more=octets(10, 20))
        lost = self.the_session()
        self.assertEqual(lost["state"], "open")
        self.tell("Start", seconds=0)
        found = self.the_session()
        self.assertEqual(found["id"], lost["id"])
        self.assertEqual(found["started"], time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.begun)) + "Z")
        self.assertEqual((found["in_octets"], found["out_octets"]), (10, 20))

    def test_a_stop_alone_makes_a_closed_session(self):
        self.tell("Stop", seconds=900, more=octets(11, 12))
        self.ended_session(in_octets=11, out_octets=12)
        self.tell("Start", seconds=0)
        self.tell("Interim-Update", seconds=300, more=octets(1, 2))
        row = self.the_session()
        self.assertEqual((row["state"], row["in_octets"], row["out_octets"]), ("closed", 11, 12))

    def test_a_nas_restart_in_the_middle_ends_its_sessions_once(self):
        other = self.account(login=self.name + "-b", password="secret")
        b_mac = "02:00:00:02:" + self.mac[-5:]
        elsewhere = [("NAS-Identifier", "another NAS")]
        b_address = self.accepted(self.name + "-b", "secret", b_mac, more=elsewhere)
        self.account_for("Start", "b-1", self.name + "-b", b_mac, b_address, more=[*elsewhere, *at(self.begun)])
        self.tell("Start", seconds=0)
        self.tell("Interim-Update", seconds=600, more=octets(1000, 2000))

        restart = [*self.nas, *at(self.begun + 900)]
        self.account_for("Accounting-On", None, more=restart)
        ended = self.ended_session()
        self.assertEqual((ended["terminate_cause"], ended["in_octets"], ended["out_octets"]), (11, 1000, 2000))
        self.assertEqual(self.session(other, "b-1")["state"], "open")

        # The same name after the restart is another session, and a repeated On leaves it alone.
        self.address = self.accepted(self.name, "secret", self.mac, more=self.nas)
        self.tell("Start", seconds=1000)
        self.account_for("Accounting-On", None, more=restart)
        self.tell("Interim-Update", seconds=1200, more=octets(5, 6))
        first, second = self.sessions(self.who, "s-1")
        self.assertEqual(first["id"], ended["id"])
        self.assertEqual((first["state"], first["in_octets"]), ("closed", 1000))
        self.assertEqual((second["state"], second["in_octets"], second["out_octets"]), ("open", 5, 6))
        self.assertEqual(second["epoch"], first["epoch"] + 1)

    def test_a_stop_ends_use_of_the_address_and_the_next_login_gets_it_again(self):
        self.tell("Start", seconds=0)
        self.tell("Stop", seconds=60)
        again = self.accepted(self.name, "secret", self.mac, more=self.nas)
        self.assertEqual(again, self.address)
        wait_until(lambda: self.daemon.get(f"/api/v1/address-history?address={self.address}&account_id={self.who}")["items"],
                   why="the address has no history")

    def test_accounting_of_nobody_is_acknowledged_and_told(self):
        self.account_for("Start", "x-1", "nobody-at-all", "02:00:00:09:09:09", "100.64.3.1", more=self.nas)
        self.assertTrue(wait_until(lambda: self.alarms("usage-unknown"), why="no alarm"))

    def test_a_wrong_secret_gets_no_answer_and_has_no_effect(self):
        reply = self.daemon.radclient([("Acct-Status-Type", "Start"), ("Acct-Session-Id", "f-1"), *self.nas,
                                       ("User-Name", self.name)], kind="acct", secret="guess", wait=1)
        self.assertEqual(reply.code, "", reply.text)
        self.assertEqual(self.sessions(self.who, "f-1"), [])

    # Live.

    def test_every_change_is_seen_live_within_a_second(self):
        def mine(message):
            return message["type"] == "session" and message.get("acct_session_id") == "live-1"

        steps = (("Start", 0, [], {"state": "open", "account_id": self.who, "address": self.address}),
                 ("Interim-Update", 600, octets(5, 7, 1), {"state": "open", "in_octets": 4294967301, "out_octets": 7}),
                 ("Stop", 900, octets(6, 8, 1), {"state": "closed", "in_octets": 4294967302, "out_octets": 8}))
        with LiveReader(self.daemon, self.daemon.sign_in()) as live:
            live.until(lambda message: message["type"] == "snapshot_end")
            for kind, seconds, counters, wanted in steps:
                with self.subTest(kind):
                    self.tell(kind, "live-1", seconds, counters)
                    told = live.until(mine, limit=1.0)[-1]
                    self.assertEqual({name: told[name] for name in wanted}, wanted)

    def test_the_snapshot_shows_who_is_online(self):
        self.tell("Start", session="snap-1", seconds=0)
        with LiveReader(self.daemon, self.daemon.sign_in()) as live:
            rows = live.until(lambda message: message["type"] == "snapshot_end")[:-1]
        mine = [r for r in rows if r["type"] == "session" and r["acct_session_id"] == "snap-1"]
        self.assertEqual([(r["account_id"], r["address"], r["state"]) for r in mine], [(self.who, self.address, "open")])
        held = [r for r in rows if r["type"] == "binding" and r["address"] == self.address]
        self.assertEqual([(r["account_id"], r["state"]) for r in held], [(self.who, "bound")])


if __name__ == "__main__":
    unittest.main()
