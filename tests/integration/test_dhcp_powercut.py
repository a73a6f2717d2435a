"""Power cuts under DHCP load: every acknowledged lease is still its client's, and no address has two owners.

The daemon runs under a preload that lets bytes reach its files only when a sync completes, so SIGKILL is a power cut.
"""
import os
import random
import shutil
import subprocess
import time
import unittest

import namespaces
from dhcp_load import Street, problems_of
from radius_load import rows
from uzel_daemon import BUILD, Daemon, wait_until

PRELOAD = os.path.join(BUILD, "tests", "support", "powercut", "libuzel_powercut.so")
CUTS = 20
TRIES_OF_THE_MUTANT = 3
SETTINGS = {"store.journal_segment_bytes": 5 << 20, "actors.idle_sleep": "2s", "dhcp.listen": ["127.0.0.1:67"],
            "dhcp.per_relay_rate": 0, "dhcp.per_client_rate": 0, "actors.guest_limit": 100000}


class PowerCuts(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if not os.path.exists(PRELOAD):
            self.skipTest(f"{PRELOAD} is not built")
        if not namespaces.move_apart():
            self.skipTest("needs root, for a network of its own")
        namespaces.own_address("127.3.0.2/8")  # perfdhcp's
        seed = int(os.environ.get("UZEL_TEST_SEED", random.randrange(1 << 32)))
        print(f"seed {seed} (UZEL_TEST_SEED)", flush=True)
        self.rng = random.Random(seed)
        self.daemon = Daemon(settings=SETTINGS)
        self.addCleanup(self.daemon.clean)
        self.daemon.start()
        self.build_street()
        self.assertEqual(self.daemon.stop(), 0)
        self.street = Street("127.0.0.1", "127.3.0.1", [f"02:00:00:07:{n >> 8:02x}:{n & 255:02x}" for n in range(200)], self.rng)
        self.addCleanup(self.street.close)

    def build_street(self):
        post = self.daemon.post
        post("/api/v1/clients", {"name": "street", "source": "127.3.0.0/24", "secret": "testing123", "on_unknown": "guest",
                                 "limit_dhcp": False})
        post("/api/v1/networks", {"name": "relays", "prefix": "127.3.0.0/24", "link": "street"})
        post("/api/v1/networks", {"name": "leases", "prefix": "10.90.0.0/16", "link": "street", "guest_lease_seconds": 600})
        post("/api/v1/pools", {"name": "leases", "first": "10.90.0.10", "last": "10.90.200.250", "kind": "guest",
                               "sticky_seconds": 0})

    def pressure(self, seconds):
        """perfdhcp, the load tool of Kea, beside our own clients."""
        if not shutil.which("perfdhcp"):
            return None
        return subprocess.Popen(["perfdhcp", "-4", "-l", "127.3.0.2", "-r", "1500", "-R", "20000", "-p", str(int(seconds) + 2),
                                 "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def pull_the_plug_under(self, **mutation):
        self.daemon.env.update({"LD_PRELOAD": PRELOAD, "UZEL_POWERCUT_DIR": self.daemon.folder, **mutation})

    def cut_once(self):
        seconds = self.rng.uniform(0.3, 1.6)
        load = self.pressure(seconds)
        self.street.live(seconds, at_end=self.daemon.kill)
        if load:
            load.kill()
            load.wait()

    def problems(self):
        return problems_of(self.street, rows(self.daemon, "/api/v1/bindings"))

    def test_acknowledged_leases_survive_twenty_power_cuts_under_load(self):
        self.pull_the_plug_under()
        begun = time.monotonic()
        for cut in range(CUTS):
            self.daemon.start()
            if cut % 5 == 4:
                self.check(cut)
            self.cut_once()
            if self.street.ledger.broken:
                self.check(cut)
        self.daemon.start()
        self.check(CUTS)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertGreater(self.street.ledger.answers, 20 * CUTS)
        print(f"power cuts: {CUTS} cuts, {self.street.ledger.answers} acknowledged leases and renewals kept, "
              f"{time.monotonic() - begun:.0f} s", flush=True)

    def check(self, cut):
        problems = self.problems()
        if problems:
            self.daemon.show_log()
        self.assertEqual(problems, [], f"after power cut {cut}")

    def test_without_syncs_the_loss_is_noticed(self):
        self.pull_the_plug_under(UZEL_POWERCUT_IGNORE_SYNC="1")
        for _ in range(TRIES_OF_THE_MUTANT):
            self.daemon.start()
            self.cut_once()
            self.daemon.env.pop("UZEL_POWERCUT_IGNORE_SYNC", None)
            try:
                self.daemon.start()
            except AssertionError:  # a database that is ahead of its journal
                problems = ["it does not even start"]
            else:
                problems = self.problems()
            if problems:
                print(f"without syncs: {len(problems)} promises broken, such as: {problems[0]}", flush=True)
                return
        self.fail("nothing was lost without syncs: this test proves nothing")


if __name__ == "__main__":
    unittest.main(verbosity=2)
