"""Kea's DHCPv4 server with leases in its own file (memfile, its default) and in PostgreSQL."""
import json
import os
import subprocess

from postgres import Postgres
from processes import Child, free_port, listens, needed, pinned

SCHEMA = "/usr/share/kea/scripts/pgsql/dhcpdb_create.pgsql"
# Live leases of others, so that the planner does not see an empty table; above the addresses of the run.
OTHER_LEASES = 5000


class Kea:
    threads = 0  # 0 = multi-threading off, the default of Kea 2.2 and the fastest with memfile

    def __init__(self, folder, clients, relays, core=None):
        self.program = needed("kea-dhcp4", "kea-dhcp4-server")
        self.folder = os.path.join(folder, self.slug)
        self.clients, self.relays, self.core = clients, relays, core
        self.port, self.relay_port = free_port(), free_port()
        self.child = None

    def last_address(self):
        size = self.clients * 5 // 4 + OTHER_LEASES + 1024
        return ".".join(str((10 << 24) + (16 << 16) + size >> shift & 255) for shift in (24, 16, 8, 0))

    def configuration(self):
        threads = {"enable-multi-threading": self.threads > 0}
        if self.threads:
            threads.update({"thread-pool-size": self.threads, "packet-queue-size": 64})
        return {"Dhcp4": {
            "interfaces-config": {"interfaces": ["lo/127.0.0.1"], "dhcp-socket-type": "udp"},
            "multi-threading": threads, "lease-database": self.lease_database(),
            "valid-lifetime": 4000, "renew-timer": 1000, "rebind-timer": 2000,
            "subnet4": [{"id": 1, "subnet": "10.0.0.0/8", "pools": [{"pool": "10.16.0.1-" + self.last_address()}],
                         "relay": {"ip-addresses": self.relays},
                         "option-data": [{"name": "routers", "data": "10.0.0.1"}]}],
            "loggers": [{"name": "kea-dhcp4", "severity": "WARN", "output_options": [{"output": self.folder + "/kea.log"}]}]}}

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        self.forget_leases()
        path = os.path.join(self.folder, "kea.conf")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.configuration(), file, indent=1)
        environment = {"KEA_PIDFILE_DIR": self.folder, "KEA_LOCKFILE_DIR": self.folder}
        command = [self.program, "-c", path, "-p", str(self.port), "-P", str(self.relay_port)]
        self.child = Child(pinned(command, self.core), self.folder + "/kea.log", environment)
        self.child.wait_for(lambda: listens(self.port), "kea-dhcp4")

    def stop(self):
        if self.child:
            self.child.stop()
        self.child = None

    def watch(self):
        return ["--server-pid", str(self.child.pid)]

    def dhcp(self):
        return ["--server-port", str(self.port), "--relay-port", str(self.relay_port), "--timeout", "5", *self.watch()]


class KeaMemfile(Kea):
    """Leases in memory and appended to a file that is never synced."""

    name = "Kea memfile"
    slug = "kea-memfile"

    def lease_database(self):
        return {"type": "memfile", "persist": True, "name": self.folder + "/leases4.csv"}

    def forget_leases(self):
        for name in os.listdir(self.folder):
            if name.startswith("leases4.csv"):
                os.remove(os.path.join(self.folder, name))


class KeaPostgres(Kea):
    name = "Kea PostgreSQL"
    slug = "kea-postgres"
    threads = 4

    def __init__(self, folder, clients, relays, core=None, settings=None):
        super().__init__(folder, clients, relays, core)
        self.database = Postgres(folder, "kea", core, settings)
        self.created = False

    def lease_database(self):
        return {"type": "postgresql", "name": "kea", "host": "127.0.0.1", "port": self.database.port, "user": "kea", "password": "kea"}

    def forget_leases(self):
        self.database.start()
        if not self.created:
            self.database.database("kea")
            self.database.sql(database="kea", user="kea", files=[SCHEMA])
            self.created = True
        first_other = (10 << 24) + (16 << 16) + self.clients * 5 // 4 + 1024
        self.database.sql(
            "TRUNCATE lease4", "UPDATE lease4_stat SET leases = 0",
            "INSERT INTO lease4(address, hwaddr, client_id, valid_lifetime, expire, subnet_id, fqdn_fwd, fqdn_rev, hostname, state) "
            f"SELECT {first_other} + i, decode('0600' || lpad(to_hex(i), 8, '0'), 'hex'), decode('010600' || lpad(to_hex(i), 8, '0'), "
            f"'hex'), 4000, now() + interval '4000 s', 1, false, false, '', 0 FROM generate_series(0, {OTHER_LEASES - 1}) i",
            database="kea")
        self.database.sql("VACUUM ANALYZE", database="kea")

    def stop(self):
        super().stop()
        self.database.stop()

    def watch(self):
        return [*super().watch(), "--server-tree", str(self.database.pid)]


def version():
    return "Kea " + subprocess.run([needed("kea-dhcp4", "kea-dhcp4-server"), "-v"], capture_output=True, text=True,
                                   check=False).stdout.strip()
