"""The way to PostgreSQL under TLS: the server must prove by a certificate who it is, or nothing is sent to it."""
import os
import shutil
import subprocess
import tempfile
import unittest
from socket import SOCK_STREAM

import stores
from postgresql_server import PostgresqlServer
from uzel_daemon import UZELCTL, Daemon, free_port, wait_until

PATIENCE = 30.0


class Authority:
    """A certificate authority for one test, with the certificate of one host."""

    def __init__(self, folder, name, host):
        self.file, self.key = os.path.join(folder, name + "-ca.pem"), os.path.join(folder, name + "-ca.key")
        self.server_file, self.server_key = os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key")
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        openssl("req", "-x509", *new, "-subj", f"/CN={name} authority", "-days", "2", "-keyout", self.key, "-out", self.file)
        openssl("req", "-x509", *new, "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-days", "2",
                "-CA", self.file, "-CAkey", self.key, "-keyout", self.server_key, "-out", self.server_file)


def openssl(*arguments):
    ran = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise AssertionError(f"openssl {arguments[0]}: {ran.stderr}")


def checked(daemon):
    return subprocess.run([UZELCTL, "store", "check", "--config", daemon.path("uzeld.toml")], capture_output=True, text=True, check=False)


class TlsStore:
    def __init__(self, server, options):
        self.database = server.create_database()
        self.url = f"postgresql://postgres@localhost:{server.port}/{self.database}?{options}"


@unittest.skipUnless(stores.has_postgresql() and shutil.which("openssl"), "needs PostgreSQL and openssl")
class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="uzel-tls-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)
        cls.ours, cls.other = Authority(cls.folder, "ours", "localhost"), Authority(cls.folder, "other", "db.example.net")

    def serve(self, certificate):
        """A server on TCP with that certificate; None: without TLS."""
        settings = {"listen_addresses": "localhost", "port": free_port(SOCK_STREAM), "ssl": "off"}
        if certificate:
            PostgresqlServer.give(certificate.server_key)
            settings.update({"ssl": "on", "ssl_cert_file": certificate.server_file, "ssl_key_file": certificate.server_key})
        server = PostgresqlServer(settings=settings)
        self.addCleanup(server.close)
        return server

    def daemon_on(self, server, options):
        daemon = Daemon(store=TlsStore(server, options))
        self.addCleanup(daemon.clean)
        return daemon

    @staticmethod
    def trusting(authority):
        return f"sslmode=verify-full&sslrootcert={authority.file}"

    def assert_refused(self, server, options, why):
        """The daemon says why and waits; the tool says why and ends; the server has seen nobody sign in."""
        daemon = self.daemon_on(server, options)
        daemon.spawn()
        wait_until(lambda: "database-awaited" in daemon.log(), PATIENCE, "nothing is said")
        self.assertRegex(daemon.log(), f"database-awaited: .*{why}")
        self.assertNotIn("store-opened", daemon.log())
        ran = checked(daemon)
        self.assertNotEqual(ran.returncode, 0)
        self.assertRegex(ran.stdout + ran.stderr, why)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", daemon.store.database), "0")

    def test_everything_goes_through_tls(self):
        server = self.serve(self.ours)
        daemon = self.daemon_on(server, self.trusting(self.ours))
        daemon.start()
        self.assertEqual(daemon.radclient({"User-Name": "demo1", "User-Password": "demo1", "Message-Authenticator": "0x00"}).code,
                         "Access-Accept")
        lines = server.sql("SELECT DISTINCT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.client_port > 0")
        self.assertEqual(lines, "t")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(checked(daemon).returncode, 0)

    def test_a_certificate_of_another_authority_is_refused(self):
        server = self.serve(self.ours)
        self.assert_refused(server, self.trusting(self.other), "certificate verify failed")

    def test_a_certificate_of_another_host_is_refused(self):
        server = self.serve(self.other)
        self.assert_refused(server, self.trusting(self.other), "does not match host name")

    def test_a_server_without_tls_is_refused(self):
        server = self.serve(None)
        self.assert_refused(server, self.trusting(self.ours), "does not support SSL")


if __name__ == "__main__":
    unittest.main(verbosity=2)
