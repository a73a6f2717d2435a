"""A PostgreSQL of our own, fsync and synchronous_commit on: a folder and a port that nobody else has."""
import glob
import os
import subprocess

from processes import CompareError, as_user, free_port, give_to, needed, pinned

# What an administrator gives a server that is there for one purpose. It keeps every promise: nothing here makes a commit less durable.
TUNED = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "2GB", "wal_level": "minimal",
         "max_wal_senders": "0", "wal_buffers": "64MB", "max_wal_size": "16GB", "checkpoint_timeout": "15min", "wal_compression": "lz4",
         "jit": "off"}


class Postgres:
    """settings: what differs from initdb's defaults."""

    def __init__(self, folder, name, core=None, settings=None):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise CompareError("PostgreSQL is not installed: scripts/install-deps bench")
        self.programs = found[-1]
        self.folder = os.path.join(folder, "postgres-" + name)
        self.data = os.path.join(self.folder, "data")
        self.port = free_port()
        self.core = core
        self.settings = settings or {}
        self.running = False

    def start(self):
        if not os.path.exists(os.path.join(self.data, "PG_VERSION")):
            os.makedirs(self.folder, exist_ok=True)
            give_to("postgres", self.folder)
            self.run([self.programs + "/initdb", "-D", self.data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres"])
        if not self.running:
            options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
            options += "".join(f" -c {name}={value}" for name, value in self.settings.items())
            self.run(pinned([self.programs + "/pg_ctl", "-w", "-D", self.data, "-l", self.folder + "/log", "-o", options, "start"],
                            self.core))
            self.running = True

    def stop(self):
        if self.running:
            self.run([self.programs + "/pg_ctl", "-w", "-m", "fast", "-D", self.data, "stop"])
        self.running = False

    def run(self, command):
        # Output to a file: the server inherits it and would keep a pipe open.
        with open(os.path.join(os.path.dirname(self.folder), "postgres.log"), "ab") as log:
            done = subprocess.run(as_user("postgres", command), stdout=log, stderr=log, cwd="/", check=False)
        if done.returncode != 0:
            raise CompareError(f"{os.path.basename(command[0])} failed, see {log.name}")

    @property
    def pid(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
            return int(file.readline())

    def sql(self, *statements, database="postgres", user="postgres", files=()):
        command = [needed("psql", "postgresql-client"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port),
                   "-U", user, "-d", database]
        for file in files:
            command += ["-f", file]
        for statement in statements:
            command += ["-c", statement]
        done = subprocess.run(as_user("postgres", command), capture_output=True, text=True, cwd="/", check=False)
        if done.returncode != 0:
            raise CompareError(f"psql: {done.stderr}")

    def database(self, name):
        """A fresh database of a user of the same name."""
        self.sql(f"DROP DATABASE IF EXISTS {name}", f"DROP ROLE IF EXISTS {name}",
                 f"CREATE ROLE {name} SUPERUSER LOGIN PASSWORD '{name}'", f"CREATE DATABASE {name} OWNER {name}")
