"""Who gets which address when many want one at once: no duplicate, none from outside, and the losers are told why."""
import asyncio
import collections
import ipaddress
import os
import random
import time

from radius_client import DisconnectPort, RadiusClient
from radius_load import rows
from uzel_daemon import ApiError, DaemonCase

CLIENTS = 64
USERS_PER_CLIENT = 20
# The demo's pool: a /22 without its ends, of which the last five are static.
FIRST, LAST = ipaddress.ip_address("100.64.0.2"), ipaddress.ip_address("100.64.3.254")
STATIC = {str(LAST - n) for n in range(5)}
DYNAMIC = int(LAST) - int(FIRST) + 1 - len(STATIC)


def seeded():
    seed = int(os.environ.get("UZEL_TEST_SEED", random.randrange(1 << 32)))
    print(f"seed {seed} (UZEL_TEST_SEED)", flush=True)
    return random.Random(seed)


def mac_of(n):
    return f"02:00:00:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}"


class AllocationCase(DaemonCase):
    def make_accounts(self, prefix, count, **fields):
        """Accounts whose login and password are prefix0, prefix1...; returns the logins."""
        logins = [f"{prefix}{n}" for n in range(count)]
        service = self.daemon.get("/api/v1/services")["items"][0]["id"]
        done = self.daemon.post("/api/v1/accounts/import",
                                [{"number": f"N-{login}", "login": login, "password": login, "service_id": service, **fields}
                                 for login in logins])
        self.made = done["commit"]
        return logins

    def account_of(self, login):
        return self.daemon.get(f"/api/v1/accesses?login={login}&at_least={self.made}")["items"][0]["account_id"]

    def assert_no_duplicates(self):
        """Over all accounts and attachments, as the store has it."""
        live = [b for b in rows(self.daemon, "/api/v1/bindings") if b["state"] in ("offered", "bound")]
        addresses = [b["address"] for b in live]
        self.assertEqual(len(set(addresses)), len(addresses))
        places = collections.Counter((b["account_id"], b["place"]) for b in live)
        self.assertEqual([place for place, count in places.items() if count > 1], [])
        sessions = [s["address"] for s in rows(self.daemon, "/api/v1/sessions", state="open") if s["address"]]
        self.assertEqual(len(set(sessions)), len(sessions))
        return live


class Crowd(AllocationCase):
    def test_more_users_than_addresses(self):
        rng = seeded()
        users = self.make_accounts("crowd", CLIENTS * USERS_PER_CLIENT)
        rng.shuffle(users)
        begun = time.monotonic()
        granted, refused = asyncio.run(self.rush(users))
        took = time.monotonic() - begun
        print(f"allocation: {len(users)} users of {CLIENTS} clients wanted {DYNAMIC} addresses: {len(granted)} got one, {len(refused)} "
              f"were told that none is free, {took:.1f} s", flush=True)
        self.assertEqual(len(set(granted.values())), len(granted))
        self.assertEqual(len(granted), DYNAMIC)
        self.assertEqual(len(granted) + len(refused), len(users))
        for address in granted.values():
            self.assertTrue(FIRST <= ipaddress.ip_address(address) <= LAST and address not in STATIC, address)
        self.assertEqual(set(refused.values()), {"No free address"})
        held = {b["address"]: b["account_id"] for b in self.assert_no_duplicates()}
        self.assertEqual(set(granted.values()) - set(held), set())
        self.losers_are_told_why(sorted(refused)[:3])
        asyncio.run(self.next_ones_move_in(granted, sorted(refused), rng))
        self.assert_no_duplicates()

    async def rush(self, users):
        """Each client is a NAS of its own with its own socket and one user after the other."""
        granted, refused = {}, {}
        self.places = {}  # login -> (NAS, MAC)

        async def client(k):
            async with RadiusClient(self.daemon, name=f"nas-{k}", wait=3.0, tries=4) as nas:
                for n in range(k, len(users), CLIENTS):
                    reply = await nas.login(users[n], mac=mac_of(n))
                    self.places[users[n]] = (nas.name, mac_of(n))
                    if reply and reply.accepted:
                        granted[users[n]] = reply.address
                        await nas.account("start", users[n], users[n], mac_of(n), reply.address)
                    elif reply:
                        refused[users[n]] = reply.message
        await asyncio.gather(*(client(k) for k in range(CLIENTS)))
        return granted, refused

    def losers_are_told_why(self, losers):
        for login in losers:
            trace = self.daemon.get(f"/api/v1/explain?login={login}")["items"][0]
            self.assertEqual((trace["verdict"], trace["why"]), ("reject", "no-address"), trace)
            self.assertIn("pool-full", [step["code"] for step in trace["steps"]], trace)

    async def next_ones_move_in(self, granted, losers, rng):
        """Whoever stops makes room: kept addresses go to those who have none, each to one."""
        leaving = rng.sample(sorted(granted), 20)
        async with RadiusClient(self.daemon, name="nas-next", wait=3.0, tries=4) as nas:
            for login in leaving:
                nas.name, mac = self.places[login]
                self.assertTrue(await nas.account("stop", login, login, mac, granted[login]))
            nas.name = "nas-next"
            replies = await asyncio.gather(*(nas.login(login, mac=mac_of(70000 + n)) for n, login in enumerate(losers[:40])))
        moved = [reply.address for reply in replies if reply and reply.accepted]
        self.assertEqual(len(moved), 20)
        self.assertEqual(set(moved), {granted[login] for login in leaving})


