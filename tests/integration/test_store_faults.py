"""A PostgreSQL server that dies, stands still, refuses, is full, is slow or lost its last minutes, under RADIUS, DHCP and accounting.

Nobody on the network may notice: no login is refused or left without an answer, no promise is broken, no address has two owners.
People at the desk are told to come back, and everything is in the database once the server is well.

UZEL_FAULT_SECONDS says how long a fault lasts (3), UZEL_FAULT_CUTS how often the power of uzeld goes during each of them (1).
"""
import http.client
import json
import os
import random
import subprocess
import tempfile
import time
import unittest

import crowd
import journal_files
import namespaces
import stores
from postgresql_server import PostgresqlServer
from slow_line import SlowLine
from uzel_daemon import BUILD, Daemon, wait_until

PRELOAD = os.path.join(BUILD, "tests", "support", "powercut", "libuzel_powercut.so")
LOAD = os.environ.get("UZEL_LOAD", os.path.join(BUILD, "bench", "load", "uzel-load"))
SECONDS = float(os.environ.get("UZEL_FAULT_SECONDS", "3"))
CUTS = int(os.environ.get("UZEL_FAULT_CUTS", "1"))
SETTINGS = {"store.statement_deadline": "1s", "store.behind_alarm": "1s", "store.journal_segment_bytes": 5 << 20}
PATIENCE = 60.0
STOPS_WITHIN = 15.0
MAY_GROW = 128 << 20
FULL_DISK = "size=192m"
HOPELESS = 2.5  # seconds of delay: more than a statement's deadline and its grace


def resident(daemon):
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


class FaultCase(unittest.TestCase):
    maxDiff = None
    server = None

    @classmethod
    def setUpClass(cls):
        if not stores.has_postgresql():
            raise unittest.SkipTest("needs PostgreSQL (Debian: postgresql-15)")
        if not namespaces.move_apart():
            print("without root: no DHCP", flush=True)

    def setUp(self):
        seed = int(os.environ.get("UZEL_TEST_SEED", random.randrange(1 << 32)))
        print(f"\nseed {seed} (UZEL_TEST_SEED)", flush=True)
        self.rng = random.Random(seed)

    def begin(self, server=None, host=None):
        """A daemon with a desk and a crowd that is not busy yet."""
        self.server = server or PostgresqlServer.instance()
        self.addCleanup(self.heal)
        store = stores.PostgresqlStore(self.server, host=host)
        self.daemon = Daemon(settings={**SETTINGS, **crowd.settings()}, store=store)
        self.addCleanup(self.daemon.clean)
        self.daemon.start()
        self.crowd = crowd.Crowd(self.daemon, self.rng)
        self.addCleanup(self.crowd.close)

    def heal(self):
        self.server.thaw()
        self.server.start()

    def begin_on_a_small_disk(self):
        """(what fills the server's disk, what makes room again)"""
        disk = tempfile.mkdtemp(prefix="uzel-full-", dir="/var/tmp")
        mount = ["mount", "-t", "tmpfs", "-o", FULL_DISK, "uzel-test", disk]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            os.rmdir(disk)
            self.skipTest("a file system of its own cannot be mounted here")
        self.addCleanup(os.rmdir, disk)
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False)
        data, ballast = os.path.join(disk, "data"), os.path.join(disk, "ballast")
        os.mkdir(data)
        server = PostgresqlServer(data)
        self.addCleanup(server.close)
        self.begin(server)

        def fill():
            with open(ballast, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(1 << 16))
                except OSError:
                    pass  # full

        def tidy_up():
            if os.path.exists(ballast):
                os.remove(ballast)
            server.start()  # one that could not write its log has ended
        return fill, tidy_up

    def begin_on_a_slow_line(self, delay):
        """(what slows the line to the server down, what speeds it up again)"""
        line = SlowLine(PostgresqlServer.instance().folder)
        self.addCleanup(line.close)
        self.begin(host=line.folder)
        return lambda: setattr(line, "delay", delay), lambda: setattr(line, "delay", 0.0)

    def save_server(self):
        """A backup of the whole server as it is now."""
        saved = os.path.join(self.server.folder, "saved")
        subprocess.run(["rm", "-rf", saved], check=True)
        self.server.stop()
        self.server.save(saved)
        self.server.start()
        return saved

    def put_server_back(self, saved):
        self.heal()
        self.server.kill()
        self.server.put_back(saved)
        self.server.start()

    def away(self):
        return self.daemon.metric("uzel_database_away") == 1

    def check_promises(self, when=""):
        problems = self.crowd.problems()
        if problems:
            self.daemon.show_log()
        self.assertEqual(problems, [], when)
        self.assertEqual(self.daemon.metric("uzel_invariant_violations_total"), 0)


