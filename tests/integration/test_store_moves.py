"""The operator's store commands: stores move between SQLite and PostgreSQL, are saved under load, come back, and are checked."""
import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import unittest

import stores
from radius_client import RadiusClient
from uzel_daemon import UZELCTL, Daemon, wait_until

PATIENCE = 100
SETTINGS = {"store.journal_segment_bytes": 4 << 20 | 4096}  # the least that the journal takes: all of it is read again and again


def mac_of(n):
    return f"02:00:00:03:00:{n:02x}"


def logins(daemon, numbers):
    """{n: address}; their sessions begin, too."""
    async def run():
        async with RadiusClient(daemon, wait=5.0) as nas:
            replies = await asyncio.gather(*(nas.login(f"demo{n}", mac=mac_of(n)) for n in numbers))
            got = {n: reply.address for n, reply in zip(numbers, replies) if reply and reply.accepted}
            done = await asyncio.gather(*(nas.account("start", f"s{n}", f"demo{n}", mac_of(n), got[n]) for n in got))
            assert all(done), "a Start was not answered"
            return got
    return asyncio.run(run())


def run_on(store, sql):
    """One statement behind everybody's back; the daemon may run."""
    if isinstance(store, stores.PostgresqlStore):
        return store.server.sql(sql, store.database)
    with sqlite3.connect(store.path, timeout=30) as db:
        db.execute(sql)
    db.close()
    return ""


