"""The power of uzeld goes at random moments while its PostgreSQL server fails; nothing that was answered is lost.

The daemon runs under a preload that lets bytes reach its files only when a sync completes, so SIGKILL is a power cut.
UZEL_FAULT_CUTS says how often during each kind of fault (1), UZEL_FAULT_SECONDS how late in it at most (2).
"""
import os
import time
import unittest

from store_fault_case import HOPELESS, STOPS_WITHIN, FaultCase
from uzel_daemon import BUILD

PRELOAD = os.path.join(BUILD, "tests", "support", "powercut", "libuzel_powercut.so")
CUTS = int(os.environ.get("UZEL_FAULT_CUTS", "1"))
LATEST = float(os.environ.get("UZEL_FAULT_SECONDS", "2"))


class PowerCuts(FaultCase):
    def setUp(self):
        if not os.path.exists(PRELOAD):
            self.skipTest(f"{PRELOAD} is not built")
        super().setUp()

    def under_power_cuts(self):
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.env.update({"LD_PRELOAD": PRELOAD, "UZEL_POWERCUT_DIR": self.daemon.folder})

    def cut_during(self, fault, end):
        self.under_power_cuts()
        for cut in range(CUTS):
            self.daemon.start()
            with self.crowd.busy():
                self.crowd.wait_for(self.rng.randrange(1, 300))
                fault()
                time.sleep(self.rng.uniform(0, LATEST))
                if self.rng.random() < 0.3:
                    end()  # the power goes while the database catches up
                    time.sleep(self.rng.uniform(0, 0.5))
                self.daemon.kill()
            end()
            self.heal()
            if cut % 3 == 2 or cut == CUTS - 1:
                self.daemon.start()
                self.check_promises(f"after power cut {cut}")
                self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)
        print(f"{CUTS} power cuts, {self.crowd.answers} answers kept", flush=True)

    def test_while_the_server_is_killed(self):
        self.begin()
        self.cut_during(self.server.kill, self.server.start)

    def test_while_the_server_stands_still(self):
        self.begin()
        self.cut_during(self.server.freeze, self.server.thaw)

    def test_while_the_server_refuses_connections(self):
        self.begin()
        self.cut_during(self.server.stop, self.server.start)

    def test_while_the_disk_of_the_server_is_full(self):
        self.cut_during(*self.begin_on_a_small_disk())

    def test_while_the_line_is_slow(self):
        self.cut_during(*self.begin_on_a_slow_line(self.rng.choice([0.02, 0.2, HOPELESS])))

    def test_with_a_database_from_an_older_backup(self):
        """Catches up from the journal as far back as that reaches."""
        self.begin()
        self.under_power_cuts()
        for cut in range(CUTS):
            saved = self.save_server()
            self.daemon.start()
            with self.crowd.busy():
                self.crowd.wait_for(self.rng.randrange(1, 600))
                self.daemon.kill()
            self.put_server_back(saved)
            self.daemon.start()
            self.check_promises(f"after power cut {cut}")
            self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)
        print(f"{CUTS} power cuts with an older database each, {self.crowd.answers} answers kept", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
