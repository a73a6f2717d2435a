"""What figures depend on besides the servers: the machine, its software, and what else ran on it."""
import os
import platform
import re
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


def first(pattern, path):
    try:
        with open(path, encoding="utf-8") as file:
            match = re.search(pattern, file.read(), re.M)
    except OSError:
        return ""
    return match.group(1) if match else ""


def output(*command, cwd=None):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False).stdout.strip()
    except OSError:
        return ""


def package(name):
    return output("dpkg-query", "-W", "-f", "${Version}", name) or "not installed"


def describe(root):
    commit = output("git", "rev-parse", "--short=12", "HEAD", cwd=root)
    changed = output("git", "status", "--porcelain", "--untracked-files=no", cwd=root)
    memory = int(first(r"^MemTotal:\s*(\d+)", "/proc/meminfo")) >> 20
    return {
        "processor": first(r"^model name\s*:\s*(.*)", "/proc/cpuinfo"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{memory} GiB",
        "system": first(r'^PRETTY_NAME="(.*)"', "/etc/os-release"),
        "kernel": platform.release(),
        "Uzel": commit + (" with local changes" if changed else ""),
        "FreeRADIUS": package("freeradius"),
        "Kea": package("kea-dhcp4-server"),
        "PostgreSQL": package("postgresql-15"),
    }


def busy_seconds():
    """CPU time that was not idle, of all cores together."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(x) for x in file.readline().split()[1:9]]
    return sum(fields[i] for i in (0, 1, 2, 5, 6)) / TICKS
