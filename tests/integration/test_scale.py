"""A hundred thousand accounts: one import, then a start that takes seconds and memory that stays small."""
import asyncio
import json
import random
import time
import unittest

from radius_client import RadiusClient
from uzel_daemon import Daemon, wait_until

ACCOUNTS = 100_000
MEMORY_LIMIT = 250 << 20
READY_LIMIT = 3.0
SLACK = 4  # other work on this machine, and a build without optimisation
LOGINS = 200


def resident(daemon):
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


def import_lines(service):
    """JSON lines, as an operator's script would write them."""
    return "".join(json.dumps({"number": f"S{n:06}", "login": f"user{n}", "password": f"secret{n}", "service_id": service}) + "\n"
                   for n in range(ACCOUNTS)).encode()


async def log_in_some(daemon):
    """Logins of accounts from everywhere in the table; returns how many were accepted."""
    async with RadiusClient(daemon, wait=2.0, tries=3) as nas:
        some = random.sample(range(ACCOUNTS), LOGINS)
        replies = await asyncio.gather(*(nas.login(f"user{n}", f"secret{n}", mac=f"02:00:00:{n >> 16:02x}:{n >> 8 & 255:02x}:"
                                                   f"{n & 255:02x}") for n in some))
        return sum(reply is not None and reply.accepted for reply in replies)


class Scale(unittest.TestCase):
    def test_a_hundred_thousand_accounts(self):
        daemon = Daemon(settings={"http.request_timeout": "120s"})
        self.addCleanup(daemon.clean)
        daemon.start()
        service = daemon.get("/api/v1/services")["items"][0]["id"]
        lines = import_lines(service)
        begun = time.monotonic()
        done = daemon.post("/api/v1/accounts/import", lines, headers={"Content-Type": "application/x-ndjson"}, timeout=180)
        imported = time.monotonic() - begun
        self.assertEqual(done["created"], ACCOUNTS)
        wait_until(lambda: daemon.get("/api/v1/store")["applied"] >= done["commit"], 180, "the import does not reach the database")
        projected = time.monotonic() - begun
        self.assertEqual(daemon.stop(60), 0)

        begun = time.monotonic()
        daemon.start(limit=60)
        ready, memory = time.monotonic() - begun, resident(daemon)
        accepted = asyncio.run(log_in_some(daemon))
        after = resident(daemon)
        begun = time.monotonic()
        self.assertEqual(daemon.stop(60), 0)
        print(f"scale: {ACCOUNTS} accounts imported in {imported:.1f} s, in the database after {projected:.1f} s; ready again in "
              f"{ready:.2f} s with {memory >> 20} MiB, {after >> 20} MiB after {accepted} logins, stopped in "
              f"{time.monotonic() - begun:.2f} s", flush=True)
        self.assertEqual(accepted, LOGINS)
        self.assertLess(max(memory, after), MEMORY_LIMIT)
        self.assertLess(ready, READY_LIMIT * SLACK)


if __name__ == "__main__":
    unittest.main()
