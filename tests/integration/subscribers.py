"""What integration tests of subscribers have in common: accounts by the API, logins and accounting by radclient."""
import itertools

from uzel_daemon import DaemonCase, attribute_values, wait_until

SEAL = ("Message-Authenticator", "0x00")


class SubscriberCase(DaemonCase):
    numbers = itertools.count(5000)

    # The desk.

    def account(self, **fields):
        """A new account with the first service of the demo unless told otherwise; returns its id."""
        body = {"number": str(next(self.numbers)), "service_id": 1, **fields}
        return self.daemon.post("/api/v1/accounts", {k: v for k, v in body.items() if v is not None})["id"]

    def shown(self, account):
        return self.daemon.get(f"/api/v1/accounts/{account}")

    def sessions(self, account, acct_session_id=None):
        """Those that ended as the database has them, those that run as the account has them; oldest first."""
        shown = self.shown(account)
        stored = self.daemon.get(f"/api/v1/sessions?account_id={account}&at_least={shown['commit']}")["items"]
        rows = {s["id"]: s for s in stored + shown["sessions"]}
        return [rows[i] for i in sorted(rows) if acct_session_id in (None, rows[i]["acct_session_id"])]

    def session(self, account, acct_session_id):
        rows = self.sessions(account, acct_session_id)
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def stored_session(self, session):
        """The same session from the database, once it is there."""
        return self.daemon.get(f"/api/v1/sessions/{session['id']}?at_least={session['record']}")

    def alarms(self, name):
        return [a for a in self.daemon.get("/api/v1/alarms")["items"] if a["id"] == name]

    def client(self, address, **fields):
        """A client at a loopback address of its own that is known when this returns."""
        made = self.daemon.post("/api/v1/clients", {"name": address, "source": address + "/32", "secret": "testing123",
                                                    "routing_domain_id": 1, "vendor": "mikrotik", **fields})
        here = ("Packet-Src-IP-Address", address)
        wait_until(lambda: self.daemon.radclient([SEAL, here], kind="status", wait=1).code, why="the client is not known")
        return made["id"]

    # The network.

    def login(self, name, password=None, mac=None, source=None, more=(), wait=3):
        attributes = [("User-Name", name), SEAL]
        attributes += [("User-Password", password)] if password is not None else []
        attributes += [("Calling-Station-Id", mac)] if mac else []
        attributes += [("Packet-Src-IP-Address", source)] if source else []
        return self.daemon.radclient([*attributes, *more], wait=wait)

    def accepted(self, *arguments, **options):
        """Logs in and returns the address."""
        reply = self.login(*arguments, **options)
        self.assertEqual(reply.code, "Access-Accept", reply.text)
        return attribute_values(reply, "Framed-IP-Address")[0]

    def refused(self, *arguments, **options):
        """Is refused; returns the words."""
        reply = self.login(*arguments, **options)
        self.assertEqual(reply.code, "Access-Reject", reply.text)
        return " ".join(attribute_values(reply, "Reply-Message"))

    def account_for(self, kind, session, name=None, mac=None, address=None, source=None, more=()):
        """One Accounting-Request; fails unless it is acknowledged."""
        attributes = [("Acct-Status-Type", kind)]
        attributes += [("Acct-Session-Id", session)] if session else []
        attributes += [("User-Name", name)] if name else []
        attributes += [("Calling-Station-Id", mac)] if mac else []
        attributes += [("Framed-IP-Address", address)] if address else []
        attributes += [("Packet-Src-IP-Address", source)] if source else []
        reply = self.daemon.radclient([*attributes, *more], kind="acct")
        self.assertEqual(reply.code, "Accounting-Response", reply.text)


def octets(inward, outward=0, in_giga=0, out_giga=0):
    return [("Acct-Input-Octets", inward), ("Acct-Output-Octets", outward), ("Acct-Input-Gigawords", in_giga),
            ("Acct-Output-Gigawords", out_giga)]
