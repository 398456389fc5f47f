#!/usr/bin/env python3
"""What idle clients cost a server: memory for each authenticated connection and for each idle
stream, and CPU while nothing happens. Needs build/release/bin/rpc-echo and a limit of open files
above the number of connections, in each of two processes.

  idle_connections.py [transport=LEAN|GRPC] [connections=100000] [streams=10000] [seconds=30]
                      [certificate=<file> key=<file>]
"""
import json
import os
import resource
import select
import socket
import ssl
import sys
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests", "interop"))
import command_line  # noqa: E402
from echo_server import EchoServer  # noqa: E402

PATH = b"/alluxio.grpc.sasl.SaslAuthenticationService/authenticate"
# Of one address of ours to one of the server. The kernel looks for a free one from port to port,
# the even ones first, which takes long when most of those are in use.
PORTS_OF_ADDRESS = 5000
AT_ONCE = 500
PROGRESS = 10000


def frame(kind, flags, stream, payload):
    return (len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
            + payload)


def literal(name, value):
    """A header field of HPACK, without Huffman codes and tables; shorter than 127 bytes each."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


HEADERS = b"".join(literal(*field) for field in (
    (b":method", b"POST"), (b":scheme", b"http"), (b":path", PATH), (b":authority", b"bench"),
    (b"te", b"trailers"), (b"content-type", b"application/grpc")))
GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")


def field(number, value):
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def authentication(stream):
    """CHALLENGE of SIMPLE, as field numbers of proto/grpc/sasl_server.proto."""
    message = (field(1, 0) + field(2, b"\0idle\0noPassword")
               + field(3, str(uuid.uuid4()).encode()) + field(4, 1) + field(5, b"bench"))
    body = b"\0" + len(message).to_bytes(4, "big") + message
    return frame(1, 4, stream, HEADERS) + frame(0, 0, stream, body)


def answered(received):
    """How many messages with SUCCESS came; bytes of an incomplete frame are left."""
    count = 0
    while len(received) >= 9:
        size = int.from_bytes(received[:3], "big")
        if len(received) < 9 + size:
            break
        if received[3] == 0 and size > 5:
            count += 1
        if received[3] in (3, 7):
            raise AssertionError("refused: %r" % bytes(received[:9 + size]))
        del received[:9 + size]
    return count


class Clients:
    def __init__(self, port, context):
        self.port, self.context, self.sockets = port, context, []

    def connect(self):
        source = "127.0.%d.%d" % (1 + len(self.sockets) // PORTS_OF_ADDRESS, 1)
        made = socket.socket()
        made.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: the pair decides
        made.bind((source, 0))
        made.connect(("127.0.0.1", self.port))
        if self.context:
            made = self.context.wrap_socket(made, server_hostname="localhost")
        self.sockets.append(made)
        return made

    def expect(self, sockets, answers):
        """Waits until each socket has so many answers."""
        began = time.monotonic()
        poll = select.epoll()
        waiting = {each.fileno(): [each, bytearray(), answers] for each in sockets}
        for number in waiting:
            poll.register(number, select.EPOLLIN)
        while waiting:
            ready = poll.poll(60)
            if not ready:
                raise AssertionError("%d clients wait for an answer" % len(waiting))
            for number, _ in ready:
                state = waiting[number]
                part = state[0].recv(65536)
                if not part:
                    raise AssertionError("the server closed one of %d connections, after %.1f s"
                                         % (len(self.sockets), time.monotonic() - began))
                state[1] += part
                state[2] -= answered(state[1])
                if state[2] <= 0:
                    poll.unregister(number)
                    del waiting[number]
        poll.close()


def cost(pid):
    """(resident bytes, CPU seconds) of a process."""
    with open("/proc/%d/status" % pid) as status:
        rss = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return rss, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    given = command_line.settings(
        __doc__, ("transport", "connections", "streams", "seconds", "certificate", "key"))
    connections, streams = int(given.get("connections", 100000)), int(given.get("streams", 10000))
    needed = connections + 2000
    try:
        hard = max(needed, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    except (ValueError, OSError) as error:
        sys.exit("open files: %d are needed: %s (ulimit -Hn)" % (needed, error))
    options = {"transport": given.get("transport", "LEAN"), "authenticate": "true"}
    context = None
    if "certificate" in given:
        options.update(certificate=given["certificate"], key=given["key"])
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
    with EchoServer(**options) as server:
        pid = server.process.pid
        clients = Clients(server.port, context)
        # The first ones bring what a server keeps for all.
        for _ in range(100):
            clients.connect().sendall(GREETING + authentication(1))
        clients.expect(clients.sockets, 1)
        before, cpu = cost(pid)
        began = time.monotonic()
        for first in range(0, connections, AT_ONCE):
            some = [clients.connect() for _ in range(min(AT_ONCE, connections - first))]
            for each in some:
                each.sendall(GREETING + authentication(1))
            clients.expect(some, 1)
            if (first + AT_ONCE) % PROGRESS == 0:
                print("%d connections after %.0f s" % (first + AT_ONCE, time.monotonic() - began),
                      file=sys.stderr)
        took = time.monotonic() - began
        after, busy = cost(pid)
        row = {"transport": options["transport"], "tls": context is not None,
               "connections": connections,
               "bytes_per_connection": round((after - before) / max(connections, 1)),
               "cpu_us_per_connection": round((busy - cpu) * 1e6 / max(connections, 1), 1),
               "connect_s": round(took, 1)}
        for first in range(0, streams, AT_ONCE):  # on one connection more for each thousand
            count = min(AT_ONCE, streams - first)
            if first % 1000 == 0:
                busy_one = clients.connect()
                busy_one.sendall(GREETING)
            base = 1 + 2 * (first % 1000)
            busy_one.sendall(b"".join(authentication(base + 2 * i) for i in range(count)))
            clients.expect([busy_one], count)
        full, _ = cost(pid)
        time.sleep(1)
        _, idle_from = cost(pid)
        seconds = float(given.get("seconds", 30))
        time.sleep(seconds)
        end, idle_to = cost(pid)
        row.update(streams=streams, bytes_per_stream=round((full - after) / max(streams, 1)),
                   rss_mb=round(end / 1e6, 1),
                   idle_cpu_percent=round((idle_to - idle_from) / seconds * 100, 3))
        print(json.dumps(row))
        for each in clients.sockets:
            each.close()


if __name__ == "__main__":
    main()
