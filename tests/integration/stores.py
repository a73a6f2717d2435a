"""Where a test's daemon keeps its store: a SQLite file in its folder, or a database of a PostgreSQL server of the run's own.

UZEL_STORE in the environment says which for all tests of a run: "sqlite" (as without it) or "postgresql".
"""
import contextlib
import os
import shutil
import sqlite3

from postgresql_server import PostgresqlServer, programs

KIND = os.environ.get("UZEL_STORE", "sqlite")


class SqliteStore:
    def __init__(self, folder):
        self.path = os.path.join(folder, "uzel.db")

    @property
    def url(self):
        return "sqlite:" + self.path

    def copy_to(self, folder):
        """The same store in another folder, while no daemon uses it."""
        out = SqliteStore(folder)
        for end in ("", "-wal"):
            if os.path.exists(self.path + end):
                shutil.copyfile(self.path + end, out.path + end)
        return out

    @contextlib.contextmanager
    def held(self):
        """Nobody can write meanwhile."""
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            db.close()


class PostgresqlStore:
    def __init__(self, server=None, database=None, host=None):
        """host: the folder of the socket, if it is not the server's."""
        self.server = server or PostgresqlServer.instance()
        self.database = database or self.server.create_database()
        self.host = host

    @property
    def url(self):
        return self.server.url(self.database, self.host)

    def copy_to(self, _folder):
        return PostgresqlStore(self.server, self.server.create_database(template=self.database))

    @contextlib.contextmanager
    def held(self):
        self.server.freeze()
        try:
            yield
        finally:
            self.server.thaw()


def new_store(folder):
    if KIND == "sqlite":
        return SqliteStore(folder)
    if KIND != "postgresql":
        raise AssertionError(f"UZEL_STORE is {KIND}: neither sqlite nor postgresql")
    return PostgresqlStore()


def has_postgresql():
    return programs() is not None
