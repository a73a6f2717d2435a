"""Hosts on one machine: this process moves into a network of its own, clients live in further ones, wires are veth pairs."""
import ctypes
import os
import subprocess

CLONE_NEWNET = 0x40000000
own = False


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def move_apart():
    """From here on this process and its children have a network of their own. False when that is not allowed."""
    global own
    if own:
        return True
    if os.geteuid() != 0 or ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return False
    ip("link", "set", "lo", "up")
    own = True
    return True


def mac_of(interface):
    shown = subprocess.run(["ip", "-o", "link", "show", "dev", interface], check=True, capture_output=True, text=True).stdout
    return shown.split("link/ether ")[1].split()[0]


def own_address(address):
    """One more address of this host, for programs that bind only to what they find on an interface."""
    subprocess.run(["ip", "addr", "replace", address, "dev", "lo"], check=True, capture_output=True)


class Host:
    """Another host; its name is its own among all tests that run at once."""

    def __init__(self, name):
        self.name = f"uzel-{os.getpid()}-{name}"
        ip("netns", "add", self.name)
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *command, check=True, **options):
        return subprocess.run(["ip", "netns", "exec", self.name, *command], check=check, capture_output=True, text=True, **options)

    def start(self, *command, **options):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *command], stdin=subprocess.DEVNULL, **options)

    def close(self):
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)


def wire(here, host, there, mac=None):
    """A cable from an interface of ours to one of the host."""
    ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", host.name)
    if mac:
        host.run("ip", "link", "set", there, "address", mac)
    ip("link", "set", here, "up")
    host.run("ip", "link", "set", there, "up")


def wire_between(one, here, other, there):
    """A cable between two hosts."""
    ip("link", "add", here, "netns", one.name, "type", "veth", "peer", "name", there, "netns", other.name)
    one.run("ip", "link", "set", here, "up")
    other.run("ip", "link", "set", there, "up")
