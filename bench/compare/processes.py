"""Servers as child processes: pinned to a core when that is wanted, waited for until they listen, always stopped."""
import os
import pwd
import shutil
import socket
import subprocess
import time

LIMIT = 120.0  # seconds for a server to begin or to end


class CompareError(Exception):
    """The comparison cannot go on; the text is for the person who started it."""


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def listens(port, protocol="udp"):
    """Whether somebody is bound to the port."""
    mark = f":{port:04X} "
    for table in (protocol, protocol + "6"):
        try:
            with open(f"/proc/net/{table}", encoding="ascii") as file:
                if any(mark in line.split(":", 1)[1][:16] for line in file.readlines()[1:]):
                    return True
        except OSError:
            pass
    return False


def pinned(command, core):
    return command if core is None else ["taskset", "-c", str(core), *command]


def as_user(name, command):
    """The command as another user, for servers that refuse to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups", *command]


def give_to(name, path):
    """Hands a folder to the user that as_user() will be."""
    if os.geteuid() == 0:
        user = pwd.getpwnam(name)
        for folder, _, files in os.walk(path):
            for entry in (folder, *(os.path.join(folder, file) for file in files)):
                os.chown(entry, user.pw_uid, user.pw_gid, follow_symlinks=False)


def needed(program, package):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not found:
        raise CompareError(f"{program} is not installed: scripts/install-deps bench ({package})")
    return found


class Child:
    """One process with its output in a file."""

    def __init__(self, command, log, env=None):
        self.log = log
        with open(log, "ab") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            env={**os.environ, **(env or {})})

    @property
    def pid(self):
        return self.process.pid

    def wait_for(self, condition, what):
        end = time.monotonic() + LIMIT
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise CompareError(f"{what} did not start:\n{tail(self.log)}")
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def tail(path, lines=15):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])
    except OSError:
        return "(no log)"
