"""What a store that is damaged, incomplete, foreign, full or failing does to the daemon: each case ends as the design says."""
import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import journal_files
import stores
from radius_client import RadiusClient
from uzel_daemon import BUILD, Daemon, wait_until

PRELOAD = os.path.join(BUILD, "tests", "support", "powercut", "libuzel_powercut.so")
SEGMENT = 4 << 20 | 4096  # the least that the journal takes
SETTINGS = {"store.journal_segment_bytes": SEGMENT}
LONG = "x" * 230  # texts that make the journal grow


def mac_of(n):
    return f"02:00:00:02:00:{n:02x}"


async def log_in(nas, numbers, start=False):
    """{n: address or None}; with start, their sessions begin too."""
    replies = await asyncio.gather(*(nas.login(f"demo{n}", mac=mac_of(n)) for n in numbers))
    got = {n: reply.address if reply and reply.accepted else None for n, reply in zip(numbers, replies)}
    if start:
        done = await asyncio.gather(*(nas.account("start", LONG + str(n), f"demo{n}", mac_of(n), got[n]) for n in numbers))
        assert all(done), "a Start was not answered"
    return got


async def report_until(nas, numbers, over):
    """Interims with rising counters from each of them until over() or one is not answered; returns how many were."""
    async def report(n):
        count = 0
        while not over() and await nas.account("interim", LONG + str(n), f"demo{n}", mac_of(n), octets=(count + 1, 0),
                                               port=LONG[:n % 100 + 100]):
            count += 1
        return count
    return sum(await asyncio.gather(*(report(n) for n in numbers)))


def logins(daemon, numbers, start=False, wait=2.0):
    async def run():
        async with RadiusClient(daemon, wait=wait) as nas:
            return await log_in(nas, numbers, start)
    return asyncio.run(run())


