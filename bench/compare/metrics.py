"""Figures of a running Uzel that its own /metrics page tells: how far the database is behind the journal."""
import re
import threading
import time
import urllib.request

LAG_RECORDS = "uzel_projection_lag_records"
LAG_SECONDS = "uzel_projection_lag_seconds"
DRAIN_LIMIT = 600.0  # seconds


def scrape(url):
    """Name -> value of the samples that have no labels."""
    with urllib.request.urlopen(url + "/metrics", timeout=10) as answer:
        page = answer.read().decode()
    return {name: float(value) for name, value in re.findall(r"^([a-z_0-9]+) ([0-9.eE+-]+)$", page, re.M)}


def drain(url):
    """Waits until the database has everything; what there was to do, and how long it took."""
    begun = time.monotonic()
    backlog = scrape(url)[LAG_RECORDS]
    while scrape(url)[LAG_RECORDS] > 0 and time.monotonic() - begun < DRAIN_LIMIT:
        time.sleep(0.1)
    return {"backlog_records": backlog, "drained_s": time.monotonic() - begun}


class LagWatch:
    """Looks every second how far the database is behind, until left."""

    def __init__(self, url):
        self.url = url
        self.seconds, self.records = [], []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def watch(self):
        while not self.done.wait(1.0):
            found = scrape(self.url)
            self.seconds.append(found[LAG_SECONDS])
            self.records.append(found[LAG_RECORDS])

    def found(self):
        return {"longest_lag_s": max(self.seconds, default=0.0), "largest_backlog": max(self.records, default=0.0)}
