"""Stopping and reloading: SIGTERM under load loses nothing that was answered, SIGHUP takes effect at once."""
import asyncio
import os
import random
import signal
import time
import unittest

from radius_client import RadiusClient
from radius_load import Ledger, Subscriber, problems_of, run_load
from uzel_daemon import Daemon, DaemonCase, wait_until

ROUNDS = 3
PATIENCE = 5.0


class Stopping(unittest.TestCase):
    maxDiff = None

    def test_sigterm_under_load_loses_nothing_acknowledged(self):
        seed = int(os.environ.get("UZEL_TEST_SEED", random.randrange(1 << 32)))
        print(f"seed {seed} (UZEL_TEST_SEED)", flush=True)
        rng, ledger, slowest = random.Random(seed), Ledger(), 0.0
        daemon = Daemon()
        self.addCleanup(daemon.clean)
        subscribers = [Subscriber(ledger, f"demo{n}", [f"02:00:00:01:00:{n:02x}"], rng) for n in range(1, 91)]
        for _ in range(ROUNDS):
            daemon.start()
            code, took = asyncio.run(self.stop_under_load(daemon, subscribers, rng.uniform(0.3, 1.2)))
            self.assertEqual(code, 0, daemon.log()[-2000:])
            self.assertLess(took, PATIENCE)
            slowest = max(slowest, took)
        daemon.start()
        self.assertEqual(problems_of(ledger, daemon), [])
        self.assertEqual(daemon.stop(), 0)
        print(f"shutdown: {ROUNDS} stops under load, slowest {slowest:.2f} s, {ledger.answers} answers kept", flush=True)

    async def stop_under_load(self, daemon, subscribers, seconds):
        async with RadiusClient(daemon, wait=1.0) as nas:
            done, tasks = await run_load(nas, subscribers, seconds)
            begun = time.monotonic()
            daemon.process.send_signal(signal.SIGTERM)
            while daemon.process.poll() is None and time.monotonic() < begun + 2 * PATIENCE:
                await asyncio.sleep(0.01)
            took = time.monotonic() - begun
            done.set()
            nas.hang_up()
            await asyncio.gather(*tasks)
            return daemon.process.poll(), took


class Reloading(DaemonCase):
    def reload_with(self, **settings):
        self.daemon.settings.update({name.replace("__", "."): value for name, value in settings.items()})
        self.daemon.command()  # writes the file
        applied = self.daemon.log().count("setting-applied")
        self.daemon.process.send_signal(signal.SIGHUP)
        return applied

    def drops_told(self):
        """Sends a login with a wrong secret; how often the log told of such ever since."""
        async def send():
            async with RadiusClient(self.daemon, secret=b"not the secret", wait=0.3) as nas:
                self.assertIsNone(await nas.login("demo1"))
        asyncio.run(send())
        return self.daemon.log().count("request-dropped")

    def test_sighup_changes_the_level_of_the_log(self):
        self.assertEqual(self.drops_told(), 0)
        applied = self.reload_with(log__level="debug")
        wait_until(lambda: self.daemon.log().count("setting-applied") > applied, why="log.level is not applied")
        wait_until(self.drops_told, why="debug lines do not come")
        applied = self.reload_with(log__level="info")
        wait_until(lambda: self.drops_told() == self.drops_told(), why="debug lines go on")

    def test_what_cannot_be_reloaded_is_told_and_bad_settings_change_nothing(self):
        coa_port = self.daemon.settings["radius.coa_port"]
        self.reload_with(radius__coa_port=coa_port + 1)
        wait_until(lambda: "setting-needs-restart" in self.daemon.log(), why="a setting that needs a restart is not named")
        self.reload_with(radius__coa_port=70000)
        wait_until(lambda: "reload-refused" in self.daemon.log(), why="a bad setting is not refused")
        self.reload_with(radius__coa_port=coa_port)

        async def log_in():
            async with RadiusClient(self.daemon) as nas:
                return await nas.login("demo2")
        self.assertTrue(asyncio.run(log_in()).accepted)


if __name__ == "__main__":
    unittest.main()
