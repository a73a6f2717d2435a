"""A PostgreSQL server that dies, stands still, refuses, is full, is slow or lost its last minutes, under RADIUS, DHCP and accounting.

Nobody on the network may notice: no login is refused or left without an answer, no promise is broken, no address has two owners.
People at the desk are told to come back, and everything is in the database once the server is well.

UZEL_FAULT_SECONDS says how long a fault lasts (3).
"""
import http.client
import json
import os
import subprocess
import time
import unittest

import crowd
import journal_files
import namespaces
from store_fault_case import HOPELESS, STOPS_WITHIN, FaultCase
from uzel_daemon import BUILD, wait_until

LOAD = os.environ.get("UZEL_LOAD", os.path.join(BUILD, "bench", "load", "uzel-load"))
SECONDS = float(os.environ.get("UZEL_FAULT_SECONDS", "3"))
PATIENCE = 60.0
MAY_GROW = 128 << 20


def resident(daemon):
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


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

    def applied(self):
        return json.loads(self.daemon.uzelctl("--json", "store", "status").stdout)["applied"]

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
        applied = self.applied()
        with self.crowd.busy():
            wait_until(lambda: self.applied() > applied, PATIENCE, "nothing is written that could be lost")
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


if __name__ == "__main__":
    unittest.main(verbosity=2)
