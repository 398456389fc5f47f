"""Names the requests of a store, and stops a client at the one that a test waits for.

    relay = S3Steps(store.port)                  clients are given relay.endpoint
    relay.arm(Trap("COPY temporary", "answered", 1, spring))
    ...                                          spring() runs at that moment, in the relay; it
                                                 kills the client. The connection is cut then.

`arrived`: the store has not seen the request and never will; `answered`: it has done what it was
asked for, and the client does not learn of it.
"""
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from faults import Cut, FaultyHttp  # noqa: E402

TEMPORARY = ".alluxio_ufs_persistence"
ARRIVED, ANSWERED = "arrived", "answered"


def s3_step(method, target, headers):
    """What a request of the S3 API is, in a few words: "PUT temporary", "COPY", "DELETE marker"."""
    path, _, query = target.partition("?")
    query = urllib.parse.parse_qs(query, keep_blank_values=True)
    key = urllib.parse.unquote(path).lstrip("/").partition("/")[2]
    if not key:
        return {"GET": "LIST", "POST": "DELETE many"}.get(method, method)
    what = _what(key)
    if "uploadId" in query:
        return {"PUT": "PUT part", "POST": "complete upload", "DELETE": "abort upload"}[method]
    if "uploads" in query:
        return "begin upload"
    source = headers.get("x-amz-copy-source")
    if source:
        return "COPY" + _what(urllib.parse.unquote(source))
    return method + what


def _what(key):
    if TEMPORARY in key:
        return " temporary"
    return " marker" if key.endswith("/") else ""


class Trap:
    """Springs once, at the nth request of a name."""

    def __init__(self, step, moment, nth, spring):
        self.step, self.moment, self.left, self.spring = step, moment, nth, spring
        self.sprung = threading.Event()  # spring() is over
        self.taken = False


class Steps:
    """What the relays share: the steps seen, and at most one trap."""

    def __init__(self):
        self.mutex = threading.Lock()
        self.trap = None
        self.seen = []  # (moment, step) since the last arm()

    def arm(self, trap):
        with self.mutex:
            self.trap = trap
            self.seen = []
        return trap

    def at(self, moment, step):
        """True when the client was stopped here: nothing more must pass."""
        with self.mutex:
            self.seen.append((moment, step))
            trap = self.trap
            if trap is None or trap.taken or (trap.step, trap.moment) != (step, moment):
                return False
            trap.left -= 1
            if trap.left > 0:
                return False
            trap.taken = True
        try:
            trap.spring()
        finally:
            trap.sprung.set()
        return True


class S3Steps(FaultyHttp, Steps):
    """A relay before a server of the S3 API."""

    def __init__(self, upstream_port):
        Steps.__init__(self)
        FaultyHttp.__init__(self, upstream_port)

    def arrived(self, method, path, headers):
        if self.at(ARRIVED, s3_step(method, path, headers)):
            raise Cut()

    def answered(self, method, path, headers, status):
        if self.at(ANSWERED, s3_step(method, path, headers)):
            raise Cut()
