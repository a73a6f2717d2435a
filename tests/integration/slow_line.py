"""A line to a PostgreSQL server that may be slow: every piece waits before it is handed on. Serves the same socket name in its own folder."""
import os
import select
import shutil
import socket
import tempfile
import threading
import time

SOCKET = ".s.PGSQL.5432"


class SlowLine:
    """host of its url: `folder`. `delay` in seconds for each piece and direction; it may change at any time."""

    def __init__(self, server_folder):
        self.folder = tempfile.mkdtemp(prefix="uzel-line-")
        self.delay = 0.0
        self.target = os.path.join(server_folder, SOCKET)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(os.path.join(self.folder, SOCKET))
        self.listener.listen(64)
        self.closed = False
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.closed = True
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def accept(self):
        while not self.closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with client, server:
            try:
                server.connect(self.target)
                other = {client: server, server: client}
                while not self.closed:
                    for source in select.select([client, server], [], [], 1.0)[0]:
                        piece = source.recv(1 << 16)
                        if not piece:
                            return
                        time.sleep(self.delay)
                        other[source].sendall(piece)
            except OSError:
                return  # one end hung up; the other one sees it
