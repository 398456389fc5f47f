"""Faults between a client and a store, on loopback.

  Link           a toxiproxy port in front of a store: latency, cut connections, truncated bodies
  BlackHole      a port that answers no SYN: its accept queue is full
  Valve          a relay that can be shut: connections stay open and nothing passes, new ones hang
  FaultyHttp     an HTTP relay that answers some requests itself (503 SlowDown, skewed clocks, ...)
  own_network    runs a suite in a network namespace of its own, where drop(port) drops packets
"""
import http.client
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "cluster")]
from cluster import free_port  # noqa: E402


class Link:
    """One proxied port. Toxics are named by their type; see toxiproxy's documentation."""

    def __init__(self, toxiproxy, upstream_port, name=None):
        self.api = toxiproxy.url
        self.port = free_port()
        self.name = name or "link-%d" % self.port
        self._call("POST", "/proxies", {
            "name": self.name, "listen": "127.0.0.1:%d" % self.port,
            "upstream": "127.0.0.1:%d" % upstream_port, "enabled": True})

    @property
    def endpoint(self):
        return "http://127.0.0.1:%d" % self.port

    def _call(self, method, path, body=None):
        request = urllib.request.Request(
            self.api + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError("toxiproxy: %s %s: %s" % (method, path, error.read())) from error

    def toxic(self, kind, stream="downstream", toxicity=1.0, **attributes):
        """latency(latency, jitter), bandwidth(rate), slow_close(delay), timeout(timeout),
        reset_peer(timeout), slicer(average_size, size_variation, delay), limit_data(bytes)."""
        self._call("POST", "/proxies/%s/toxics" % self.name, {
            "name": kind + "-" + stream, "type": kind, "stream": stream, "toxicity": toxicity,
            "attributes": attributes})

    def heal(self, kind, stream="downstream"):
        self._call("DELETE", "/proxies/%s/toxics/%s-%s" % (self.name, kind, stream))

    def enable(self, enabled):
        """A disabled link refuses connections and has cut those it had."""
        self._call("POST", "/proxies/" + self.name, {"enabled": enabled})

    def close(self):
        self._call("DELETE", "/proxies/" + self.name)


class BlackHole:
    """A port whose accept queue is full: the kernel answers no further SYN, so that a connect hangs
    until its own deadline. Needs neither root nor a namespace."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        self.fillers = []
        for _ in range(16):
            filler = socket.socket()
            filler.settimeout(0.2)
            self.fillers.append(filler)
            try:
                filler.connect(("127.0.0.1", self.port))
            except TimeoutError:
                return
        raise AssertionError("port %d still accepts" % self.port)

    def close(self):
        for s in [self.listener, *self.fillers]:
            s.close()


class Valve:
    """A relay to a port. shut() stops every byte both ways and leaves new connections in the accept
    queue without an answer; open() lets everything go on where it stood."""

    def __init__(self, upstream_port):
        self.upstream = upstream_port
        self.passing = threading.Event()
        self.passing.set()
        self.sockets = []
        self.lock = threading.Lock()
        self.closed = False
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self):
        return "http://127.0.0.1:%d" % self.port

    def shut(self):
        self.passing.clear()

    def open(self):
        self.passing.set()

    def _accept(self):
        while not self.closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client):
        self.passing.wait()
        try:
            server = socket.create_connection(("127.0.0.1", self.upstream), 10)
            server.settimeout(None)
        except OSError:
            client.close()
            return
        with self.lock:
            self.sockets += [client, server]
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source, target):
        try:
            while True:
                self.passing.wait()
                data = source.recv(65536)
                self.passing.wait()
                if self.closed or not data:
                    break
                target.sendall(data)
        except OSError:
            pass  # either end went away, which ends the connection
        for s in (source, target):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.closed = True
        self.passing.set()
        self.listener.close()
        with self.lock:
            for s in self.sockets:
                s.close()


SLOW_DOWN = (503, {"Content-Type": "application/xml"},
             b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SlowDown</Code><Message>"
             b"Please reduce your request rate.</Message></Error>")
SKEWED = (403, {"Content-Type": "application/xml"},
          b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>RequestTimeTooSkewed</Code>"
          b"<Message>The difference between the request time and the current time is too large."
          b"</Message></Error>")


REFUSED = (403, {"Content-Type": "application/xml"},
           b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>InvalidAccessKeyId</Code>"
           b"<Message>The access key that was given does not exist.</Message></Error>")
NO_BUCKET = (404, {"Content-Type": "application/xml"},
             b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NoSuchBucket</Code>"
             b"<Message>The specified bucket does not exist.</Message></Error>")
HANG_UP = "hang up"    # the connection ends, the store has not seen the request
LOST = "lost answer"   # the store did as it was asked, and the connection ends
CUT = "cut short"      # half of the body, and the connection ends


class Cut(Exception):
    """Ends a connection without an answer."""


class FaultyHttp:
    """An HTTP relay that keeps the Host header, so that signatures stay valid for the store's own
    address. `answer(method, path)` returns None to pass the request on, (status, headers, body), or
    HANG_UP, LOST or CUT. `log` keeps (method, path, status), 0 for a status that nobody saw."""

    def __init__(self, upstream_port, answer=None):
        self.upstream = upstream_port
        self.answer = answer or (lambda method, path: None)
        self.log = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()

    def arrived(self, method, path, headers):
        """A request is here and the store has not seen it. Cut: the store never does."""

    def answered(self, method, path, headers, status):
        """The store has answered. Cut: the client never learns of it."""

    @property
    def endpoint(self):
        return "http://127.0.0.1:%d" % self.port

    def forget(self):
        self.log = []

    def count(self, method=None, status=None):
        return sum(1 for m, _, s in list(self.log)
                   if method in (None, m) and status in (None, s))

    def _handler(relay):  # noqa: N805: the handler has a self of its own
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay(self):
                body = self.body()
                try:
                    relay.arrived(self.command, self.path, self.headers)
                    made = relay.answer(self.command, self.path)
                    if made == HANG_UP:
                        return self.end()
                    given = made if isinstance(made, tuple) else None
                    status, headers, text = given or self.ask(body)
                    if made == LOST:
                        return self.end()
                    relay.log.append((self.command, self.path, status))
                    relay.answered(self.command, self.path, self.headers, status)
                except Cut:
                    self.close_connection = True
                    return
                self.send_response_only(status)
                for name, value in headers.items():
                    if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                        self.send_header(name, value)
                length = len(text)
                if self.command == "HEAD":
                    length = next((v for k, v in headers.items()
                                   if k.lower() == "content-length"), 0)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text[:len(text) // 2] if made == CUT else text)
                if made == CUT:
                    self.close_connection = True

            def end(self):
                relay.log.append((self.command, self.path, 0))
                self.close_connection = True

            def body(self):
                if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = []
                while True:
                    size = int(self.rfile.readline().split(b";")[0], 16)
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                    if size == 0:
                        return b"".join(parts)

            def ask(self, body):
                connection = http.client.HTTPConnection("127.0.0.1", relay.upstream, timeout=60)
                try:
                    connection.putrequest(self.command, self.path, skip_host=True,
                                          skip_accept_encoding=True)
                    for name, value in self.headers.items():
                        if name.lower() not in ("content-length", "transfer-encoding",
                                                "connection", "expect"):
                            connection.putheader(name, value)
                    if body or self.command in ("PUT", "POST"):
                        connection.putheader("Content-Length", str(len(body)))
                    connection.endheaders(body or None)
                    answer = connection.getresponse()
                    return answer.status, dict(answer.getheaders()), answer.read()
                finally:
                    connection.close()

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # whoever asked has gone
            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = relay
        return Handler

    def close(self):
        self.server.shutdown()
        self.server.server_close()


OWN_NETWORK = "ALLUXIO_OWN_NETWORK"


def own_network(mounts=False):
    """Call it first in a suite's main: runs the same command again in a network namespace with
    nothing but a loopback device, so that drop() touches nobody else. Needs root and nftables.
    `mounts`: in a namespace of mounts, too, so that none outlives the suite."""
    if os.environ.get(OWN_NETWORK):
        return
    for tool in ("unshare", "ip", "nft"):
        if not shutil.which(tool):
            raise SystemExit("%s is not there; see tools/packages.txt" % tool)
    os.environ[OWN_NETWORK] = "1"
    script = "ip link set lo up && exec \"$@\""
    spaces = ["--net", "--mount"] if mounts else ["--net"]
    os.execvp("unshare", ["unshare", *spaces, "sh", "-c", script, "sh", sys.executable, *sys.argv])


def _nft(text):
    if not os.environ.get(OWN_NETWORK):
        raise AssertionError("packets are dropped in an own network only")
    done = subprocess.run(["nft", "-f", "-"], input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError("nft: %s" % done.stdout.decode())


def drop(*ports, sides=("dport", "sport")):
    """Packets to and from these ports vanish, in connections that are open too. With one of the two
    sides only, those to them ("dport") or from them ("sport")."""
    rules = "".join("add rule inet faults input tcp %s %d drop\n" % (side, port)
                    for port in ports for side in sides)
    _nft("add table inet faults\n"
         "add chain inet faults input { type filter hook input priority 0; }\n" + rules)


def heal():
    """Packets pass again."""
    _nft("add table inet faults\ndelete table inet faults\n")