class Template:
    """One store at two times: `early` with one segment, `late` with three, and another store."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="uzel-test-")
        self.stores = {}
        daemon = Daemon(settings=SETTINGS)
        try:
            daemon.start()
            logins(daemon, range(1, 31), start=True)
            self.save(daemon, "early")
            daemon.start()
            asyncio.run(self.grow(daemon))
            self.addresses = logins(daemon, range(1, 41))
            self.save(daemon, "late")
        finally:
            daemon.clean()
        other = Daemon(settings=SETTINGS)
        try:
            other.start()
            logins(other, range(1, 31))
            self.save(other, "other")
        finally:
            other.clean()

    async def grow(self, daemon):
        journal = daemon.path("journal")
        async with RadiusClient(daemon, wait=10.0) as nas:
            await report_until(nas, range(1, 31), lambda: len(journal_files.segments(journal)) >= 3)
            await report_until(nas, range(1, 31), iter([False] * 2000 + [True] * 100).__next__)

    def save(self, daemon, name):
        assert daemon.stop() == 0
        shutil.copytree(daemon.folder, os.path.join(self.folder, name))
        self.stores[name] = daemon.store.copy_to(self.path(name))

    def path(self, *parts):
        return os.path.join(self.folder, *parts)


class Damage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.template = Template()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.template.folder, ignore_errors=True)

    def daemon_with(self, database, journal):
        """A daemon on that database and that journal."""
        folder = tempfile.mkdtemp(prefix="uzel-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        shutil.copytree(self.template.path(database), folder, dirs_exist_ok=True)
        shutil.rmtree(os.path.join(folder, "journal"))
        shutil.copytree(self.template.path(journal, "journal"), os.path.join(folder, "journal"))
        os.remove(os.path.join(folder, "uzeld.log"))
        daemon = Daemon(settings=SETTINGS, folder=folder, store=self.template.stores[database].copy_to(folder))
        self.addCleanup(daemon.kill)
        return daemon

    def assert_starts(self, daemon, *said):
        daemon.start()
        for text in said:
            self.assertIn(text, daemon.log())
        self.assertEqual(logins(daemon, range(1, 41)), self.template.addresses)
        self.assertEqual(daemon.stop(), 0)

    def assert_refused(self, daemon, *said):
        daemon.spawn()
        self.assertNotEqual(daemon.process.wait(20), 0)
        log = daemon.log()
        self.assertIn("store-not-opened", log)
        for text in said:
            self.assertIn(str(text), log)
        self.assertNotIn("store-opened", log)
        print("refused:", log[log.index("store-not-opened"):].split("\n")[0], flush=True)

    def applied(self, name):
        """Every record that the daemon of that time had, as the database says after a clean stop."""
        last = journal_files.batches(self.template.path(name, "journal"))[-1]
        return last.first + last.records - 1

    def identity(self, name):
        with open(self.template.path(name, "uzeld.log"), encoding="utf-8") as log:
            return re.search(r"store-opened: (\w{32}) epoch", log.read()).group(1)

    def test_an_untouched_store_starts(self):
        self.assert_starts(self.daemon_with("late", "late"))

    def test_an_older_database_catches_up_from_the_whole_journal(self):
        self.assert_starts(self.daemon_with("early", "late"))

    def test_a_torn_tail_is_cut(self):
        for database in ("late", "early"):
            with self.subTest(database):
                daemon = self.daemon_with(database, "late")
                last = journal_files.batches(daemon.path("journal"))[-1]
                half = journal_files.read(last)[:last.length // 2 | 9]
                journal_files.write(last.path, last.offset + last.length, half)
                self.assert_starts(daemon, "torn-tail-cut", f"{os.path.basename(last.path)}, byte {last.offset + last.length}")

    def test_a_flipped_bit_in_the_last_batch_is_told_and_not_passed_over(self):
        """What the database has cannot be missing from the journal; what only the journal had is told to be cut, and where."""
        for database in ("late", "early"):
            with self.subTest(database):
                daemon = self.daemon_with(database, "late")
                last = journal_files.batches(daemon.path("journal"))[-1]
                journal_files.flip_bit(last.path, last.offset + last.length - 1)
                if database == "late":
                    self.assert_refused(daemon, os.path.basename(last.path), last.first - 1, self.applied("late"))
                else:
                    daemon.start()
                    self.assertIn(f"{os.path.basename(last.path)}, byte {last.offset}", daemon.log())
                    self.assertEqual(daemon.stop(), 0)

    def test_a_segment_whose_end_is_missing_stops_the_start(self):
        for index in (1, -1):
            with self.subTest(index):
                daemon = self.daemon_with("early", "late")
                path = journal_files.segments(daemon.path("journal"))[index]
                os.truncate(path, journal_files.batches_of(path)[-1].offset)
                self.assert_refused(daemon, os.path.basename(path), os.path.getsize(path))

    def test_a_flipped_bit_in_the_middle_stops_the_start_and_is_named(self):
        daemon = self.daemon_with("early", "late")
        behind = [b for b in journal_files.batches(daemon.path("journal")) if b.first > self.applied("early")]
        hurt = behind[len(behind) // 2]
        journal_files.flip_bit(hurt.path, hurt.offset + hurt.length // 2)
        self.assert_refused(daemon, os.path.basename(hurt.path), hurt.offset)

    def test_a_missing_segment_stops_the_start(self):
        daemon = self.daemon_with("early", "late")
        gone = journal_files.segments(daemon.path("journal"))[1]
        os.remove(gone)
        self.assert_refused(daemon, int(os.path.basename(gone).split(".")[0]))

    def test_a_foreign_journal_stops_the_start(self):
        self.assert_refused(self.daemon_with("late", "other"), self.identity("late"), self.identity("other"))

    def test_a_new_journal_stops_the_start_of_a_store_that_has_records(self):
        daemon = self.daemon_with("late", "late")
        for path in journal_files.segments(daemon.path("journal")):
            os.remove(path)
        self.assert_refused(daemon, self.applied("late"))

    def test_an_older_database_than_the_journal_reaches_back_stops_the_start(self):
        daemon = self.daemon_with("early", "late")
        first, second = journal_files.segments(daemon.path("journal"))[:2]
        os.remove(first)  # as retention does when the newer database has all of it
        self.assert_refused(daemon, self.applied("early"), int(os.path.basename(second).split(".")[0]))

    def test_a_newer_database_than_the_journal_stops_the_start(self):
        self.assert_refused(self.daemon_with("late", "early"), self.applied("late"), self.applied("early"))

    def test_a_failed_sync_ends_the_daemon_and_nothing_more_is_answered(self):
        if not os.path.exists(PRELOAD):
            self.skipTest(f"{PRELOAD} is not built")
        daemon = self.daemon_with("early", "early")
        daemon.env.update({"LD_PRELOAD": PRELOAD, "UZEL_POWERCUT_DIR": daemon.path("journal"), "UZEL_POWERCUT_FAIL_SYNC_AFTER": "60"})
        daemon.start()
        granted = asyncio.run(self.log_in_until_the_end(daemon))
        self.assertEqual(daemon.process.wait(10), 3)
        self.assertIn("fatal", daemon.log())
        for name in ("LD_PRELOAD", "UZEL_POWERCUT_DIR", "UZEL_POWERCUT_FAIL_SYNC_AFTER"):
            del daemon.env[name]
        daemon.start()
        again = logins(daemon, range(1, 91))
        self.assertEqual({n: again[n] for n in granted}, granted)
        self.assertEqual(len(set(again.values())), 90)
        self.assertEqual(daemon.stop(), 0)
        print(f"failed sync: {len(granted)} logins were answered before it, all of them stand", flush=True)

    async def log_in_until_the_end(self, daemon):
        granted = {}
        async with RadiusClient(daemon, wait=1.0) as nas:
            for n in range(31, 91):  # one by one: one sync each
                reply = await nas.login(f"demo{n}", mac=mac_of(n))
                if reply is None:
                    break
                granted[n] = reply.address
        self.assertGreater(len(granted), 0)
        self.assertLess(len(granted), 60, "no sync failed")
        return granted


@unittest.skipIf(stores.KIND != "sqlite", "no question of the database: runs with the other store")
class ReadOnly(unittest.TestCase):
    """A disk that takes nothing more: a file system that went read-only, as after an error of the disk."""

    def setUp(self):
        self.daemon = Daemon(settings=SETTINGS)
        self.addCleanup(self.daemon.clean)
        self.journal = self.daemon.path("journal")
        self.daemon.start()
        self.granted = logins(self.daemon, range(1, 31), start=True)

    def make_read_only(self):
        bound = subprocess.run(["mount", "--bind", self.journal, self.journal], capture_output=True, check=False).returncode == 0
        if not bound:
            self.skipTest("a file system of its own cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.journal], capture_output=True, check=False)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.journal], check=True)

    def make_writable(self):
        subprocess.run(["umount", "-l", self.journal], check=True)

    def recovers(self):
        self.make_writable()
        self.daemon.start()
        self.assertEqual(logins(self.daemon, range(1, 31)), self.granted)
        self.assertEqual(self.daemon.stop(), 0)

    def test_the_start_is_refused_and_names_the_file(self):
        self.assertEqual(self.daemon.stop(), 0)
        self.make_read_only()
        self.daemon.spawn()
        self.assertEqual(self.daemon.process.wait(20), 1)
        self.assertRegex(self.daemon.log(), f"store-not-opened: .*{self.journal}.*[Rr]ead-only")
        self.recovers()

    def test_the_daemon_ends_when_it_cannot_go_on(self):
        self.make_read_only()
        acknowledged = asyncio.run(self.report_until_the_end())
        self.assertEqual(self.daemon.process.wait(10), 3)
        self.assertRegex(self.daemon.log(), f"fatal: journal: .*{self.journal}.*[Rr]ead-only")
        self.recovers()
        print(f"read-only: {acknowledged} reports were acknowledged before the end", flush=True)

    async def report_until_the_end(self):
        async with RadiusClient(self.daemon, wait=1.0) as nas:
            return await report_until(nas, range(1, 31), lambda: self.daemon.process.poll() is not None)


@unittest.skipIf(stores.KIND != "sqlite", "no question of the database: runs with the other store")
class Full(unittest.TestCase):
    def fill(self, daemon):
        """Reports until the journal takes nothing more; then bound subscribers are answered, and nobody else."""
        bound = logins(daemon, range(1, 31), start=True)

        async def run():
            async with RadiusClient(daemon, wait=1.5) as nas:
                await report_until(nas, range(1, 31), lambda: False)
        asyncio.run(run())
        logins(daemon, range(51, 61), wait=1.0)  # small records fill what large ones left
        self.assertEqual(logins(daemon, range(1, 31)), bound)
        self.assertEqual(set(logins(daemon, range(41, 51), wait=1.0).values()), {None})
        self.assertIsNone(daemon.process.poll())

    def recovers(self, daemon, limit):
        def answered():
            return None not in logins(daemon, range(41, 51), wait=1.0).values()
        wait_until(answered, limit, "new subscribers are not served again")
        self.assertEqual(daemon.stop(), 0)

    def test_a_journal_at_its_bound_serves_the_bound_and_recovers_when_old_segments_go(self):
        daemon = Daemon(settings={**SETTINGS, "store.journal_max_bytes": 2 * SEGMENT, "store.journal_keep": "20s"})
        self.addCleanup(daemon.clean)
        daemon.start()
        self.fill(daemon)
        self.recovers(daemon, 60)

    def test_a_full_disk_serves_the_bound_and_recovers_with_space(self):
        daemon = Daemon(settings=SETTINGS)
        self.addCleanup(daemon.clean)
        journal = daemon.path("journal")
        os.mkdir(journal)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={2 * SEGMENT + (1 << 20)}", "uzel-test", journal]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            self.skipTest("a file system of its own cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", journal], check=False)
        self.addCleanup(daemon.kill)
        daemon.start()
        self.fill(daemon)
        subprocess.run(["mount", "-o", "remount,size=64m", journal], check=True)
        self.recovers(daemon, 20)


if __name__ == "__main__":
    unittest.main()
