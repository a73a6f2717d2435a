"""A PostgreSQL server for one run of tests: made from nothing, reached by a socket in its own folder, gone at exit.

    server = PostgresqlServer.instance()  # made by the first who asks
    name = server.create_database()
    server.kill(); server.start()         # everything that was committed is there again
"""
import atexit
import ctypes
import glob
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE = 60.0
PR_SET_PDEATHSIG = 1
# A checkpoint of a few databases must not be what a test waits for; everything else is as Debian has it, fsync too.
SETTINGS = {"listen_addresses": "", "shared_buffers": "64MB", "max_wal_size": "512MB", "autovacuum_naptime": "5s",
            "dynamic_shared_memory_type": "mmap"}
# What is tested is who asks the server, so a sync of the server need not reach a disk.
IN_MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
LIBC = ctypes.CDLL(None)


def programs():
    """The folder of the newest version that is installed; None without any."""
    found = [path for path in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(os.path.join(path, "initdb"))]
    return max(found, key=lambda path: int(path.split("/")[-2]), default=None)


def user():
    """Whom the server runs as (it refuses root): options of Popen."""
    if os.geteuid() != 0:
        return {}
    try:
        who = pwd.getpwnam("postgres")
    except KeyError:
        who = pwd.getpwnam("nobody")
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def end_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def children(process):
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


class PostgresqlServer:
    only = None

    @classmethod
    def instance(cls):
        if cls.only is None:
            cls.only = cls()
            atexit.register(cls.only.close)
        return cls.only

    def __init__(self, data=None, settings=None):
        """data: the folder for the server's files, if it shall not be one in the server's own folder."""
        self.settings = {**SETTINGS, **(settings or {})}
        self.port = str(self.settings.get("port", 5432))  # names the socket too
        self.folder = tempfile.mkdtemp(prefix="uzel-pg-", dir=IN_MEMORY)
        self.data = data or os.path.join(self.folder, "data")
        self.process = None
        self.names = (f"store{n}" for n in itertools.count(1))
        if self.data == data:
            self.give(data)
        self.give(self.folder)
        self.run("initdb", "--pgdata", self.data, "--username=postgres", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync")
        self.start()

    @staticmethod
    def give(path):
        if user():
            os.chown(path, user()["user"], user()["group"])

    def run(self, program, *arguments, **options):
        ran = subprocess.run([os.path.join(programs(), program), *arguments], capture_output=True, text=True, cwd="/", timeout=PATIENCE,
                             check=False, **user(), **options)
        if ran.returncode != 0:
            raise AssertionError(f"{program} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
        return ran.stdout

    # Life.

    def start(self):
        """Returns when it answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                self.spawn()  # what was killed may have left processes that are not gone yet: then once more
            if self.answers():
                return
            time.sleep(0.05)
        raise AssertionError(f"PostgreSQL does not start:\n{self.log()[-3000:]}")

    def spawn(self):
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen([os.path.join(programs(), "postgres"), "-D", self.data, "-k", self.folder, *options],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", preexec_fn=end_with_parent,
                                            **user())

    def answers(self):
        asked = [os.path.join(programs(), "pg_isready"), "-q", "-h", self.folder, "-p", self.port, "-t", "2"]
        return subprocess.run(asked, check=False).returncode == 0

    def stop(self):
        """An orderly end that waits for nobody's connection."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def signal(self, what):
        for process in [self.process.pid, *children(self.process.pid)]:
            try:
                os.kill(process, what)
            except ProcessLookupError:
                pass

    def kill(self):
        """Every process at once, as in a power cut of the server."""
        self.signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def freeze(self):
        """All processes stand still: sockets accept, nobody answers."""
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    # What is in it.

    def create_database(self, template="template0"):
        """A new one, or a copy of another that nobody uses at the moment; returns its name."""
        name = next(self.names)
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def sql(self, text, database="postgres"):
        """The rows as lines, columns between '|'."""
        return self.run("psql", "-h", self.folder, "-p", self.port, "-U", "postgres", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1",
                        "-c", text).strip()

    def url(self, database, host=None, options=""):
        return f"postgresql:///{database}?user=postgres&host={host or self.folder}{options}"

    # An older state of all databases.

    def save(self, to):
        """Copies the files as a backup would, while nobody runs."""
        subprocess.run(["cp", "-a", self.data, to], check=True)

    def put_back(self, saved):
        shutil.rmtree(self.data)
        subprocess.run(["cp", "-a", saved, self.data], check=True)