class OneAccount(AllocationCase):
    def at_once(self, login, devices, name="nas-eight"):
        async def run():
            async with RadiusClient(self.daemon, name=name, wait=3.0, tries=2) as nas:
                return await asyncio.gather(*(nas.login(login, mac=mac_of(80000 + n)) for n in range(devices)))
        replies = asyncio.run(run())
        self.assertNotIn(None, replies)
        return [r.address for r in replies if r.accepted], [r.message for r in replies if not r.accepted]

    def test_eight_devices_at_once_with_a_limit_of_one(self):
        login = self.make_accounts("one", 1, session_limit=1)[0]
        granted, refused = self.at_once(login, 8)
        self.assertEqual((len(granted), refused), (1, ["Too many sessions"] * 7))
        self.assert_no_duplicates()

    def test_eight_devices_at_once_with_a_limit_of_eight(self):
        login = self.make_accounts("eight", 1, session_limit=8)[0]
        granted, refused = self.at_once(login, 8)
        self.assertEqual((len(granted), refused), (8, []))
        self.assertEqual(len(set(granted)), 8)
        self.assert_no_duplicates()

    def test_a_further_device_preempts_the_one_that_is_online(self):
        login = self.make_accounts("preempt", 1, session_limit=1)[0]
        client = self.daemon.get("/api/v1/clients")["items"][0]
        path = f"/api/v1/clients/{client['id']}"
        before = {name: client[name] for name in ("on_session_limit", "dynauth_port")}
        try:
            asyncio.run(self.preempt(login, path))
        finally:
            self.daemon.api("PATCH", path, before)
        live = [b for b in self.assert_no_duplicates() if b["account_id"] == self.account_of(login)]
        self.assertEqual(len(live), 1)

    async def preempt(self, login, path):
        ear = await DisconnectPort().open()
        self.daemon.api("PATCH", path, {"on_session_limit": "preempt", "dynauth_port": ear.port})
        async with RadiusClient(self.daemon, name="nas-preempt", wait=6.0) as nas:
            first = await nas.login(login, mac=mac_of(90000))
            self.assertTrue(first.accepted)
            self.assertTrue(await nas.account("start", "preempted", login, mac_of(90000), first.address))
            replies = await asyncio.gather(*(nas.login(login, mac=mac_of(90001 + n)) for n in range(8)))
        ear.transport.close()
        granted = [r.address for r in replies if r and r.accepted]
        self.assertEqual(len(granted), 1)
        self.assertEqual({r.message for r in replies if r and not r.accepted}, {"Too many sessions"})
        self.assertEqual(set(ear.sessions), {"preempted"})
        self.assertEqual(ear.bad, [])

    def test_a_device_gets_its_address_again_after_a_stop(self):
        login, other = self.make_accounts("sticky", 2)

        async def run():
            async with RadiusClient(self.daemon, name="nas-sticky", wait=3.0) as nas:
                first = await nas.login(login, mac=mac_of(91000))
                await nas.account("start", "stays", login, mac_of(91000), first.address)
                self.assertTrue(await nas.account("stop", "stays", login, mac_of(91000), first.address))
                between = await nas.login(other, mac=mac_of(91001))
                again = await nas.login(login, mac=mac_of(91000))
                return first.address, between.address, again.address
        first, between, again = asyncio.run(run())
        self.assertEqual(first, again)
        self.assertNotEqual(first, between)


