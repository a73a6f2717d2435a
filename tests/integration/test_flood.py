"""A flood of garbage neither grows memory nor stops service."""
import asyncio
import multiprocessing
import os
import random
import socket
import time

from radius_client import (NAS_IDENTIFIER, USER_NAME, RadiusClient, access_request, accounting_request, attribute, packet_of,
                           SESSION_ID, STATUS_TYPE)
from uzel_daemon import DaemonCase

SECONDS = 6.0
GROWTH_LIMIT = 30 << 20
SECRET = b"testing123"


def resident(daemon):
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


def garbage(rng):
    """One kind of rubbish each; some of it is nearly right."""
    login = attribute(USER_NAME, f"demo{rng.randrange(1, 101)}") + attribute(NAS_IDENTIFIER, "flood")
    good = access_request(rng.randrange(256), login, "wrong", SECRET)
    out = [rng.randbytes(rng.randrange(0, 200)) for _ in range(200)]  # noise
    out += [good[:n] for n in range(len(good))]  # truncated
    out += [packet_of(rng.randrange(256), 7, rng.randbytes(16), login) for _ in range(50)]  # any code
    out += [access_request(rng.randrange(256), login, "x", b"another secret") for _ in range(100)]
    out += [accounting_request(rng.randrange(256), login, b"another secret") for _ in range(100)]
    out += [access_request(rng.randrange(256), login, "x", SECRET, seal=False) for _ in range(50)]
    out += [good[:20] + rng.randbytes(len(good) - 20) for _ in range(200)]  # attributes that do not add up
    out += [good[:2] + rng.randbytes(2) + good[4:] for _ in range(50)]  # a wrong length
    out += [b"", b"\x01", rng.randbytes(4096), rng.randbytes(9000)]
    rng.shuffle(out)
    return out


def storm(rng):
    """A sound login and a sound report that are repeated without end."""
    who = attribute(USER_NAME, "demo99") + attribute(NAS_IDENTIFIER, "flood")
    report = attribute(STATUS_TYPE, 1) + attribute(SESSION_ID, "storm") + who
    return [access_request(1, who, "demo99", SECRET, rng.randbytes(16)), accounting_request(2, report, SECRET)]


def flood(source, ports, seed, end, sent):
    """Runs in a process of its own; sends as fast as it can."""
    rng = random.Random(seed)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((source, 0))
    sock.setblocking(False)
    datagrams, repeated, n = garbage(rng), storm(rng), 0
    while time.monotonic() < end:
        for datagram in datagrams:
            for port, what in ((ports[0], datagram), (ports[1], datagram), (ports[n % 2], repeated[n % 2])):
                try:
                    sock.sendto(what, ("127.0.0.1", port))
                    n += 1
                except OSError:
                    time.sleep(0.0005)
        try:
            while sock.recv(4096):
                pass
        except OSError:
            pass
    sock.close()
    sent.put(n)


class Floods(DaemonCase):
    def test_garbage_neither_grows_memory_nor_stops_service(self):
        seed = int(os.environ.get("UZEL_TEST_SEED", random.randrange(1 << 32)))
        print(f"seed {seed} (UZEL_TEST_SEED)", flush=True)
        # Buffers and caches come to their size first: that growth is not the flood's.
        self.run_flood(seed, 1.5)
        before, dropped = resident(self.daemon), self.dropped()
        sent, answered, asked, slowest = self.run_flood(seed + 1, SECONDS)
        growth = resident(self.daemon) - before
        print(f"flood: {sent} datagrams in {SECONDS:.0f} s ({sent / SECONDS:.0f}/s), memory {before >> 20} MiB, grew by "
              f"{growth / (1 << 20):.1f} MiB; {answered} of {asked} logins answered, the slowest after {slowest:.2f} s", flush=True)
        self.assertGreater(sent, 20000)
        self.assertLess(growth, GROWTH_LIMIT)
        self.assertGreater(asked, 20)
        self.assertGreaterEqual(answered, 0.95 * asked)
        for verdict in ("malformed", "wrong-authenticator", "wrong-seal", "missing-seal", "unknown-client", "wrong-code"):
            self.assertGreater(self.dropped()[verdict], dropped[verdict], verdict)

    def dropped(self):
        """Datagrams by what became of them, from /metrics."""
        _, text = self.daemon.request("GET", "/metrics", token="")
        out = {}
        for line in text.splitlines():
            if line.startswith("uzel_radius_datagrams") and '="' in line:
                out[line.split('="')[1].split('"')[0]] = float(line.rsplit(" ", 1)[1])
        return out

    def run_flood(self, seed, seconds):
        ports, sent = (self.daemon.auth_port, self.daemon.acct_port), multiprocessing.Queue()
        end = time.monotonic() + seconds
        # From the client that may send, and from an address that nobody knows.
        processes = [multiprocessing.Process(target=flood, args=(source, ports, seed + i, end, sent))
                     for i, source in enumerate(("127.0.0.1", "127.0.0.77"))]
        for process in processes:
            process.start()
        try:
            answered, asked, slowest = asyncio.run(self.log_in_until(end))
        finally:
            total = sum(sent.get(timeout=30) for _ in processes)
            for process in processes:
                process.join(30)
        return total, answered, asked, slowest

    async def log_in_until(self, end):
        """Logins as a NAS makes them: each is tried again for some seconds."""
        answered = asked = n = 0
        slowest = 0.0
        async with RadiusClient(self.daemon, wait=0.5, tries=8) as nas:
            while time.monotonic() < end:
                n = n % 90 + 1
                asked += 1
                begun = time.monotonic()
                reply = await nas.login(f"demo{n}")
                slowest = max(slowest, time.monotonic() - begun)
                answered += reply is not None and reply.accepted
                await asyncio.sleep(0.02)
        return answered, asked, slowest
