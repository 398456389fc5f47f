"""Clients that stay connected and say nothing any more (SIGSTOP: their kernel still takes packets):
the worker gives them up after its keepalive time and timeout, and what they held is free again. One
that is only quiet keeps what it has."""
import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import JAVA_FLAGS, NativeCluster, class_path, wait_until  # noqa: E402

MIB = 1 << 20
BLOCK = 16 * MIB
TIME, TIMEOUT = 1, 1  # seconds, of alluxio.worker.network.keepalive
PROMPT = TIME + TIMEOUT + 6  # the rest is for a busy machine


class Client:
    """OpenReader or OpenWriter of tests/java/src/client, with short circuit or without."""

    def __init__(self, cluster, local, main, *args):
        self.process = subprocess.Popen(
            ["java", *JAVA_FLAGS, *cluster.java_options(),
             "-Dalluxio.user.short.circuit.enabled=%s" % str(local).lower(),
             "-cp", cluster.conf + ":" + class_path("client"), main, cluster.uri, *args],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line.startswith("OK"):
            raise AssertionError("the client said %r" % line)

    def do(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.answer()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class VanishedClientsTest(unittest.TestCase):
    transport = "LEAN"

    def setUp(self):
        self.cluster = NativeCluster({
            "alluxio.network.transport": self.transport,
            "alluxio.worker.network.keepalive.time": "%ds" % TIME,
            "alluxio.worker.network.keepalive.timeout": "%ds" % TIMEOUT,
            "alluxio.worker.ramdisk.size": "%d" % (3 * BLOCK),
            "alluxio.user.block.size.bytes.default": "%d" % BLOCK,
            "alluxio.user.file.writetype.default": "MUST_CACHE",
            "alluxio.user.streaming.reader.chunk.size.bytes": "64KB"})
        self.addCleanup(self.cluster.close)
        self.cluster.start()

    def client(self, *args):
        return self.enterContext(contextlib.closing(Client(self.cluster, *args)))

    def temporary(self):
        """Sizes of the half written blocks."""
        found = []
        for folder, _, names in os.walk(self.cluster.ram):
            if ".tmp_blocks" in folder:
                for name in names:
                    with contextlib.suppress(FileNotFoundError):
                        found.append(os.path.getsize(os.path.join(folder, name)))
        return found

    def put(self, path, check=True):
        data = os.path.join(self.cluster.folder, "data")
        with open(data, "wb") as file:
            file.write(os.urandom(BLOCK))
        return self.cluster.cli("fs", "copyFromLocal", data, path, check=check)

    def cached(self):
        _, out, _ = self.cluster.cli("fs", "ls", "/", check=True)
        return {line.split()[-1] for line in out.splitlines() if " 100%" in line}

    def test_writers(self):
        writers = [self.client(local, "OpenWriter", "/w%d" % local, "7", str(BLOCK),
                               os.path.join(self.cluster.folder, "w%d" % local))
                   for local in (True, False)]
        for writer in writers:
            writer.do(str(BLOCK // 2))
        wait_until("two half written blocks", lambda: len(self.temporary()) == 2)
        time.sleep(2 * (TIME + TIMEOUT))
        self.assertEqual(len(self.temporary()), 2)  # quiet is not gone
        for left, writer in ((1, writers[0]), (0, writers[1])):
            writer.freeze()
            wait_until("its block to go", lambda: len(self.temporary()) == left, PROMPT)
        # Their room is free, too.
        for i in range(3):
            self.put("/after%d" % i)

    def test_one_of_two_writers_goes_on(self):
        stays, goes = (self.client(local, "OpenWriter", "/w%d" % local, "7", str(BLOCK),
                                   os.path.join(self.cluster.folder, "w%d" % local))
                       for local in (True, False))
        for writer in (stays, goes):
            writer.do(str(BLOCK // 2))
        goes.freeze()
        wait_until("one block to go", lambda: len(self.temporary()) == 1, PROMPT)
        stays.do(str(BLOCK // 2))
        stays.do("close")
        _, out, _ = self.cluster.cli("fs", "checksum", "/w1", check=True)
        with open(os.path.join(self.cluster.folder, "w1"), "rb") as file:
            self.assertIn(hashlib.md5(file.read()).hexdigest(), out)

    def test_readers_on_the_host(self):
        self.walk_readers(True)

    def test_readers_elsewhere(self):
        self.walk_readers(False)

    def walk_readers(self, local):
        names = ["/r%d-%d" % (local, i) for i in range(3)]
        for name in names:
            self.put(name)
        readers = [self.client(local, "OpenReader", name) for name in names]
        for reader in readers:
            reader.do("1000")
        time.sleep(TIME + TIMEOUT + 1)
        # All three blocks are being read: none can be evicted.
        code, out, err = self.put("/too-much-%d" % local, check=False)
        self.assertNotEqual(code, 0, out + err)
        self.cluster.cli("fs", "rm", "/too-much-%d" % local)
        for reader in readers:
            reader.do("1000")
        readers[1].freeze()
        deadline = time.monotonic() + PROMPT
        while self.put("/fits-%d" % local, check=False)[0] != 0:
            self.assertLess(time.monotonic(), deadline)
            self.cluster.cli("fs", "rm", "/fits-%d" % local)
        wait_until("the master to hear of it", lambda: names[1] not in self.cached())
        self.assertLessEqual({names[0], names[2]}, self.cached())
        for reader in (readers[0], readers[2]):
            reader.do("close")


class GrpcTest(VanishedClientsTest):
    transport = "GRPC"


if __name__ == "__main__":
    unittest.main()