class Moves(AllocationCase):
    def test_a_static_address_moves_between_accounts_while_both_log_in(self):
        pair = self.make_accounts("mover", 2)
        ids, address = [self.account_of(login) for login in pair], "100.64.3.200"
        path = f"/api/v1/clients/{self.daemon.get('/api/v1/clients')['items'][0]['id']}"
        asyncio.run(self.move_back_and_forth(pair, ids, address, path))
        self.daemon.api("PATCH", path, {"dynauth_port": 3799})
        self.assert_no_duplicates()

    async def move_back_and_forth(self, pair, ids, address, path):
        """Both log in without pause; whoever has the address is online with it until he logs off or is disconnected."""
        online, cut, overlaps, over = {}, set(), [], asyncio.Event()  # online: session -> who uses the address just now
        had = collections.Counter()

        def disconnect(session):
            cut.add(session)
            online.pop(session, None)

        async def live(nas, login, mac):
            n = 0
            while not over.is_set():
                reply = await nas.login(login, mac=mac)
                if reply is None or not reply.accepted:
                    continue
                n += 1
                name = f"{login}-{n}"
                on = await nas.account("start", name, login, mac, reply.address)
                if on and reply.address == address and name not in cut:
                    had[login] += 1
                    online[name] = login
                    overlaps.extend([dict(online)] if len(set(online.values())) > 1 else [])
                    await asyncio.sleep(0.01)
                    online.pop(name, None)
                while not await nas.account("stop", name, login, mac, reply.address) and not over.is_set():
                    pass

        ear = await DisconnectPort(on_request=disconnect).open()
        await asyncio.to_thread(self.daemon.api, "PATCH", path, {"dynauth_port": ear.port})
        async with RadiusClient(self.daemon, name="nas-move", wait=1.0) as nas:
            tasks = [asyncio.create_task(live(nas, login, mac_of(92000 + k))) for k, login in enumerate(pair)]
            owner = 0
            await asyncio.to_thread(self.give, ids[owner], address)
            for _ in range(8):
                await asyncio.sleep(0.3)
                await asyncio.to_thread(self.take, ids[owner], address)
                owner = 1 - owner
                await asyncio.to_thread(self.give, ids[owner], address)
            await asyncio.sleep(0.5)
            over.set()
            await asyncio.gather(*tasks)
            last = await nas.login(pair[owner], mac=mac_of(92000 + owner))
            self.assertEqual(last.address, address)
        ear.transport.close()
        self.assertEqual((overlaps, ear.bad), ([], []))
        self.assertTrue(all(had[login] for login in pair), had)
        print(f"moves: a static address went 9 times between two accounts that were online with it {sum(had.values())} times, "
              f"{len(cut)} times it was taken from a session", flush=True)

    def give(self, account, address):
        self.retried("POST", f"/api/v1/accounts/{account}/addresses", {"address": address})

    def take(self, account, address):
        shown = self.daemon.get(f"/api/v1/accounts/{account}")
        which = next(a["id"] for a in shown["addresses"] if a["address"] == address)
        self.retried("DELETE", f"/api/v1/accounts/{account}/addresses/{which}")

    def retried(self, verb, path, body=None):
        """An address that is in use at this moment cannot be moved: again until it can."""
        end = time.monotonic() + 15
        while True:
            try:
                return self.daemon.api(verb, path, body)
            except ApiError as refused:
                if refused.status != 409 or time.monotonic() > end:
                    raise

    def test_a_dynamic_address_has_one_user_while_two_ask_for_it(self):
        """Both name the same address at each login (Framed-IP-Address is a wish); it is never with both."""
        pair = self.make_accounts("wisher", 2)
        address, online, overlaps, had = "100.64.3.100", set(), [], collections.Counter()

        async def live(nas, login, mac, rounds):
            for n in range(rounds):
                reply = await nas.login(login, mac=mac, wanted=address)
                if reply is None or not reply.accepted:
                    continue
                name = f"{login}-{n}"
                on = await nas.account("start", name, login, mac, reply.address)
                if on and reply.address == address:
                    had[login] += 1
                    online.add(login)
                    overlaps.extend([n] if len(online) > 1 else [])
                    await asyncio.sleep(0.005)
                    online.discard(login)
                self.assertTrue(await nas.account("stop", name, login, mac, reply.address))

        async def run():
            async with RadiusClient(self.daemon, name="nas-wish", wait=3.0, tries=2) as nas:
                await asyncio.gather(*(live(nas, login, mac_of(93000 + k), 60) for k, login in enumerate(pair)))
        asyncio.run(run())
        self.assertEqual(overlaps, [])
        self.assertGreater(sum(had.values()), 0)
        self.assert_no_duplicates()
