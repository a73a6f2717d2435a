"""FreeRADIUS in its two usual roles, each tuned: users in memory (`files`), and users, pool and accounting in PostgreSQL.

Both run a virtual server that does only what the comparison asks for: no detail files, no log of logins, no EAP."""
import os
import re
import shutil
import subprocess

from postgres import Postgres
from processes import Child, free_port, give_to, listens, needed, pinned

DEBIAN = "/etc/freeradius/3.0"
SITE = """
server default {{
	listen {{
		type = auth
		ipaddr = 127.0.0.1
		port = {auth}
		recv_buff = 1048576
	}}
	listen {{
		type = acct
		ipaddr = 127.0.0.1
		port = {acct}
		recv_buff = 1048576
	}}
	authorize {{
		{users}
		chap
		pap
	}}
	authenticate {{
		Auth-Type PAP {{
			pap
		}}
		Auth-Type CHAP {{
			chap
		}}
	}}
	preacct {{
		acct_unique
	}}
	accounting {{
		{accounting}
	}}
	post-auth {{
		{post_auth}
	}}
}}
"""


class FreeRadius:
    """What both have in common. A subclass says what the virtual server does."""

    threads = 2
    users = accounting = post_auth = ""

    def __init__(self, folder, accounts, core=None):
        self.program = needed("freeradius", "freeradius")
        self.folder = os.path.join(folder, self.slug)
        self.raddb = os.path.join(self.folder, "raddb")
        self.auth_port, self.acct_port = free_port(), free_port()
        self.accounts = accounts
        self.core = core
        self.child = None

    def configure(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("log", "run"):
            os.makedirs(os.path.join(self.folder, name))
        shutil.copytree(DEBIAN, self.raddb, symlinks=True)
        for name in os.listdir(self.raddb + "/sites-enabled"):
            os.remove(os.path.join(self.raddb, "sites-enabled", name))
        os.remove(self.raddb + "/mods-enabled/eap")
        self.edit("radiusd.conf", (r"^logdir = .*", f"logdir = {self.folder}/log"), (r"^run_dir = .*", f"run_dir = {self.folder}/run"),
                  (r"^raddbdir = .*", f"raddbdir = {self.raddb}"), (r"^max_requests = .*", "max_requests = 65536"),
                  (r"start_servers = .*", f"start_servers = {self.threads}"), (r"max_servers = .*", f"max_servers = {self.threads}"),
                  (r"min_spare_servers = .*", "min_spare_servers = 1"),
                  (r"max_spare_servers = .*", f"max_spare_servers = {self.threads}"))
        self.write("sites-enabled/load", SITE.format(auth=self.auth_port, acct=self.acct_port, users=self.users,
                                                     accounting=self.accounting, post_auth=self.post_auth))

    def edit(self, name, *changes):
        path = os.path.join(self.raddb, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for pattern, replacement in changes:
            text = re.sub(pattern, replacement, text, flags=re.M)
        self.write(name, text)

    def write(self, name, text):
        with open(os.path.join(self.raddb, name), "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        if not os.path.isdir(self.raddb):
            self.configure()
            give_to("freerad", self.folder)
        command = [self.program, "-f", "-d", self.raddb]
        self.child = Child(pinned(command, self.core), os.path.join(os.path.dirname(self.folder), self.slug + ".log"))
        self.child.wait_for(lambda: listens(self.auth_port) and listens(self.acct_port), "freeradius")

    def stop(self):
        if self.child:
            self.child.stop()
        self.child = None

    def watch(self):
        return ["--server-pid", str(self.child.pid)]

    def radius(self):
        return ["--auth-port", str(self.auth_port), "--acct-port", str(self.acct_port), "--logins", "u{}", "--passwords", "p{}",
                "--timeout", "10", *self.watch()]


class FreeRadiusFiles(FreeRadius):
    """Users with a static address each in memory. Nothing is written."""

    name = "FreeRADIUS files"
    slug = "freeradius-files"
    users = "files"
    accounting = "ok"

    def configure(self):
        super().configure()
        with open(self.raddb + "/mods-config/files/authorize", "w", encoding="utf-8") as file:
            for n in range(1, self.accounts + 1):
                file.write(f'u{n} Cleartext-Password := "p{n}"\n\tFramed-IP-Address = 10.{16 + (n >> 16)}.{n >> 8 & 255}.{n & 255}\n\n')


class FreeRadiusSql(FreeRadius):
    """Users in radcheck, addresses from sqlippool by Debian's stored procedure, accounting in radacct; SKIP LOCKED, a Unix socket,
    no group look-ups, no radpostauth rows."""

    name = "FreeRADIUS SQL + sqlippool"
    slug = "freeradius-sql"
    threads = 8
    users = "sql"
    accounting = "sql\n\t\tsqlippool"
    post_auth = 'update control {\n\t\t\t&Pool-Name := "load"\n\t\t}\n\t\tsqlippool'

    def __init__(self, folder, accounts, core=None, settings=None):
        super().__init__(folder, accounts, core)
        self.database = Postgres(folder, "radius", core, settings)

    def configure(self):
        super().configure()
        for module in ("sql", "sqlippool"):
            os.symlink("../mods-available/" + module, f"{self.raddb}/mods-enabled/{module}")
        self.edit("mods-available/sql", (r'dialect = "sqlite"', 'dialect = "postgresql"'),
                  (r'driver = "rlm_sql_null"', 'driver = "rlm_sql_postgresql"'),
                  (r"^(\s*)radius_db = .*", rf'\1server = "{self.database.folder}"\n\1port = {self.database.port}\n'
                                            r'\1login = "radius"\n\1password = "radius"\n\1radius_db = "radius"'),
                  (r"^(\s*)#?\s*read_groups = .*", r"\1read_groups = no"))
        self.edit("mods-available/sqlippool", (r'dialect = "mysql"', 'dialect = "postgresql"'))
        # One call of the stored procedure instead of two queries.
        self.edit("mods-config/sql/ippool/postgresql/queries.conf",
                  (r'^allocate_existing = "\\\n(?:.*\\\n)*.*"\n', 'allocate_existing = ""\n'),
                  (r'^allocate_find = "\\\n(?:.*\\\n)*.*"\n', ""), (r'^skip_locked = ""', '#skip_locked = ""'),
                  (r'^#skip_locked = "SKIP LOCKED"', 'skip_locked = "SKIP LOCKED"'))
        with open(self.raddb + "/mods-config/sql/ippool/postgresql/queries.conf", "a", encoding="utf-8") as file:
            file.write("allocate_find = \"SELECT fr_allocate_previous_or_new_framedipaddress('%{control:${pool_name}}', "
                       "'%{SQL-User-Name}', '%{Calling-Station-Id}', '%{NAS-IP-Address}', '${pool_key}', '${lease_duration}')\"\n")

    def create_database(self):
        self.database.database("radius")
        main, pool = (f"{DEBIAN}/mods-config/sql/{part}/postgresql" for part in ("main", "ippool"))
        # psql runs as the database's user, who may not read that folder.
        copies = os.path.join(self.database.folder, "schema")
        os.makedirs(copies, exist_ok=True)
        files = [shutil.copy(source, os.path.join(copies, f"{i}.sql")) for i, source in enumerate(
            (f"{main}/schema.sql", f"{pool}/schema.sql", f"{pool}/procedure.sql"))]
        for file in files:
            os.chmod(file, 0o644)
        self.database.sql(database="radius", user="radius", files=files)
        self.database.sql("INSERT INTO radcheck(username, attribute, op, value) SELECT 'u' || i, 'Cleartext-Password', ':=', 'p' || i "
                          f"FROM generate_series(1, {self.accounts}) i", database="radius", user="radius")

    def start(self):
        fresh = not os.path.isdir(self.raddb)
        self.database.start()
        if fresh:
            self.create_database()
        # Nobody holds an address; analysed, or PostgreSQL plans for empty tables.
        self.database.sql("TRUNCATE radacct, radpostauth, radippool",
                          "INSERT INTO radippool(pool_name, framedipaddress, expiry_time) SELECT 'load', '10.16.0.0'::inet + i, "
                          f"now() - interval '1 day' FROM generate_series(1, {self.accounts * 5 // 4 + 1024}) i", database="radius")
        self.database.sql("VACUUM ANALYZE", database="radius")
        self.database.sql("CHECKPOINT", database="radius")
        super().start()

    def stop(self):
        super().stop()
        self.database.stop()

    def watch(self):
        return [*super().watch(), "--server-tree", str(self.database.pid)]


def version():
    return subprocess.run([needed("freeradius", "freeradius"), "-v"], capture_output=True, text=True, check=False).stdout.split(",")[0]
