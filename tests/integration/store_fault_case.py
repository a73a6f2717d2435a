"""What tests of a failing PostgreSQL server have in common: a daemon on that server, a crowd, and the faults that need preparation."""
import os
import random
import subprocess
import tempfile
import unittest

import crowd
import namespaces
import stores
from postgresql_server import PostgresqlServer
from slow_line import SlowLine
from uzel_daemon import Daemon

SETTINGS = {"store.statement_deadline": "1s", "store.behind_alarm": "1s", "store.journal_segment_bytes": 5 << 20}
HOPELESS = 2.5  # seconds of delay: more than a statement's deadline and its grace
STOPS_WITHIN = 15.0
FULL_DISK = "size=192m"


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
