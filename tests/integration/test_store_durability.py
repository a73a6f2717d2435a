"""store.durability = "store": what was answered is in the database, though the process is killed and its journal is lost."""
import asyncio
import os
import random
import shutil
import subprocess
import threading
import time
import unittest

import crowd
import namespaces
from radius_client import RadiusClient
from uzel_daemon import BUILD, UZELCTL, ApiError, Daemon, wait_until

PRELOAD = os.path.join(BUILD, "tests", "support", "powercut", "libuzel_powercut.so")
ROUNDS = int(os.environ.get("UZEL_DURABILITY_ROUNDS", "3"))
SETTINGS = {"store.journal_segment_bytes": 5 << 20}


class Durability(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if not namespaces.move_apart():
            print("without root: no DHCP", flush=True)
        seed = int(os.environ.get("UZEL_TEST_SEED", random.randrange(1 << 32)))
        print(f"\nseed {seed} (UZEL_TEST_SEED)", flush=True)
        self.rng = random.Random(seed)

    def begin(self, durability):
        self.daemon = Daemon(settings={**SETTINGS, **crowd.settings(), "store.durability": durability})
        self.addCleanup(self.daemon.clean)
        self.daemon.start()
        self.crowd = crowd.Crowd(self.daemon, self.rng)
        self.addCleanup(self.crowd.close)
        self.accounts = []  # numbers of accounts whose making was acknowledged

    def lose_the_journal(self):
        """What is left is the database; it begins a new journal."""
        shutil.rmtree(self.daemon.path("journal"))
        self.daemon.spawn()
        self.assertEqual(self.daemon.process.wait(20), 1)
        self.assertIn("database has applied", self.daemon.log())
        ran = subprocess.run([UZELCTL, "store", "adopt", "--config", self.daemon.path("uzeld.toml"), "--yes"], capture_output=True,
                             text=True, timeout=60, check=False)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def make_accounts(self, over):
        """One after another until the daemon is gone."""
        while not over.is_set():
            number = str(self.rng.randrange(10 ** 9, 10 ** 10))
            try:
                self.daemon.post("/api/v1/accounts", {"number": number, "service_id": 1})
            except (ApiError, OSError):
                continue
            self.accounts.append(number)

    def live_and_die(self, seconds):
        over = threading.Event()
        clerk = threading.Thread(target=self.make_accounts, args=(over,))
        with self.crowd.busy():
            clerk.start()
            time.sleep(seconds)
            self.daemon.kill()
            over.set()
        clerk.join()

    def lost(self):
        known = {row["number"] for row in crowd.radius_load.rows(self.daemon, "/api/v1/accounts")}
        return self.crowd.problems() + [f"account {number} is lost" for number in self.accounts if number not in known]

    def test_what_was_answered_is_in_the_database(self):
        self.begin("store")
        if os.path.exists(PRELOAD):  # what the database did not sync is lost too
            self.assertEqual(self.daemon.stop(), 0)
            self.daemon.env.update({"LD_PRELOAD": PRELOAD, "UZEL_POWERCUT_DIR": self.daemon.folder})
        for _ in range(ROUNDS):
            self.daemon.kill()
            self.daemon.start()
            self.live_and_die(self.rng.uniform(0.5, 2.0))
            self.lose_the_journal()
            self.daemon.start()
            self.assertEqual(self.lost(), [])
        self.assertEqual(self.daemon.stop(), 0)
        self.assertGreater(self.crowd.answers, 20 * ROUNDS)
        self.assertGreater(len(self.accounts), ROUNDS)
        print(f"{ROUNDS} journals lost: {self.crowd.answers} answers on the network and {len(self.accounts)} of the API kept", flush=True)

    def test_with_the_journal_alone_its_loss_is_noticed(self):
        self.begin("journal")
        with self.daemon.store.held():
            self.live_and_die(1.0)
        self.lose_the_journal()
        self.daemon.start()
        lost = self.lost()
        self.assertTrue(lost, "nothing was missed: the other test proves nothing")
        print(f"{len(lost)} promises lost, such as: {lost[0]}", flush=True)
        self.daemon.stop()

    def test_answers_wait_for_the_commit(self):
        self.begin("store")
        answered = []

        def make_account():
            self.daemon.post("/api/v1/accounts", {"number": "7777777", "service_id": 1})
            answered.append(time.monotonic())

        async def log_in(wait):
            async with RadiusClient(self.daemon, wait=wait) as nas:
                return await nas.login("demo7", mac="02:00:00:00:07:07")
        self.assertTrue(self.daemon.get("/api/v1/accounts?limit=1")["items"])  # signed in
        clerk = threading.Thread(target=make_account)
        with self.daemon.store.held():
            clerk.start()
            self.assertIsNone(asyncio.run(log_in(1.5)))
            self.assertEqual(answered, [])
            self.assertGreater(self.daemon.metric("uzel_projection_lag_records"), 0)
            released = time.monotonic()
        clerk.join()
        self.assertGreater(answered[0], released)
        self.assertTrue(wait_until(lambda: asyncio.run(log_in(5.0))).accepted)
        self.assertEqual(self.daemon.metric("uzel_invariant_violations_total"), 0)
        self.assertEqual(self.daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
