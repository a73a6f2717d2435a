"""The bare UDP echo of uzel-load: what machine and generator can do at most."""
import os

from processes import Child, free_port, listens, pinned


class Echo:
    name = "UDP echo"

    def __init__(self, load, folder, core=None):
        self.load, self.folder, self.core = load, folder, core
        self.port = free_port()
        self.child = None

    def start(self):
        self.child = Child(pinned([self.load, "echo", "serve", "--port", str(self.port)], self.core),
                           os.path.join(self.folder, "echo.log"))
        self.child.wait_for(lambda: listens(self.port), "the echo server")

    def stop(self):
        if self.child:
            self.child.stop()
        self.child = None

    def echo(self):
        return ["--port", str(self.port), "--server-pid", str(self.child.pid)]
