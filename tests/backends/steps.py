"""Names the requests of a store, and stops a client at the one that a test waits for.

    relay = S3Steps(store.port)                  clients are given relay.endpoint
    relay.arm(Trap("COPY temporary", "answered", 1, spring))
    ...                                          spring() runs at that moment, in the relay; it
                                                 kills the client. The connection is cut then.

`arrived`: the store has not seen the request and never will; `answered`: it has done what it was
asked for, and the client does not learn of it.
"""
import os
import socket
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from faults import Cut, FaultyHttp  # noqa: E402

TEMPORARY = ".alluxio_ufs_persistence"
HIDDEN = ".alluxio-tmp-"  # what a writer of HDFS is at, in the name of its file
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


def swift_step(method, target, headers):
    """The same of Swift's own interface: "/v1/account/container/key"."""
    path, _, query = target.partition("?")
    words = urllib.parse.unquote(path).split("/", 4)
    if len(words) < 5:
        if method == "GET" and words[1] == "v1":
            return "LIST"
        return "DELETE many" if query.startswith("bulk-delete") else method + " account"
    segment = words[3].endswith("_segments")
    source = headers.get("x-copy-from")
    if source:
        return "COPY" + (" segment" if segment else _what(urllib.parse.unquote(source)))
    if segment:
        return method + " segment"
    manifest = " manifest" if "multipart-manifest=put" in query else ""
    return method + manifest + _what(words[4])


def webhdfs_step(method, target, headers):
    """"RENAME temporary hidden": the operation, and what kind of file it is about."""
    path, _, query = target.partition("?")
    return urllib.parse.parse_qs(query).get("op", [method])[0] + _kinds(urllib.parse.unquote(path))


def _kinds(text):
    return (" temporary" if TEMPORARY in text else "") + (" hidden" if HIDDEN in text else "")


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


class HttpSteps(FaultyHttp, Steps):
    """A relay before a server whose requests `step_of` names."""

    def __init__(self, upstream_port, step_of):
        Steps.__init__(self)
        FaultyHttp.__init__(self, upstream_port)
        self.step_of = step_of

    def arrived(self, method, path, headers):
        if self.at(ARRIVED, self.step_of(method, path, headers)):
            raise Cut()

    def answered(self, method, path, headers, status):
        if self.at(ANSWERED, self.step_of(method, path, headers)):
            raise Cut()


class S3Steps(HttpSteps):
    """A relay before a server of the S3 API."""

    def __init__(self, upstream_port):
        super().__init__(upstream_port, s3_step)


def _varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at


def _fields(data):
    """field number -> last value, of a protobuf message without groups."""
    at, found = 0, {}
    while at < len(data):
        tag, at = _varint(data, at)
        if tag & 7 == 0:
            found[tag >> 3], at = _varint(data, at)
        elif tag & 7 == 2:
            size, at = _varint(data, at)
            found[tag >> 3], at = data[at:at + size], at + size
        else:
            at += 8 if tag & 7 == 1 else 4
    return found


def _delimited(data, at):
    size, at = _varint(data, at)
    return data[at:at + size], at + size


def hdfs_step(frame):
    """(call id, name) of a request to a NameNode; (None, "") of what belongs to the connection."""
    header, at = _delimited(frame, 0)
    call = _fields(header).get(3, 0)
    if call & 1:  # zigzag: negative ids are the protocol's own
        return None, ""
    request, at = _delimited(frame, at)
    name = _fields(request).get(1, b"").decode()
    return call >> 1, name + _kinds(frame[at:].decode("latin1"))


class HdfsSteps(Steps):
    """A relay before a NameNode, which reads its RPC frames. DataNodes are reached straight."""

    def __init__(self, upstream_port):
        super().__init__()
        self.upstream = upstream_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client):
        calls = {}
        server = socket.create_connection(("127.0.0.1", self.upstream))
        up = threading.Thread(target=self._pump, daemon=True, args=(
            client, server, 7, lambda frame: self._request(frame, calls)))
        up.start()
        self._pump(server, client, 0, lambda frame: self._answer(frame, calls))
        up.join()

    def _request(self, frame, calls):
        call, step = hdfs_step(frame)
        if call is None:
            return False
        calls[call] = step
        return self.at(ARRIVED, step)

    def _answer(self, frame, calls):
        header, _ = _delimited(frame, 0)
        step = calls.pop(_fields(header).get(1, 0), None)
        return step is not None and self.at(ANSWERED, step)

    def _pump(self, source, target, preamble, stop):
        """Frames one way until either end goes, or stop() says so."""
        stream = source.makefile("rb")
        try:
            target.sendall(stream.read(preamble))
            while True:
                size = stream.read(4)
                frame = stream.read(int.from_bytes(size, "big"))
                if len(size) < 4 or stop(frame):
                    break
                target.sendall(size + frame)
        except OSError:
            pass  # either end went away, which ends the connection
        for s in (source, target):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
