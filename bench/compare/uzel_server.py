"""Uzel as it is installed: the release build with its embedded store, or with a PostgreSQL server. Accounts are imported once over the
HTTP API; every run starts from a copy of that store."""
import json
import os
import re
import shutil
import time
import urllib.error
import urllib.request

from postgres import TUNED, Postgres
from processes import Child, CompareError, free_port, pinned

IMPORT_PIECE = 50_000
SECRET = "testing123"


class Uzel:
    name = "Uzel"

    def __init__(self, build, folder, core=None, accounts=1000):
        self.program = os.path.join(build, "apps", "uzeld", "uzeld")
        self.folder = folder
        self.core = core
        self.accounts = accounts
        self.imported = os.path.join(folder, "uzel-imported")
        self.live = os.path.join(folder, "uzel")
        self.auth_port, self.acct_port, self.dhcp_port = free_port(), free_port(), free_port()
        self.http_port = free_port()
        self.child = None
        self.token = ""
        self.import_seconds = 0.0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http_port}"

    def settings(self, data):
        # Offers last until the millions who logged in before a measurement report their Start; leases of the peers last an hour.
        text = f"""
            radius.auth_listen = ["127.0.0.1:{self.auth_port}"]
            radius.acct_listen = ["127.0.0.1:{self.acct_port}"]
            radius.coa_port = {free_port()}
            http.listen = ["127.0.0.1:{self.http_port}"]
            http.request_timeout = "300s"
            store.url = "{self.store_url(data)}"
            store.journal_directory = "{data}/journal"
            actors.offer_time = "600s"
            secrets.master_key_file = "{data}/master.key"
            secrets.token_key_file = "{data}/token.key"
            log.level = "warn"
            """
        return text + (f'dhcp.listen = ["127.0.0.1:{self.dhcp_port}"]\n' if self.serves_dhcp() else "")

    def serves_dhcp(self):
        with os.popen(f"{self.program} --print-config-reference") as reference:
            return "dhcp.listen" in reference.read()

    # The store.

    def store_url(self, data):
        return f"sqlite:{data}/uzel.db"

    def create_store(self):
        os.makedirs(self.imported)

    def copy_store(self):
        shutil.rmtree(self.live, ignore_errors=True)
        shutil.copytree(self.imported, self.live)
        os.sync()  # the copy shall not be written while grants wait for their sync

    # Life.

    def prepare(self):
        """Imports the accounts; the store that results is copied by every start."""
        if os.path.isdir(self.imported):
            return
        self.create_store()
        self.spawn(self.imported)
        try:
            self.sign_in(self.imported)
            self.describe_network()
            begun = time.monotonic()
            for first in range(1, self.accounts + 1, IMPORT_PIECE):
                self.import_accounts(first, min(first + IMPORT_PIECE, self.accounts + 1))
            self.wait_applied()
            self.import_seconds = time.monotonic() - begun
        finally:
            self.stop()

    def start(self):
        """Fresh: everybody offline, every pool empty."""
        self.prepare()
        self.copy_store()
        self.spawn(self.live)

    def spawn(self, data):
        config = os.path.join(data, "uzeld.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(re.sub(r"^ +", "", self.settings(data), flags=re.M))
        self.child = Child(pinned([self.program, "--config", config], self.core), os.path.join(self.folder, "uzeld.log"))
        self.child.wait_for(self.ready, "uzeld")

    def ready(self):
        try:
            with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        if self.child:
            self.child.stop()
        self.child = None

    # What uzel-load is told.

    def watch(self):
        return ["--server-pid", str(self.child.pid), "--metrics", self.url + "/metrics"]

    def radius(self):
        return ["--auth-port", str(self.auth_port), "--acct-port", str(self.acct_port), "--secret", SECRET, "--logins", "u{}",
                "--passwords", "p{}", *self.watch()]

    def dhcp(self):
        return ["--server-port", str(self.dhcp_port), *self.watch()]

    def resident(self):
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))

    # The API.

    def call(self, verb, path, body=None, kind="application/json"):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        headers = {"Content-Type": kind, **({"Authorization": "Bearer " + self.token} if self.token else {})}
        ask = urllib.request.Request(self.url + path, data=data, method=verb, headers=headers)
        try:
            with urllib.request.urlopen(ask, timeout=300) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            raise CompareError(f"{verb} {path}: {refused.code} {refused.read().decode()}") from None

    def sign_in(self, data):
        with open(os.path.join(data, "admin-login"), encoding="utf-8") as file:
            login, password = re.search(r"login:?\s*(\S+)\s+password:?\s*(\S+)", file.read()).groups()
        self.token = ""
        self.token = self.call("POST", "/api/v1/login", {"login": login, "password": password})["token"]

    def describe_network(self):
        self.call("POST", "/api/v1/clients", {"name": "load", "source": "127.0.0.0/24", "secret": SECRET, "routing_domain_id": 1,
                                              "vendor": "generic", **({"limit_dhcp": False} if self.serves_dhcp() else {})})
        self.service = self.call("POST", "/api/v1/services", {"name": "load", "down_kbit": 100000, "up_kbit": 100000})["id"]
        # A quarter more addresses than accounts.
        self.describe_pools(self.accounts * 5 // 4 + 1024)
        if self.serves_dhcp():
            # The relays' subnet and the subscribers' are on one wire.
            for name, prefix in (("relays", "127.0.0.0/24"), ("load", "10.0.0.0/8")):
                self.call("POST", "/api/v1/networks", {"name": name, "prefix": prefix, "link": "load", "routing_domain_id": 1})

    def describe_pools(self, size):
        self.add_pool("load", 0, size)

    def add_pool(self, name, skipped, size):
        first = (10 << 24) + (16 << 16) + 1 + skipped
        self.call("POST", "/api/v1/pools", {"name": name, "kind": "internet", "first": dotted(first), "last": dotted(first + size - 1),
                                            "routing_domain_id": 1})

    def import_accounts(self, first, end):
        rows = (json.dumps({"number": f"{n:07}", "login": f"u{n}", "password": f"p{n}", "service_id": self.service,
                            "accesses": [{"kind": "mac", "mac": mac_of(n)}]}) for n in range(first, end))
        done = self.call("POST", "/api/v1/accounts/import", ("\n".join(rows) + "\n").encode(), "application/x-ndjson")
        if done["created"] != end - first:
            raise CompareError(f"the import created {done['created']} of {end - first} accounts")

    def wait_applied(self):
        synced = self.call("GET", "/api/v1/store")["synced"]
        while self.call("GET", "/api/v1/store")["applied"] < synced:
            time.sleep(0.1)


class UzelPostgres(Uzel):
    """The journal beside the daemon as ever, the database on a server of the same machine."""

    def __init__(self, build, folder, core=None, accounts=1000):
        super().__init__(build, folder, core, accounts)
        self.database = Postgres(folder, "uzel", core, TUNED)

    def store_url(self, data):
        name = os.path.basename(data).replace("-", "_")
        return f"postgresql:///{name}?user=postgres&host={self.database.folder}&port={self.database.port}"

    def create_store(self):
        super().create_store()
        self.database.start()
        self.database.sql("CREATE DATABASE uzel_imported TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")

    def copy_store(self):
        super().copy_store()
        self.database.start()
        self.database.sql("DROP DATABASE IF EXISTS uzel", "CREATE DATABASE uzel TEMPLATE uzel_imported")
        self.database.sql("VACUUM ANALYZE", database="uzel")  # as the peers' tables
        self.database.sql("CHECKPOINT")

    def stop(self):
        super().stop()
        self.database.stop()

    def watch(self):
        return [*super().watch(), "--server-tree", str(self.database.pid)]


def dotted(address):
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def mac_of(number):
    """As uzel-load numbers its subscribers: the first has 02:00:00:00:00:01."""
    return ":".join(f"{octet:02X}" for octet in (2, 0, *number.to_bytes(4, "big")))
