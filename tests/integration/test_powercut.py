"""Power cuts at random moments under load: what was answered stays true.

The daemon runs under a preload that lets bytes reach its files only when a sync completes, so SIGKILL is a power cut.
"""
import asyncio
import os
import random
import time
import unittest

import stores
from radius_client import RadiusClient
from radius_load import Ledger, Subscriber, problems_of, rows, run_load
from uzel_daemon import BUILD, Daemon, wait_until

PRELOAD = os.path.join(BUILD, "tests", "support", "powercut", "libuzel_powercut.so")
CUTS = 20 if stores.KIND == "sqlite" else 8  # the journal is the same
TRIES_OF_THE_MUTANT = 3
# Small segments, so that the cuts meet changes of segments too and a start has little to prepare.
SETTINGS = {"store.journal_segment_bytes": 5 << 20, "actors.idle_sleep": "2s"}


def mac_of(user, device):
    return f"02:00:00:00:{user:02x}:{device:02x}"


def subscribers_of(ledger, rng):
    return [Subscriber(ledger, f"demo{n}", [mac_of(n, 1), mac_of(n, 2)], rng) for n in range(1, 91)]


async def load_until_cut(daemon, subscribers, seconds):
    async with RadiusClient(daemon, wait=5.0) as nas:
        done, tasks = await run_load(nas, subscribers, seconds)
        daemon.kill()  # nothing can be written between this and the end of the process
        await asyncio.sleep(0.02)  # answers that had left are read: they count
        done.set()
        nas.hang_up()
        await asyncio.gather(*tasks)


class PowerCuts(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if not os.path.exists(PRELOAD):
            self.skipTest(f"{PRELOAD} is not built")
        seed = int(os.environ.get("UZEL_TEST_SEED", random.randrange(1 << 32)))
        print(f"seed {seed} (UZEL_TEST_SEED)", flush=True)
        self.rng = random.Random(seed)
        self.daemon = Daemon(settings=SETTINGS)
        self.addCleanup(self.daemon.clean)
        # The first start, with demo accounts and their sealed passwords, is not part of the game.
        self.daemon.start()
        self.assertEqual(self.daemon.stop(), 0)

    def pull_the_plug_under(self, **mutation):
        self.daemon.env.update({"LD_PRELOAD": PRELOAD, "UZEL_POWERCUT_DIR": self.daemon.folder, **mutation})

    def test_what_was_answered_survives_power_cuts(self):
        self.pull_the_plug_under()
        ledger, begun = Ledger(), time.monotonic()
        subscribers = subscribers_of(ledger, self.rng)
        for cut in range(CUTS):
            self.daemon.start()
            if cut % 4 == 3:  # each look costs time; the logins of the load look at every address each time
                self.check(ledger, cut)
            asyncio.run(load_until_cut(self.daemon, subscribers, self.rng.uniform(0.2, 1.6)))
            if ledger.broken:
                self.check(ledger, cut)
        self.daemon.start()
        self.check(ledger, CUTS)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertGreater(ledger.answers, 20 * CUTS)
        print(f"power cuts: {CUTS} cuts, {ledger.answers} answers kept, {len(ledger.grants)} addresses, "
              f"{len(ledger.sessions)} sessions, {time.monotonic() - begun:.0f} s", flush=True)

    def check(self, ledger, cut):
        problems = problems_of(ledger, self.daemon)
        if problems:
            self.daemon.show_log()
        self.assertEqual(problems, [], f"after power cut {cut}")

    def test_a_restart_of_the_nas_ends_its_sessions_though_the_power_goes_at_once(self):
        self.pull_the_plug_under()
        self.daemon.start()
        granted = asyncio.run(self.reboot_nas_and_cut())
        self.daemon.start()
        closed = lambda: {row["state"] for row in rows(self.daemon, "/api/v1/sessions")} == {"closed"}
        wait_until(closed, why="sessions of before the restart are still open")
        self.assertEqual(len(rows(self.daemon, "/api/v1/sessions")), len(granted))
        self.assertEqual(asyncio.run(self.log_in_all()), granted)
        self.assertEqual(self.daemon.stop(), 0)

    async def log_in_all(self, nas=None):
        if nas is None:
            async with RadiusClient(self.daemon, wait=5.0) as nas:
                return await self.log_in_all(nas)
        replies = await asyncio.gather(*(nas.login(f"demo{n}", mac=mac_of(n, 1)) for n in range(1, 91)))
        return [reply and reply.address for reply in replies]

    async def reboot_nas_and_cut(self):
        async with RadiusClient(self.daemon, wait=5.0) as nas:
            granted = await self.log_in_all(nas)
            begun = await asyncio.gather(*(nas.account("start", f"before-{n}", f"demo{n}", mac_of(n, 1), address)
                                           for n, address in enumerate(granted, 1)))
            self.assertTrue(all(begun))
            await asyncio.sleep(1.1)  # event times are whole seconds
            self.assertTrue(await nas.account("on", None))
            self.daemon.kill()
        return granted

    def test_without_syncs_the_loss_is_noticed(self):
        for attempt in range(1, TRIES_OF_THE_MUTANT + 1):
            ledger = Ledger()
            self.pull_the_plug_under(UZEL_POWERCUT_IGNORE_SYNC="1")
            self.daemon.start()
            asyncio.run(load_until_cut(self.daemon, subscribers_of(ledger, self.rng), 1.0))
            self.daemon.env["UZEL_POWERCUT_IGNORE_SYNC"] = ""
            try:
                self.daemon.start()
            except AssertionError:
                loss = ["it does not even start"]
            else:
                loss = problems_of(ledger, self.daemon)
                self.daemon.kill()
            if loss:
                print(f"mutation check: {ledger.answers} answers, {len(loss)} losses noticed at try {attempt}, such as: "
                      f"{loss[0]}", flush=True)
                return
        self.fail("syncs were ignored and nothing was missed: this test proves nothing")


if __name__ == "__main__":
    unittest.main()
