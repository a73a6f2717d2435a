"""Runs a real uzeld for a test: own folder, free ports, waits for readiness, shows the log of what failed.

    class logins(DaemonCase):
        def test_accept(self):
            reply = self.daemon.radclient({"User-Name": "demo1", "User-Password": "demo1"})
            self.assertEqual(reply.code, "Access-Accept")

The environment names the programs (ctest sets it): UZEL, UZELCTL, UZEL_NAS_SIMULATOR; and the kind of store, see stores.py.
"""
import collections
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from stores import new_store

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("UZEL_BUILD", os.path.join(SOURCE, "build", "test"))
UZELD = os.environ.get("UZEL", os.path.join(BUILD, "apps", "uzeld", "uzeld"))
UZELCTL = os.environ.get("UZELCTL", os.path.join(BUILD, "apps", "uzelctl", "uzelctl"))
NAS_SIMULATOR = os.environ.get("UZEL_NAS_SIMULATOR", os.path.join(BUILD, "sim", "nas", "uzel-sim-nas"))

PATIENCE = 60.0  # seconds for what takes a moment on a machine that has nothing else to do

# What a reply said: code "" means that nothing came; attributes are (name, value) in the order of the packet.
RadiusReply = collections.namedtuple("RadiusReply", "code attributes text")


class ApiError(AssertionError):
    """The API answered with another status than 2xx; `problem` is its problem+json."""

    def __init__(self, status, problem):
        super().__init__(f"HTTP {status}: {json.dumps(problem)}")
        self.status = status
        self.problem = problem


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def toml_value(value):
    return json.dumps(value)  # booleans, numbers, texts and lists of texts are written alike


def toml_text(settings):
    """{"radius.coa_port": 1} as a TOML file; dotted names are valid keys."""
    return "".join(f"{name} = {toml_value(value)}\n" for name, value in settings.items())


def attribute_values(reply, name):
    return [value for key, value in reply.attributes if key == name]