class Faults(FaultCase):
    def edit(self, name):
        """(status, Retry-After) of a desk edit."""
        line = http.client.HTTPConnection("127.0.0.1", self.daemon.http_port, timeout=30)
        body = json.dumps({"name": name})
        self.daemon.token = self.daemon.token or self.daemon.sign_in()
        line.request("POST", "/api/v1/services", body,
                     {"Content-Type": "application/json", "Authorization": "Bearer " + self.daemon.token})
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status, answer.getheader("Retry-After")

    def check_told(self, steady):
        """Everybody who may look sees that the database is away, and edits are asked to come back."""
        begun = time.monotonic()
        wait_until(self.away, PATIENCE, "nobody noticed that the database is away")
        noticed = time.monotonic() - begun
        self.assertIn("database-away", self.daemon.log())
        status, retry = self.edit("not now")
        if steady or status != 201:
            self.assertEqual(status, 503)
            self.assertGreaterEqual(int(retry), 1)
        said = json.loads(self.daemon.uzelctl("--json", "store", "status").stdout)
        self.assertGreaterEqual(said["synced"], said["applied"])
        if steady:
            self.assertIs(said["database_away"], True)
            self.check_alarm()
        return noticed

    def check_alarm(self):
        """The lag has an age, and beyond a threshold somebody is called."""
        wait_until(lambda: self.daemon.metric("uzel_projection_behind") == 1, PATIENCE, "there is no alarm")
        self.assertGreater(self.daemon.metric("uzel_projection_lag_records"), 0)
        self.assertGreater(self.daemon.metric("uzel_projection_lag_seconds"), 1)
        self.assertIn("projection-behind", self.daemon.log())
        self.assertIn("projection-behind", [alarm["id"] for alarm in self.daemon.get("/api/v1/alarms")["items"]])
        said = json.loads(self.daemon.uzelctl("--json", "store", "status").stdout)
        self.assertGreaterEqual(said["behind_seconds"], 1)

    def suffer(self, fault, end, told=True, steady=True):
        """The crowd lives through the fault; its end is waited for, and what was promised is in the database."""
        noticed = 0.0
        self.assertEqual(self.edit("before")[0], 201)
        with self.crowd.busy():
            self.crowd.wait_for(200)
            before, answers = resident(self.daemon), self.crowd.answers
            fault()
            begun = time.monotonic()
            if told:
                noticed = self.check_told(steady)
            self.crowd.wait_for(200)  # life goes on
            while time.monotonic() < begun + SECONDS:
                time.sleep(0.1)
            answers, took = self.crowd.answers - answers, time.monotonic() - begun
            grown = resident(self.daemon) - before
            end()
            wait_until(lambda: not self.away(), PATIENCE, "the database does not come back")
            wait_until(lambda: self.daemon.metric("uzel_projection_behind") == 0, PATIENCE, "the alarm does not end")
            wait_until(lambda: self.edit("afterwards")[0] in (201, 409), PATIENCE, "edits are not taken again")
            self.crowd.wait_for(200)
        self.assertEqual(self.crowd.unanswered, 0)
        begun = time.monotonic()
        self.check_promises()
        self.assertLess(grown, MAY_GROW)
        self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)
        print(f"{self.id().split('.')[-1]}: away after {noticed:.1f} s, {answers} answers meanwhile in {took:.1f} s, memory "
              f"{grown >> 20:+} MiB, checked and stopped {time.monotonic() - begun:.1f} s after its end", flush=True)

    def test_a_server_that_is_killed(self):
        self.begin()
        self.suffer(self.server.kill, self.server.start)

    def test_a_server_that_stands_still(self):
        self.begin()
        self.suffer(self.server.freeze, self.server.thaw)

    def test_a_server_that_refuses_connections(self):
        self.begin()
        self.suffer(self.server.stop, self.server.start)

    def test_a_server_that_is_killed_again_and_again(self):
        self.begin()

        def kill_often():
            for _ in range(3):
                self.server.kill()
                self.server.start()
                time.sleep(self.rng.uniform(0, 0.5))
        self.suffer(kill_often, lambda: None, told=False)

    def test_a_slow_line(self):
        self.suffer(*self.begin_on_a_slow_line(0.05), told=False)

    def test_a_line_on_which_nothing_is_in_time(self):
        self.suffer(*self.begin_on_a_slow_line(HOPELESS))

    def test_a_full_disk_of_the_server(self):
        fill, tidy_up = self.begin_on_a_small_disk()
        self.suffer(fill, tidy_up, steady=False)  # what is small may still find room

    def test_a_server_that_lost_its_last_minutes(self):
        self.begin()
        with self.crowd.busy():
            self.crowd.wait_for(300)
        saved = self.save_server()
        self.suffer(self.server.stop, lambda: self.put_server_back(saved))
        self.assertIn("database-moved-back", self.daemon.log())

    def test_a_damaged_journal_behind_a_server_that_lost_its_last_minutes(self):
        """What the server lacks cannot be read again: the daemon ends, says where, and does not start over the gap."""
        self.begin()
        saved = self.save_server()
        with self.crowd.busy():
            self.crowd.wait_for(600)
        crowd.catch_up(self.daemon)
        behind = journal_files.batches(self.daemon.path("journal"))
        hurt = behind[len(behind) // 2]
        journal_files.flip_bit(hurt.path, hurt.offset + hurt.length // 2)
        self.put_server_back(saved)
        with self.crowd.busy():
            self.assertEqual(self.daemon.process.wait(PATIENCE), 3)
        where = f"{os.path.basename(hurt.path)} at byte {hurt.offset}"
        self.assertRegex(self.daemon.log(), f"fatal: projector: .*{where}")
        refused = len(self.daemon.log())
        self.daemon.spawn()
        self.assertEqual(self.daemon.process.wait(PATIENCE), 1)
        self.assertRegex(self.daemon.log()[refused:], f"store-not-opened: .*{where}")

    def test_load_tools_notice_nothing(self):
        """uzel-load verifies every answer, and that nobody is given what another one holds."""
        if not os.path.exists(LOAD):
            self.skipTest(f"{LOAD} is not built")
        self.begin()
        common = ["--rate", "150", "--seconds", str(SECONDS + 3), "--timeout", "5", "--json"]
        tools = [["radius", "session", "--auth-port", self.daemon.auth_port, "--acct-port", self.daemon.acct_port, "--subscribers", 90,
                  "--require-seal", *common]]
        if namespaces.own:
            tools.append(["dhcp", "dora", "--relay", "127.3.0.2", "--clients", 2000, *common])
        tools = [subprocess.Popen([LOAD, *map(str, tool)], stdout=subprocess.PIPE, text=True) for tool in tools]
        time.sleep(1.0)
        self.server.freeze()
        time.sleep(SECONDS)
        self.assertTrue(self.away())
        self.server.thaw()
        for tool in tools:
            found = json.loads(tool.communicate(timeout=SECONDS + 60)[0])
            self.assertEqual((tool.returncode, found["failed"], found["faults"], found["addresses"]["duplicates"]), (0, 0, {}, 0), found)
            self.assertGreater(found["done"], 100 * SECONDS)
            print(f"{found['protocol']}: {found['done']} done, none failed", flush=True)
        self.check_promises()
        self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)

    def test_sigterm_while_the_server_stands_still(self):
        self.begin()
        with self.crowd.busy():
            self.crowd.wait_for(300)
            self.server.freeze()
            self.crowd.wait_for(300)
            begun = time.monotonic()
            code = self.daemon.stop(STOPS_WITHIN)
            took = time.monotonic() - begun
        self.assertEqual(code, 0)
        self.server.thaw()
        self.daemon.start()
        self.check_promises()
        self.assertEqual(self.daemon.stop(STOPS_WITHIN), 0)
        print(f"stopped in {took:.1f} s though the server stood still", flush=True)


class PowerCuts(FaultCase):
    """The power of uzeld goes at a random moment of a fault; nothing that was answered is lost."""

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
                time.sleep(self.rng.uniform(0, 2.0))
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
