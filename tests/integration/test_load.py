"""The load generator: a server that errs is caught, and the demo under load answers everybody right and nobody twice."""
import json
import os
import subprocess
import unittest

from uzel_daemon import BUILD, UZELCTL, Daemon, DaemonCase, free_port, wait_until

LOAD = os.environ.get("UZEL_LOAD", os.path.join(BUILD, "bench", "load", "uzel-load"))
GOOD, WRONG, USAGE = 0, 1, 2


def load(*arguments, timeout=120):
    """(exit code, what it found)."""
    ran = subprocess.run([LOAD, *map(str, arguments), "--json"], capture_output=True, text=True, timeout=timeout, check=False)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout.startswith("{") else ran.stdout + ran.stderr


def sockets():
    with open("/proc/net/udp", encoding="ascii") as file:
        return file.read()


class Responder:
    """`uzel-load echo serve`: answers like a server without being one, and errs when it is told to."""

    def __init__(self, *arguments, address="127.0.0.1"):
        self.port = free_port()
        self.process = subprocess.Popen([LOAD, "echo", "serve", "--server", address, "--port", str(self.port), *arguments])
        local = f":{self.port:04X} "
        wait_until(lambda: local in sockets(), why="nothing listens")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


class Checks(unittest.TestCase):
    """What would go unnoticed if the generator only counted answers."""

    def radius(self, server, *arguments, mode="auth"):
        return load("radius", mode, "--auth-port", server.port, "--acct-port", server.port, "--subscribers", 500,
                    "--timeout", 0.2, *arguments)

    def dhcp(self, server, *arguments, mode="dora"):
        return load("dhcp", mode, "--server-port", server.port, "--relay-port", free_port(), "--relays", 3, "--clients", 500,
                    "--timeout", 0.2, *arguments)

    def test_echo_comes_back(self):
        with Responder() as server:
            code, found = load("echo", "client", "--port", server.port, "--seconds", 0.3, "--server-pid", server.process.pid)
        self.assertEqual(code, GOOD, found)
        self.assertGreater(found["done"], 100)
        self.assertGreater(found["server"]["resident_bytes"], 1 << 20)

    def test_every_radius_mode_runs(self):
        with Responder("--as", "radius") as server:
            for mode, more in (("auth", ["--method", "chap"]), ("acct", ["--status", "stop"]), ("session", ["--interims", 1]),
                               ("storm", [])):
                with self.subTest(mode):
                    code, found = self.radius(server, "--seconds", 20, "--once", *more, mode=mode)
                    self.assertEqual((code, found["done"], found["failed"]), (GOOD, 500, 0), found)
                    self.assertEqual(found["addresses"]["duplicates"], 0)

    def test_an_open_loop_keeps_its_rate(self):
        with Responder("--as", "radius") as server:
            code, found = self.radius(server, "--rate", 200, "--seconds", 1)
        self.assertEqual(code, GOOD, found)
        self.assertTrue(190 <= found["begun"] <= 202, found)

    def test_every_dhcp_mode_runs(self):
        with Responder("--as", "dhcp") as server:
            for mode in ("dora", "renew", "release", "storm"):
                with self.subTest(mode):
                    code, found = self.dhcp(server, "--seconds", 20, "--once", mode=mode)
                    self.assertEqual((code, found["done"], found["addresses"]["held"]), (GOOD, 500, 500), found)

    def test_answers_signed_by_somebody_else_do_not_count(self):
        with Responder("--as", "radius", "--spoil", "50") as server:
            code, found = self.radius(server, "--seconds", 0, "--window", 10)
        self.assertEqual((code, found["faults"].get("bad-authenticator")), (WRONG, 10), found)
        self.assertEqual((found["done"], found["failed"]), (490, 10), found)

    def test_a_lost_answer_is_asked_for_again(self):
        with Responder("--as", "dhcp", "--spoil", "50") as server:
            code, found = self.dhcp(server, "--seconds", 0, "--retries", 3)
        self.assertEqual((code, found["done"]), (GOOD, 500), found)  # a wrong transaction id is nobody's answer
        self.assertGreater(found["kinds"]["discover"]["retries"] + found["kinds"]["request"]["retries"], 0)

    def test_an_address_given_twice_is_seen(self):
        for protocol, run in (("radius", self.radius), ("dhcp", self.dhcp)):
            with self.subTest(protocol), Responder("--as", protocol, "--twice", "100") as server:
                code, found = run(server, "--seconds", 0)
                self.assertEqual(code, WRONG, found)
                self.assertGreater(found["addresses"]["duplicates"], 0)
                self.assertIn("10.255.255.254", found["addresses"]["examples"][0])

    def test_nobody_there_is_no_success(self):
        with Responder("--as", "radius") as server:
            port = server.port
        code, found = load("radius", "auth", "--auth-port", port, "--subscribers", 5, "--seconds", 0, "--timeout", 0.1)
        self.assertEqual((found["done"], found["failed"]), (0, 5), found)
        self.assertEqual(code, GOOD)  # silence is not a wrong answer

    def test_uzelctl_hands_over(self):
        environment = {**os.environ, "UZEL_LOAD": LOAD}

        def bench(*arguments):
            return subprocess.run([UZELCTL, "bench", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                                  env=environment, check=False)

        with Responder() as server:
            ran = bench("echo", "client", "--port", server.port, "--seconds", 0.2, "--json")
        self.assertEqual(ran.returncode, GOOD, ran.stderr)
        self.assertGreater(json.loads(ran.stdout)["done"], 0)
        self.assertIn("--nases", bench("radius", "--help").stdout)
        self.assertEqual(bench("dhcp", "dance").returncode, USAGE)
        environment["UZEL_LOAD"] = "/nowhere"
        self.assertIn("/nowhere", bench("dhcp", "dora").stderr)

    def test_nonsense_is_refused(self):
        for arguments in (["radius"], ["radius", "dance"], ["radius", "auth", "--logins", "{x}"], ["dhcp", "dora", "--relay", "a"],
                          ["radius", "auth", "--server", "name"], ["radius", "auth", "--expect", "/nowhere"]):
            with self.subTest(arguments):
                self.assertEqual(load(*arguments)[0], USAGE)


class Demo(DaemonCase):
    """Two hundred subscribers of the demo's network."""

    subscribers = 200

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = "".join(json.dumps({"number": f"L{n}", "login": f"load{n}", "password": f"pass{n}", "service_id": 1}) + "\n"
                        for n in range(1, cls.subscribers + 1))
        done = cls.daemon.post("/api/v1/accounts/import", lines.encode(), headers={"Content-Type": "application/x-ndjson"})
        assert done["created"] == cls.subscribers, done

    def run_load(self, mode, *arguments, seconds=2):
        daemon = self.daemon
        code, found = load("radius", mode, "--auth-port", daemon.auth_port, "--acct-port", daemon.acct_port, "--logins", "load{}",
                           "--passwords", "pass{}", "--subscribers", self.subscribers, "--seconds", seconds, "--require-seal",
                           "--server-pid", daemon.process.pid, "--metrics", daemon.url + "/metrics", *arguments)
        self.assertEqual(code, GOOD, found)
        self.assertTrue(found["verified"])
        self.assertEqual((found["faults"], found["addresses"]["duplicates"]), ({}, 0), found)
        self.assertGreater(found["done"], 0)
        return found

    def test_logins_get_addresses_of_their_own_and_keep_them(self):
        for method in ("pap", "chap"):
            found = self.run_load("auth", "--method", method)
            self.assertEqual((found["failed"], found["addresses"]["held"], found["addresses"]["changed"]), (0, self.subscribers, 0))
        self.assertGreater(found["server"]["cpu_s"], 0)
        self.assertIn("journal_syncs", found["server"])

    def test_wrong_passwords_are_refused(self):
        found = self.run_load("auth", "--wrong-password")
        self.assertEqual((found["failed"], found["addresses"]["held"]), (0, 0))

    def test_sessions_and_a_working_day(self):
        self.assertEqual(self.run_load("session")["failed"], 0)
        self.assertEqual(self.run_load("acct", "--status", "interim")["failed"], 0)
        self.assertGreater(self.run_load("mix")["kinds"]["interim"]["answered"], 0)

    def test_a_storm_ends_with_everybody_online(self):
        found = self.run_load("storm", seconds=20)
        self.assertEqual(found["done"], self.subscribers)

    def test_addresses_stay_over_a_restart(self):
        daemon = Daemon().start()
        self.addCleanup(daemon.clean)
        kept = daemon.path("addresses.txt")
        ports = ("--auth-port", daemon.auth_port, "--acct-port", daemon.acct_port, "--subscribers", 90, "--seconds", 0)
        code, found = load("radius", "auth", *ports, "--save", kept)
        self.assertEqual((code, found["addresses"]["held"]), (GOOD, 90), found)
        daemon.kill()
        daemon.start()
        code, found = load("radius", "auth", *ports, "--expect", kept)
        self.assertEqual((code, found["done"], found["addresses"]["changed"]), (GOOD, 90, 0), found)
        with open(kept, encoding="utf-8") as file:
            first, second, *rest = file.read().splitlines()
        swapped = [f"{first.split()[0]} {second.split()[1]}", f"{second.split()[0]} {first.split()[1]}", *rest]
        with open(kept, "w", encoding="utf-8") as file:
            file.write("\n".join(swapped))
        code, found = load("radius", "auth", *ports, "--expect", kept)
        self.assertEqual((code, found["addresses"]["changed"]), (WRONG, 2), found)


if __name__ == "__main__":
    unittest.main()