class Load:
    """Reports of sessions until the end of the block, some hundred per second: what reads the journal is to get to its end."""

    def __init__(self, daemon, addresses):
        self.daemon, self.addresses = daemon, addresses
        self.over = threading.Event()
        self.answered = 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()))

    async def run(self):
        async with RadiusClient(self.daemon, wait=5.0) as nas:
            await asyncio.gather(*(self.report(nas, n, 0.05 * i / len(self.addresses)) for i, n in enumerate(self.addresses)))

    async def report(self, nas, n, late):
        """`late` spreads the reports: there is no moment without one."""
        count = 0
        await asyncio.sleep(late)
        while not self.over.is_set():
            count += 1
            if await nas.account("interim", f"s{n}", f"demo{n}", mac_of(n), self.addresses[n], octets=(count, 0)):
                self.answered += 1
            await asyncio.sleep(0.05)

    def __enter__(self):
        self.thread.start()
        wait_until(lambda: self.answered > 100, why="no report is answered")
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class StoreCase(unittest.TestCase):
    maxDiff = None

    def daemon_on(self, make_store=stores.new_store, **options):
        folder = tempfile.mkdtemp(prefix="uzel-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        daemon = Daemon(folder=folder, store=make_store(folder), settings=SETTINGS, **options)
        self.addCleanup(daemon.kill)
        return daemon

    def go_on(self, daemon, store):
        """The same daemon, journal and keys on another database."""
        daemon.store = store
        daemon.settings["store.url"] = store.url
        daemon.command()  # writes the settings

    def ctl(self, *arguments, code=0):
        ran = subprocess.run([UZELCTL, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False,
                             env={**os.environ, "LANG": "C.UTF-8"})
        self.assertEqual(ran.returncode, code, f"uzelctl {' '.join(arguments)}\n{ran.stdout}{ran.stderr}")
        return ran

    def verified(self, daemon, code=0):
        ran = self.ctl("store", "verify", "--json", "--config", daemon.path("uzeld.toml"), code=code)
        return json.loads(ran.stdout)


@unittest.skipUnless(stores.has_postgresql(), "no PostgreSQL server is installed")
@unittest.skipIf(stores.KIND != "sqlite", "moves between both kinds whatever the run's kind is")
class Moves(StoreCase):
    def test_a_store_moves_to_a_server_and_back_and_goes_on_with_its_journal(self):
        daemon = self.daemon_on(stores.SqliteStore)
        config = daemon.path("uzeld.toml")
        daemon.start()
        first = logins(daemon, range(1, 21))
        client = daemon.post("/api/v1/clients", {"name": "Имя \\ x", "source": "192.0.2.7/32", "secret": "s", "routing_domain_id": 1,
                                                 "vendor": "mikrotik"})["id"]
        file, server = daemon.store, stores.PostgresqlStore()
        refused = self.ctl("store", "copy", file.url, server.url, "--config", config, code=3)
        self.assertIn("stop it first", refused.stderr)
        daemon.stop()

        said = self.ctl("store", "copy", file.url, server.url, "--config", config).stdout
        for table in ("accounts", "clients", "lanes", "store_identity", "sessions"):
            self.assertIn(table, said)
        self.assertIn("hold the same", self.ctl("store", "compare", file.url, server.url).stdout)
        again = self.ctl("store", "copy", file.url, server.url, "--config", config, code=2)
        self.assertIn("not empty", again.stderr)

        self.go_on(daemon, server)
        self.assertEqual(self.verified(daemon)["damage"], [])
        daemon.start()
        self.assertEqual(daemon.get(f"/api/v1/clients/{client}")["name"], "Имя \\ x")
        self.assertEqual(logins(daemon, range(1, 21)), first)
        second = logins(daemon, range(1, 31))
        self.assertEqual(len(set(second.values())), 30)
        self.assertTrue(self.verified(daemon)["in_use"])
        daemon.stop()

        back = stores.SqliteStore(tempfile.mkdtemp(prefix="uzel-test-"))
        self.addCleanup(shutil.rmtree, os.path.dirname(back.path), ignore_errors=True)
        self.ctl("store", "copy", server.url, back.url, "--config", config)
        self.assertEqual(os.stat(back.path).st_mode & 0o777, 0o600)
        self.go_on(daemon, back)
        self.assertEqual(self.verified(daemon)["damage"], [])
        daemon.start()
        self.assertEqual(logins(daemon, range(1, 31)), second)
        self.assertEqual(daemon.stop(), 0)

    def test_a_moment_of_a_working_store_is_copied_and_catches_up(self):
        daemon = self.daemon_on(stores.SqliteStore)
        daemon.start()
        addresses = logins(daemon, range(1, 11))
        server = stores.PostgresqlStore()
        with Load(daemon, addresses):
            self.ctl("store", "copy", "--online", daemon.store.url, server.url, "--config", daemon.path("uzeld.toml"))
        addresses = logins(daemon, range(1, 16))
        daemon.stop()
        self.go_on(daemon, server)
        found = self.verified(daemon)
        self.assertEqual(found["damage"], [])
        self.assertGreater(found["tail"], 0)
        daemon.start()
        self.assertEqual(logins(daemon, range(1, 16)), addresses)
        self.assertEqual(daemon.stop(), 0)

    def test_a_changed_value_is_named_with_table_key_and_column(self):
        daemon = self.daemon_on(stores.SqliteStore)
        daemon.start()
        logins(daemon, range(1, 4))
        daemon.stop()
        server = stores.PostgresqlStore()
        self.ctl("store", "copy", daemon.store.url, server.url)
        changed = run_on(server, "UPDATE sessions SET last_seen = last_seen + 1 WHERE id = (SELECT MIN(id) FROM sessions) RETURNING id")
        told = self.ctl("store", "compare", daemon.store.url, server.url, code=6).stderr
        self.assertIn(f"sessions id={changed}: last_seen is ", told)

    def test_a_password_on_the_command_line_is_refused(self):
        for url in ("postgresql://uzel:geheim@localhost/x", "postgresql:///x?password=geheim", "mysql://x"):
            with self.subTest(url):
                ran = self.ctl("store", "copy", "sqlite:/nowhere", url, code=1)
                self.assertNotIn("geheim", ran.stdout + ran.stderr)


class Backups(StoreCase):
    def test_a_backup_under_load_comes_back_and_the_journal_brings_the_rest(self):
        daemon = self.daemon_on()
        config = daemon.path("uzeld.toml")
        saved = daemon.path("saved")
        daemon.start()
        addresses = logins(daemon, range(1, 21))
        with Load(daemon, addresses) as load:
            before = load.answered
            made = json.loads(self.ctl("store", "backup", saved, "--config", config, "--json").stdout)
            self.assertGreater(load.answered, before, "nobody was answered while the backup was made")
        self.assertEqual(os.stat(saved).st_mode & 0o777, 0o700)
        self.ctl("store", "backup", saved, "--config", config, code=2)
        addresses = logins(daemon, range(1, 31))
        self.ctl("store", "restore", saved, "--config", config, "--replace", code=3)
        daemon.stop()
        self.ctl("store", "restore", saved, "--config", config, code=2)
        found = json.loads(self.ctl("store", "restore", saved, "--config", config, "--replace", "--json").stdout)
        self.assertEqual(found["damage"], [])
        self.assertEqual(found["applied"], made["applied"])
        self.assertGreater(found["tail"], 0)
        daemon.start()
        self.assertEqual(logins(daemon, range(1, 31)), addresses)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.verified(daemon)["damage"], [])

    def test_a_backup_without_its_journal_is_adopted(self):
        daemon = self.daemon_on()
        config = daemon.path("uzeld.toml")
        daemon.start()
        addresses = logins(daemon, range(1, 11))
        daemon.stop()
        self.ctl("store", "backup", daemon.path("saved"), "--config", config)
        shutil.rmtree(daemon.path("journal"))
        told = self.ctl("store", "restore", daemon.path("saved"), "--config", config, "--replace", code=6)
        self.assertIn("there is no journal", told.stdout)
        self.assertIn("store adopt", told.stderr)
        self.ctl("store", "adopt", "--config", config, "--yes")
        daemon.start()
        self.assertEqual(logins(daemon, range(1, 11)), addresses)
        self.assertEqual(daemon.stop(), 0)

    def test_a_damaged_backup_is_not_put_in_place(self):
        daemon = self.daemon_on()
        config = daemon.path("uzeld.toml")
        saved = daemon.path("saved")
        daemon.start()
        addresses = logins(daemon, range(1, 6))
        daemon.stop()
        self.ctl("store", "backup", saved, "--config", config)
        if stores.KIND == "sqlite":
            run_on(stores.SqliteStore(saved), "UPDATE bindings SET account_id = account_id + 1 WHERE id = (SELECT MIN(id) FROM bindings)")
            told = self.ctl("store", "restore", saved, "--config", config, "--replace", code=6).stderr
            self.assertIn("the table bindings has other values", told)
            told = self.ctl("store", "compare", daemon.store.url, "sqlite:" + os.path.join(saved, "uzel.db"), code=6).stderr
            self.assertRegex(told, r"bindings routing_domain_id=1, address=\d+: account_id is \d+ and \d+")
        else:
            path = os.path.join(saved, "uzel.dump")
            os.truncate(path, os.path.getsize(path) - 4000)
            self.ctl("store", "restore", saved, "--config", config, "--replace", code=3)
        os.remove(os.path.join(saved, "manifest.json"))
        self.ctl("store", "restore", saved, "--config", config, "--replace", code=4)
        self.assertEqual(self.verified(daemon)["damage"], [])
        daemon.start()
        self.assertEqual(logins(daemon, range(1, 6)), addresses)
        self.assertEqual(daemon.stop(), 0)


class Checks(StoreCase):
    def test_a_working_store_is_checked_and_verified(self):
        daemon = self.daemon_on()
        config = daemon.path("uzeld.toml")
        daemon.start()
        addresses = logins(daemon, range(1, 21))
        with Load(daemon, addresses):
            for _ in range(3):
                found = self.verified(daemon)
                self.assertEqual((found["damage"], found["in_use"]), ([], True))
                self.assertGreaterEqual(found["bindings"], 20)
                facts = json.loads(self.ctl("store", "check", "--json", "--config", config).stdout)
                self.assertEqual((facts["damage"], facts["in_use"]), ([], True))
        self.ctl("store", "migrate", "--config", config, code=3)
        words = self.ctl("store", "verify", "--config", config).stdout
        for part in ("an address has one holder", "nothing acknowledged is lost", "no ledger yet", "stay with their account"):
            self.assertIn(part, words)
        daemon.stop()
        words = self.ctl("store", "check", "--config", config).stdout
        self.assertIn("SQLite 3" if stores.KIND == "sqlite" else "PostgreSQL", words)
        self.assertRegex(words, r"used by a daemon: +no")
        self.assertIn("has schema", self.ctl("store", "migrate", "--config", config).stdout)

    def test_a_store_of_a_newer_program_is_refused(self):
        daemon = self.daemon_on()
        daemon.start()
        daemon.stop()
        run_on(daemon.store, "INSERT INTO schema_migrations VALUES (9999, 'later', 1, 1)")
        for command in ("migrate", "check"):
            told = self.ctl("store", command, "--config", daemon.path("uzeld.toml"), code=2).stderr
            self.assertIn("install the newer program", told)
        self.ctl("store", "backup", daemon.path("saved"), "--config", daemon.path("uzeld.toml"), code=2)

    def test_an_address_of_two_accounts_is_told(self):
        daemon = self.daemon_on()
        daemon.start()
        logins(daemon, range(1, 6))
        daemon.stop()
        run_on(daemon.store, "UPDATE bindings SET account_id = account_id + 1 WHERE id = (SELECT MIN(binding_id) FROM sessions)")
        found = self.verified(daemon, code=6)
        self.assertGreater(found["broken_invariants"]["own_account"], 0, found)
        self.assertRegex("\n".join(found["damage"]), r"session \d+ is of account \d+, its address [\d.]+ of account \d+")

    def test_records_that_the_database_refused_are_listed(self):
        daemon = self.daemon_on()
        config = daemon.path("uzeld.toml")
        daemon.start()
        if stores.KIND == "sqlite":
            run_on(daemon.store, "CREATE TRIGGER no_session BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'no sessions today'); END")
        else:
            run_on(daemon.store, "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                                 "'no sessions today'; END $$; CREATE TRIGGER no_session BEFORE INSERT ON sessions FOR EACH ROW "
                                 "EXECUTE FUNCTION refuse()")
        logins(daemon, [1])
        wait_until(lambda: daemon.get("/api/v1/store")["parked_total"] > 0, why="nothing was parked")
        asked = json.loads(daemon.uzelctl("--json", "store", "parked").stdout)["items"]
        read = json.loads(self.ctl("--json", "store", "parked", "--config", config).stdout)["items"]
        self.assertEqual(asked[0], read[0])
        self.assertIn("no sessions today", read[0]["reason"])
        self.assertTrue(read[0]["key"])
        daemon.stop()
        self.assertIn("no sessions today", self.ctl("store", "parked", "--config", config).stdout)
        self.assertIn("refused and keeps aside", self.ctl("store", "check", "--config", config).stdout)


if __name__ == "__main__":
    unittest.main()