class Daemon:
    """One uzeld. It can be stopped, killed and started again on the same folder and ports."""

    def __init__(self, settings=None, demo=True, folder=None, env=None, arguments=(), store=None):
        self.own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="uzel-test-")
        self.store = store or new_store(self.folder)
        self.demo = demo
        self.auth_port, self.acct_port, self.coa_port = free_port(), free_port(), free_port()
        self.http_port = free_port(socket.SOCK_STREAM)
        self.settings = {
            "radius.auth_listen": [f"127.0.0.1:{self.auth_port}"],
            "radius.acct_listen": [f"127.0.0.1:{self.acct_port}"],
            "radius.coa_port": self.coa_port,
            "http.listen": [f"127.0.0.1:{self.http_port}"],
            "store.url": self.store.url,
            "store.journal_directory": self.path("journal"),
            "secrets.master_key_file": self.path("master.key"),
            "secrets.token_key_file": self.path("token.key"),
            **(settings or {}),
        }
        self.env = {**os.environ, **(env or {})}
        self.arguments = list(arguments)
        self.process = None
        self.token = None

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http_port}"

    # Life.

    def command(self):
        with open(self.path("uzeld.toml"), "w", encoding="utf-8") as file:
            file.write(toml_text(self.settings))
        command = [UZELD, "--config", self.path("uzeld.toml")]
        return command + (["--demo", "--data", self.folder] if self.demo else []) + self.arguments

    def spawn(self):
        """Starts without waiting: for starts that are expected to fail."""
        with open(self.path("uzeld.log"), "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.env,
                                            cwd=self.folder)
        self.token = None
        return self

    def start(self, limit=30.0):
        self.spawn()
        try:
            self.wait_ready(limit)
        except BaseException:
            self.show_log()
            self.kill()
            raise
        return self

    def wait_ready(self, limit=30.0):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"uzeld ended with {self.process.returncode} before it was ready")
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                    return answer.status == 200
            except (urllib.error.URLError, OSError):
                return False

        wait_until(ready, limit, "uzeld is not ready")

    def stop(self, limit=20.0):
        """SIGTERM; returns the exit code. A daemon that does not end in time is killed, and that is an error."""
        if self.process is None or self.process.poll() is not None:
            return None if self.process is None else self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"uzeld did not stop within {limit} s") from None

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def clean(self):
        self.kill()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        try:
            with open(self.path("uzeld.log"), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def show_log(self, lines=200):
        print("---- log of uzeld ----", *self.log().splitlines()[-lines:], "---- end of log ----", sep="\n", file=sys.stderr)

    # The API.

    def admin(self):
        """(login, password) of the first administrator, as the daemon wrote them down at first start."""
        with open(self.path("admin-login"), encoding="utf-8") as file:
            text = file.read()
        match = re.search(r"login:?\s*(\S+)\s+password:?\s*(\S+)", text, re.I) or re.search(r"(\S+)[\s/:]+(\S+)", text)
        return match.group(1), match.group(2)

    def sign_in(self, login=None, password=None):
        if login is None:
            login, password = self.admin()
        status, answer = self.request("POST", "/api/v1/login", {"login": login, "password": password}, token="")
        if status != 200:
            raise ApiError(status, answer)
        return answer["token"]

    def request(self, verb, path, body=None, token=None, headers=None, timeout=30.0):
        """(status, parsed JSON or text). token=None signs in as the administrator, "" sends none."""
        if token is None:
            self.token = self.token or self.sign_in()
            token = self.token
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        ask = urllib.request.Request(self.url + path, data=data, method=verb, headers=dict(headers or {}))
        if data is not None and not ask.has_header("Content-type"):
            ask.add_header("Content-Type", "application/json")
        if token:
            ask.add_header("Authorization", "Bearer " + token)
        try:
            with urllib.request.urlopen(ask, timeout=timeout) as answer:
                return answer.status, parsed(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, parsed(refused)

    def api(self, verb, path, body=None, **options):
        """The answer's body; anything but 2xx is an ApiError."""
        status, answer = self.request(verb, path, body, **options)
        if not 200 <= status < 300:
            raise ApiError(status, answer)
        return answer

    def get(self, path, **options):
        return self.api("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.api("POST", path, {} if body is None else body, **options)

    def metric(self, name):
        """The sum of a metric over its labels; None when /metrics does not have it."""
        _, text = self.request("GET", "/metrics", token="")
        values = re.findall(rf"^{re.escape(name)}(?:\{{[^}}]*\}})? ([-+.\deE]+)", text, re.M)
        return sum(map(float, values)) if values else None

    # RADIUS, by the client of freeradius-utils.

    def radclient(self, attributes, kind="auth", secret="testing123", port=None, tries=1, wait=3, options=()):
        """Sends one packet; attributes is a dict or a list of (name, value), values in radclient's notation."""
        pairs = attributes.items() if isinstance(attributes, dict) else attributes
        text = "".join(f"{name} = {radius_value(value)}\n" for name, value in pairs)
        port = port or (self.acct_port if kind == "acct" else self.auth_port)
        command = ["radclient", "-x", "-r", str(tries), "-t", str(wait), *options, f"127.0.0.1:{port}", kind, secret]
        ran = subprocess.run(command, input=text, capture_output=True, text=True, timeout=tries * wait + 20, check=False)
        return radius_reply(ran.stdout + ran.stderr)

    # The operator's tool.

    def uzelctl(self, *arguments, check=True, timeout=60, text=None):
        """Runs uzelctl against this daemon as the administrator; returns the finished process."""
        self.token = self.token or self.sign_in()
        env = {**os.environ, "UZEL_URL": self.url, "UZEL_TOKEN": self.token}
        ran = subprocess.run([UZELCTL, *arguments], input=text, capture_output=True, text=True, env=env, timeout=timeout,
                             check=False)
        if check and ran.returncode != 0:
            raise AssertionError(f"uzelctl {' '.join(arguments)} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
        return ran


def parsed(answer):
    text = answer.read().decode("utf-8", "replace")
    if "json" in (answer.headers.get("Content-Type") or "") and text:
        return json.loads(text)
    return text


def radius_value(value):
    """Addresses, numbers, hex and names stand bare; other texts are quoted."""
    text = str(value)
    bare = re.fullmatch(r"0x[0-9a-fA-F]*|\d+|\d+(\.\d+){3}|[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*", text)
    return text if bare else json.dumps(text, ensure_ascii=False)


def radius_reply(text):
    """The last reply in the output of radclient -x."""
    at = text.rfind("Received ")
    if at < 0:
        return RadiusReply("", [], text)
    code = re.match(r"Received (\S+)", text[at:]).group(1)
    attributes = []
    for line in text[at:].splitlines()[1:]:
        match = re.match(r"\s+([A-Za-z0-9_.-]+) (?:=|\+=|:=) (.*)", line)
        if not match:
            break
        value = match.group(2)
        attributes.append((match.group(1), value[1:-1] if value.startswith('"') and value.endswith('"') else value))
    return RadiusReply(code, attributes, text)


def wait_until(condition, limit=PATIENCE, why="it did not happen"):
    """Polls instead of sleeping; returns the first true value."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{why} (waited {limit} s)")
        time.sleep(0.03)


class DaemonCase(unittest.TestCase):
    """Test cases that share one daemon; `settings` and `demo` may be overridden. A failed case shows the log."""

    settings = {}
    demo = True
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(settings=cls.settings, demo=cls.demo).start()

    @classmethod
    def tearDownClass(cls):
        try:
            code = cls.daemon.stop()
            if code != 0:
                cls.daemon.show_log()
                raise AssertionError(f"uzeld ended with {code} on SIGTERM")
        finally:
            cls.daemon.clean()

    def run(self, result=None):
        result = result if result is not None else self.defaultTestResult()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            self.daemon.show_log()
        return result
