"""A start without its PostgreSQL server: the daemon waits, says why, answers nobody, and begins when the server is back."""
import json
import os
import unittest
import urllib.error
import urllib.request

from store_fault_case import STOPS_WITHIN, FaultCase
from uzel_daemon import wait_until

PATIENCE = 30.0


class StartWithoutDatabase(FaultCase):
    def readiness(self):
        """(status, {part: reason}); (0, {}) when nobody listens."""
        try:
            with urllib.request.urlopen(self.daemon.url + "/readyz", timeout=2) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                status, text = refused.code, refused.read()
        except (urllib.error.URLError, OSError):
            return 0, {}
        return status, {each["part"]: each["reason"] for each in json.loads(text)["reasons"]}

    def wait_until_it_waits(self, why):
        self.daemon.spawn()
        status, reasons = wait_until(lambda: (lambda seen: "database" in seen[1] and seen)(self.readiness()), PATIENCE, "it does not wait")
        self.assertEqual(status, 503)
        self.assertIn(why, reasons["database"])
        self.assertIn("database-awaited", self.daemon.log())

    def begin_and_stop(self):
        self.begin()
        with self.crowd.busy():
            self.crowd.wait_for(200)
        self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)

    def test_it_waits_and_begins_when_the_server_is_back(self):
        self.begin_and_stop()
        for away, back, why in ((self.server.stop, self.server.start, "connect"), (self.server.freeze, self.server.thaw, "time")):
            away()
            self.wait_until_it_waits(why)
            reply = self.daemon.radclient({"User-Name": "demo1", "User-Password": "demo1"}, wait=1)
            self.assertEqual(reply.code, "")
            status, _ = self.daemon.request("GET", "/api/v1/accounts", token="")
            self.assertEqual(status, 503)
            with urllib.request.urlopen(self.daemon.url + "/healthz", timeout=2) as answer:
                self.assertEqual(answer.status, 200)
            back()
            self.daemon.wait_ready(PATIENCE)
            self.check_promises()
            self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)

    def test_sigterm_ends_the_wait(self):
        self.begin_and_stop()
        self.server.stop()
        self.wait_until_it_waits("connect")
        self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)

    def test_what_waiting_cannot_mend_ends_the_start(self):
        self.begin_and_stop()
        os.rename(self.daemon.path("journal"), self.daemon.path("journal-elsewhere"))
        self.daemon.spawn()
        self.assertEqual(self.daemon.process.wait(PATIENCE), 1)
        self.assertIn("store-not-opened", self.daemon.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
