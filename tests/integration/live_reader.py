"""A reader of the live view: as much of WebSocket (RFC 6455) as that takes, from the standard library."""
import base64
import json
import os
import socket
import struct
import time


class LiveReader:
    def __init__(self, daemon, token, cursor=""):
        self.socket = socket.create_connection(("127.0.0.1", daemon.http_port), timeout=10)
        self.waiting = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:{daemon.http_port}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        head = self.read_until(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise AssertionError(f"no WebSocket: {head!r}")
        self.send(json.dumps({"token": token, "cursor": cursor}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise AssertionError("the live view closed")
        self.waiting += data

    def read_until(self, end):
        while end not in self.waiting:
            self.more()
        head, self.waiting = self.waiting.split(end, 1)
        return head

    def read(self, size):
        while len(self.waiting) < size:
            self.more()
        data, self.waiting = self.waiting[:size], self.waiting[size:]
        return data

    def send(self, text, opcode=1):
        data, mask = text.encode(), os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self, limit=5.0):
        """The next message as an object; TimeoutError when none came."""
        self.socket.settimeout(limit)
        text = b""
        while True:
            first, size = self.read(2)
            if size == 126:
                size = struct.unpack("!H", self.read(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self.read(8))[0]
            data = self.read(size)
            opcode = first & 15
            if opcode == 9:
                self.send(data.decode(), opcode=10)
            elif opcode == 8:
                raise AssertionError(f"the live view closed: {data[2:].decode()}")
            elif opcode in (0, 1):
                text += data
                if first & 0x80:
                    return json.loads(text)

    def until(self, fits, limit=5.0):
        """The messages up to the first that fits, which is the last of them."""
        end, out = time.monotonic() + limit, []
        while not out or not fits(out[-1]):
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            out.append(self.receive(left))
        return out
