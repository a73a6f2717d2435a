"""uzelctl as an operator uses it: against a real daemon, and on the files of one that has stopped."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import stores
from uzel_daemon import SOURCE, UZELCTL, Daemon, DaemonCase, free_port, wait_until

NEMO = "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003"


def uzelctl(*arguments, text=None, **env):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("UZEL_")}
    return subprocess.run([UZELCTL, *arguments], input=text, capture_output=True, text=True, timeout=60, check=False,
                          env={**clean, "LANG": "C.UTF-8", "UZEL_DICTIONARIES": os.path.join(SOURCE, "dictionaries"), **env})


def log_in(daemon, attributes):
    """An Access-Request as radtest sends it."""
    return daemon.radclient({"NAS-Identifier": "ctl-nas", **attributes, "Message-Authenticator": "0x00"})


class Offline(unittest.TestCase):
    def test_a_packet_goes_to_words_and_back(self):
        shown = uzelctl("packet", "decode", "radius", NEMO, "--secret", "xyzzy5461")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn('User-Name = "nemo"', shown.stdout)
        self.assertIn('# User-Password = "arctangent"', shown.stdout)
        made = uzelctl("packet", "encode", "radius", "-", "--authenticator", "0f403f9473978057bd83d5cb98f4227a",
                       "--secret", "xyzzy5461",
                       text='User-Name = "nemo"\nUser-Password = "arctangent"\nNAS-IP-Address = 192.168.1.16\nNAS-Port = 3\n')
        self.assertEqual(made.stdout.strip(), NEMO, made.stderr)

    def test_wrong_usage_ends_with_1(self):
        for line in ([], ["account"], ["nonsense"], ["packet", "decode", "radius", "0g"], ["--lang", "de", "alarms"],
                     ["client", "create", "nonsense=1"], ["packet", "decode", "radius", "0100"]):
            with self.subTest(line):
                self.assertEqual(uzelctl(*line).returncode, 1)

    def test_a_server_that_is_not_there_ends_with_3(self):
        ran = uzelctl("--url", f"http://127.0.0.1:{free_port()}", "clock", "show")
        self.assertEqual(ran.returncode, 3)
        self.assertIn("does not answer", ran.stderr)

    def test_a_store_that_is_not_there_ends_with_4(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(uzelctl("store", "verify", "--data", folder).returncode, 4)
            self.assertEqual(os.listdir(folder), [])

    def test_a_bad_configuration_is_told_with_its_line(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write("[store]\nurll = 1\n")
            file.flush()
            ran = uzelctl("store", "verify", "--config", file.name)
        self.assertEqual(ran.returncode, 1)
        self.assertIn(":2: store.urll", ran.stderr)

    def test_russian_is_spoken(self):
        for env, line in (({"LANG": "ru_RU.UTF-8"}, ["--help"]), ({}, ["--lang", "ru", "--help"]), ({}, ["--lang=ru", "--help"])):
            with self.subTest(line):
                self.assertIn("Командная строка оператора Uzel", uzelctl(*line, **env).stdout)


class Commands(DaemonCase):
    settings = {"radius.coa_try": "200ms", "radius.coa_attempts": 1}  # no NAS answers Disconnect-Requests here

    def ctl(self, *arguments, code=0, text=None):
        ran = self.daemon.uzelctl(*arguments, check=False, text=text)
        self.assertEqual(ran.returncode, code, f"uzelctl {' '.join(arguments)}\n{ran.stdout}{ran.stderr}")
        return ran

    def json(self, *arguments, **options):
        return json.loads(self.ctl("--json", *arguments, **options).stdout)

    def test_login_stores_a_token_for_its_server_only(self):
        login, password = self.daemon.admin()
        with tempfile.TemporaryDirectory() as home:
            env = {"HOME": home, "XDG_CONFIG_HOME": ""}
            url = ["--url", self.daemon.url]
            ran = uzelctl(*url, "login", "--login", login, "--password-file", "-", text=password + "\n", **env)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            path = os.path.join(home, ".config", "uzel", "token")
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            self.assertEqual(uzelctl(*url, "clock", "show", **env).returncode, 0)
            other = self.daemon.url.replace("127.0.0.1", "localhost")
            self.assertIn(uzelctl("--url", other, "clock", "show", **env).returncode, (3, 5))
            self.assertEqual(uzelctl(*url, "logout", **env).returncode, 0)
            self.assertEqual(uzelctl(*url, "clock", "show", **env).returncode, 5)
            wrong = uzelctl(*url, "login", "--login", login, "--password-file", "-", text="wrong\n", **env)
            self.assertEqual(wrong.returncode, 5)
            printed = uzelctl(*url, "login", "--login", login, "--password-file", "-", "--print", text=password, **env)
            self.assertEqual(uzelctl(*url, "--token", printed.stdout.strip(), "whoami", **env).returncode, 0)

    def test_things_are_created_changed_shown_and_deleted(self):
        made = self.json("client", "create", "name=ctl-lab", "source=192.0.2.0/24", "vendor=juniper", "--generate-secret")
        self.assertGreaterEqual(len(made["secret"]), 10)
        self.ctl("client", "set", "ctl-lab", "interim_interval=300")
        shown = self.json("client", "show", "ctl-lab")
        self.assertEqual((shown["interim_interval"], shown["vendor"], shown["secret"]), (300, "juniper", "***"))
        self.assertIn("ctl-lab", self.ctl("client", "list", "vendor=juniper").stdout)
        wrong = self.ctl("client", "create", "name=", "source=1.2.3.4/8", "vendor=acme", "secret=x", code=2)
        for field in ("name:", "source:", "vendor:"):
            self.assertIn("\n  " + field, wrong.stderr)
        self.ctl("client", "delete", "ctl-lab")
        self.assertIn("ctl-lab", self.ctl("client", "show", "ctl-lab", code=4).stderr)
        self.ctl("client", "show", "987654", code=4)

    def test_what_dhcp_serves_is_described(self):
        made = self.json("network", "create", "name=ctl-net", "prefix=10.78.0.0/24", "router=10.78.0.1",
                         "dns=10.78.0.1, 8.8.8.8", "options=ntp=10.78.0.1", "link=ctl-olt")
        self.assertEqual((made["routing_domain_id"], made["lease_seconds"], made["authoritative"]), (1, 3600, False))
        self.ctl("network", "set", "ctl-net", "lease_seconds=7200", "authoritative=yes")
        self.assertEqual(self.json("network", "show", "ctl-net")["lease_seconds"], 7200)
        self.assertIn("10.78.0.0/24", self.ctl("network", "list", "link=ctl-olt").stdout)
        wrong = self.ctl("network", "create", "name=ctl-net-2", "prefix=10.0.0.0/7", "dns=ns1", "link=a b", code=2)
        for field in ("prefix:", "dns:", "link:"):
            self.assertIn("\n  " + field, wrong.stderr)
        twice = self.ctl("network", "create", "name=ctl-net-2", "prefix=10.78.0.0/24", code=2)
        self.assertIn("prefix 10.78.0.0/24 is taken", twice.stderr)
        self.ctl("pool", "create", "name=ctl-leases", "first=10.78.0.10", "last=10.78.0.20", "options=tftp-server=10.78.0.2")
        self.ctl("client", "create", "name=ctl-relay", "source=192.0.2.78", "secret=x", "limit_dhcp=no")
        self.ctl("network", "delete", "ctl-net")  # pools in it may stay

    def test_an_account_gets_options_of_its_own(self):
        account = self.json("account", "create", "ctl-options", "--login", "ctl-ann")
        made = self.json("subscriber-options", "create", "account_id=ctl-ann", "options=ntp=10.0.0.9")
        self.assertEqual(made["account_id"], account["id"])
        self.ctl("subscriber-options", "set", "ctl-ann", "options=ntp=10.0.0.8")
        self.assertEqual(self.json("subscriber-options", "show", str(made["id"]))["options"], "ntp=10.0.0.8")
        taken = self.ctl("subscriber-options", "create", f"account_id={account['id']}", code=2)
        self.assertIn("is taken", taken.stderr)
        self.assertIn("account_id", self.ctl("subscriber-options", "create", "account_id=987654", code=2).stderr)
        self.ctl("subscriber-options", "delete", "ctl-ann")
        self.ctl("subscriber-options", "show", "ctl-ann", code=4)
        self.ctl("account", "access", "add", "ctl-options", "client_identifier", "01:02:00:00:0C:71:09")
        accesses = self.json("account", "show", "ctl-options")["accesses"]
        self.assertIn("010200000c7109", [a["login"] for a in accesses if a["kind"] == "client_identifier"])
        self.ctl("account", "access", "remove", "ctl-options", "client_identifier", "010200000c7109")

    def test_an_address_is_put_out_of_use_and_back(self):
        self.ctl("pool", "create", "name=ctl-declined", "first=10.79.0.1", "last=10.79.0.9")
        self.ctl("lease", "show", "10.79.0.3", code=4)
        self.ctl("lease", "unquarantine", "10.79.0.3", code=4)
        done = self.json("lease", "quarantine", "10.79.0.3", "--hours", "2")
        self.assertEqual((done["address"], done["state"]), ("10.79.0.3", "quarantined"))
        wait_until(lambda: "10.79.0.3" in self.ctl("lease", "list", "--quarantined", "--pool", "ctl-declined").stdout)
        self.assertEqual(self.json("lease", "list", "--pool", "ctl-declined")["items"], [])
        self.assertEqual(self.json("lease", "show", "10.79.0.3")["state"], "quarantined")
        self.assertIn("unquarantine", self.ctl("lease", "release", "10.79.0.3", code=2).stderr)
        self.ctl("lease", "unquarantine", "10.79.0.3")

    def test_an_account_gets_everything_and_comes_online(self):
        self.ctl("service", "create", "name=ctl-home", "down_kbit=50000", "up_kbit=50000")
        self.ctl("pool", "create", "name=ctl-pool", "first=10.77.0.1", "last=10.77.0.254", "dynamic=false")
        made = self.json("account", "create", "ctl-1", "--login", "ctl-bob", "--service", "ctl-home")
        self.assertGreaterEqual(len(made["password"]), 10)
        self.assertEqual(made["subscription"]["state"], "active")
        self.ctl("account", "access", "add", "ctl-1", "mac", "02:00:00:0c:71:01")
        self.ctl("account", "address", "add", "ctl-bob", "10.77.0.7")
        shown = self.json("account", "show", "02-00-00-0C-71-01")
        self.assertEqual({a["kind"] for a in shown["accesses"]}, {"login", "mac"})
        self.assertEqual([a["address"] for a in shown["addresses"]], ["10.77.0.7"])
        reply = log_in(self.daemon, {"User-Name": "ctl-bob", "User-Password": made["password"],
                                     "Calling-Station-Id": "02:00:00:0c:71:02"})
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        self.assertIn(("Framed-IP-Address", "10.77.0.7"), reply.attributes)
        self.assertIn("10.77.0.7", self.ctl("explain", "ctl-bob").stdout)
        self.assertEqual(self.json("explain", "id:%d" % made["id"])["items"][0]["verdict"], "accept")
        self.ctl("account", "disable", "ctl-1")
        refused = log_in(self.daemon, {"User-Name": "ctl-bob", "User-Password": made["password"]})
        self.assertEqual(refused.code, "Access-Reject")
        self.assertIn("reject", self.ctl("explain", "ctl-bob").stdout)
        self.ctl("account", "enable", "ctl-1")
        self.ctl("account", "unsubscribe", "ctl-1")
        self.ctl("account", "subscribe", "ctl-1", "ctl-home", "--until", "2099-01-01")
        self.ctl("account", "address", "remove", "ctl-1", "10.77.0.7")
        self.ctl("account", "access", "remove", "ctl-1", "mac", "02:00:00:0c:71:01")
        self.ctl("account", "access", "remove", "ctl-1", "mac", "02:00:00:0c:71:01", code=4)
        given = self.json("account", "password", "ctl-1", "--password-file", "-", text="another-pass\n")
        self.assertNotIn("another-pass", json.dumps(given))
        self.assertEqual(self.json("account", "show", "ctl-1")["subscription"]["ends"], "2099-01-01T00:00:00Z")

    def test_sessions_bindings_and_history(self):
        asked = {"User-Name": "demo3", "NAS-Identifier": "ctl-nas", "Acct-Session-Id": "ctl-s1",
                 "Calling-Station-Id": "02:00:00:0c:71:03"}
        reply = log_in(self.daemon, {**asked, "User-Password": "demo3"})
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        address = dict(reply.attributes)["Framed-IP-Address"]
        self.daemon.radclient({**asked, "Acct-Status-Type": "Start", "Framed-IP-Address": address}, kind="acct")
        rows = wait_until(lambda: self.json("session", "list", "user_name=demo3", "state=open")["items"], why="no session")
        session = str(rows[0]["id"])
        self.assertEqual(self.json("session", "show", session)["address"], address)
        self.assertIn(address, self.ctl("binding", "list", "state=bound").stdout)
        wait_until(lambda: self.daemon.uzelctl("history", "who", address, check=False).returncode == 0, why="no history")
        self.assertEqual(self.json("history", "who", address)["address"], address)
        self.ctl("history", "who", address, "--at", "2001-01-01", code=4)
        self.assertIn("not disconnected", self.ctl("session", "disconnect", session, code=2).stderr)
        self.ctl("session", "disconnect", "987654321", code=4)
        self.ctl("binding", "remove", "987654321", code=4)

    def test_a_thousand_accounts_are_imported_or_none(self):
        rows = ["login;password;number;mac;session_limit"]
        rows += [f"imp{i};secret-{i};I{i};02:00:01:00:{i // 256:02x}:{i % 256:02x};2" for i in range(1000)]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "accounts.csv")
            with open(path, "w", encoding="utf-8-sig") as file:
                file.write("\r\n".join(rows))
            self.assertEqual(self.json("account", "import", path, "--dry-run")["rows"], 1000)
            self.assertEqual(self.json("account", "import", path)["created"], 1000)
            again = self.ctl("account", "import", path, code=2).stderr
            self.assertRegex(again, r"\n  line 2: ")
            self.assertEqual(len(re.findall(r"\n  line \d+: ", again)) >= 1000, True, again[:500])
        reply = log_in(self.daemon, {"User-Name": "imp999", "User-Password": "secret-999"})
        self.assertIn(reply.code, ("Access-Accept", "Access-Reject"))  # it has no service: the policy decides
        count = lambda: len(self.json("account", "list", "--all", "-q", "I")["items"])
        wait_until(lambda: count() >= 1000, why="the import is not listed")
        bad = self.ctl("account", "import", "-", text="login,mac\nx,1\ny,zz\n", code=2).stderr
        self.assertIn("line 2: mac: 1 is no MAC address", bad)
        self.assertIn("line 3: mac: zz is no MAC address", bad)

    def test_the_daemon_tells_of_itself(self):
        status = self.json("store", "status")
        self.assertGreaterEqual(status["synced"], status["applied"])
        self.assertIn("store_id", self.ctl("store", "status").stdout)
        self.assertEqual(self.json("clock", "show")["held"], False)
        self.json("clock", "confirm")
        self.assertIn("items", self.json("alarms"))
        self.assertIn("items", self.json("heard"))
        self.ctl("explain", "nobody-ever", code=4)

    def test_permissions_end_with_5(self):
        self.ctl("staff", "create", "login=ctl-reader", "permissions=clock.read", "--password-file", "-", text="long enough\n")
        token = self.daemon.sign_in("ctl-reader", "long enough")
        self.assertEqual(uzelctl("--url", self.daemon.url, "--token", token, "clock", "show").returncode, 0)
        refused = uzelctl("--url", self.daemon.url, "--token", token, "client", "list")
        self.assertEqual(refused.returncode, 5)
        self.assertEqual(uzelctl("--url", self.daemon.url, "--token", "nonsense", "clock", "show").returncode, 5)

    def test_a_running_daemons_store_is_looked_at_and_left_alone(self):
        config = self.daemon.path("uzeld.toml")
        self.assertTrue(self.json("store", "verify", "--config", config)["in_use"])
        for command in (["adopt", "--yes"], ["migrate"]):
            self.ctl("store", *command, "--config", config, code=3)


class StoppedStore(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon().start()
        self.addCleanup(self.daemon.clean)
        for n in range(1, 6):
            log_in(self.daemon, {"User-Name": f"demo{n}", "User-Password": f"demo{n}"})

    def verify(self):
        ran = uzelctl("store", "verify", "--config", self.daemon.path("uzeld.toml"), "--json")
        return ran.returncode, json.loads(ran.stdout) if ran.stdout else ran.stderr

    def test_a_stopped_store_is_sound(self):
        self.daemon.stop()
        code, found = self.verify()
        self.assertEqual(code, 0, found)
        self.assertTrue(found["sound"])
        self.assertGreaterEqual(found["accounts"], 100)
        self.assertGreaterEqual(found["bindings"], 5)
        demo = ["--data", self.daemon.folder] if stores.KIND == "sqlite" else ["--config", self.daemon.path("uzeld.toml")]
        words = uzelctl("store", "verify", *demo).stdout
        self.assertIn("the store is sound", words)
        self.assertIn(f"{found['journal_first']} to {found['journal_last']}", words)
        self.assertIn(f"up to {found['applied']}", words)

    def test_a_killed_store_is_sound_and_has_a_tail(self):
        self.daemon.kill()
        code, found = self.verify()
        self.assertEqual(code, 0, found)
        self.assertGreaterEqual(found["bindings"], 5)

    def test_a_flipped_bit_is_damage(self):
        self.daemon.stop()
        _, before = self.verify()
        journal = self.daemon.path("journal")
        segment = next(os.path.join(journal, n) for n in sorted(os.listdir(journal))
                       if os.path.getsize(os.path.join(journal, n)) > 4096)
        with open(segment, "r+b") as file:
            data = bytearray(file.read())
            at = next(i for i in range(8192, len(data)) if data[i])
            file.seek(at)
            file.write(bytes([data[at] ^ 1]))
        code, found = self.verify()
        self.assertEqual(code, 6, found)
        self.assertFalse(found["sound"])
        self.assertTrue(found["damage"])
        self.assertTrue(before["sound"])

    def test_a_lost_journal_is_damage_until_it_is_adopted(self):
        self.daemon.stop()
        shutil.rmtree(self.daemon.path("journal"))
        code, found = self.verify()
        self.assertEqual(code, 6, found)
        config = self.daemon.path("uzeld.toml")
        asked = uzelctl("store", "adopt", "--config", config)
        self.assertEqual(asked.returncode, 1)
        self.assertIn("--yes", asked.stderr)
        self.assertEqual(self.verify()[0], 6)
        done = uzelctl("store", "adopt", "--config", config, "--yes", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["next"], found["applied_highest"] + 1)
        code, found = self.verify()
        self.assertEqual(code, 0, found)
        self.assertGreaterEqual(found["accounts"], 100)
        self.daemon.start()
        reply = log_in(self.daemon, {"User-Name": "demo1", "User-Password": "demo1"})
        self.assertEqual(reply.code, "Access-Accept", reply.text)


if __name__ == "__main__":
    unittest.main()
