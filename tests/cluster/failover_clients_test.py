"""What clients notice of a failover: nothing. Reads and writes that are half-way when the primary
is killed or paused go on, through our command line and through the stock client, and an edit that
is sent again to the next primary is applied once.
"""
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import (BIN, Batch, JAVA_FLAGS, class_path, hold_environment,  # noqa: E402
                     wait_until, wait_until_held)
from masters import SESSION_SECONDS, Masters  # noqa: E402

MB = 1 << 20
SIZE = 32 * MB
# Whoever goes on after a failover needs less, on the slowest machine; whoever hangs waits longer.
LONG_SECONDS = 120


class JavaStream:
    """A file that the stock client has open: OpenReader or OpenWriter of tests/java/src/client."""

    def __init__(self, masters, program, *args, properties=()):
        cluster = masters.cluster
        with open(os.path.join(cluster.logs, program + ".out"), "ab") as log:
            self.process = subprocess.Popen(
                ["java", *JAVA_FLAGS, "-Xmx512m", *cluster.java_options(),
                 *("-D%s" % p for p in properties), "-cp",
                 cluster.conf + ":" + class_path("client"), program, masters.uri, *args],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline().decode().strip()
        if not line.startswith("OK"):
            raise AssertionError("the stock client says: %r" % line)
        return line[3:]

    def send(self, command):
        self.process.stdin.write(("%s\n" % command).encode())
        self.process.stdin.flush()

    def do(self, command):
        self.send(command)
        return self.answer()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class FailoverClientsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.masters = Masters(properties={
            "alluxio.user.block.size.bytes.default": "1MB",
            "alluxio.worker.block.heartbeat.interval": "200ms",
            "alluxio.master.persistence.initial.interval": "100ms",
        })
        cls.masters.__enter__()
        cls.content = random.Random(5).randbytes(SIZE)
        cls.local = os.path.join(cls.masters.cluster.folder, "content")
        with open(cls.local, "wb") as f:
            f.write(cls.content)

    @classmethod
    def tearDownClass(cls):
        cls.masters.__exit__(None, None, None)

    def setUp(self):
        for i, process in enumerate(self.masters.masters):
            if process.poll() is not None:
                self.masters.start(i)
        self.masters.wait_for_worker_everywhere()

    def spawn(self, *args, **environment):
        """Our command line, with pipes."""
        cluster = self.masters.cluster
        process = subprocess.Popen([os.path.join(BIN, "alluxio-cli"), *args],
                                   env=dict(cluster.environment(), **environment),
                                   cwd=cluster.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def check_end(self, process):
        """What it said; it has to end well."""
        out, err = process.communicate(timeout=LONG_SECONDS)
        self.assertEqual((process.returncode, err), (0, b""), out[:1000])
        return out

    def java(self, program, *args, properties=()):
        stream = JavaStream(self.masters, program, *args, properties=properties)
        self.addCleanup(stream.end)
        return stream

    def put(self, path, write_type):
        self.masters.cli("-Dalluxio.user.file.writetype.default=" + write_type,
                         "fs", "copyFromLocal", self.local, path, check=True)

    def check_content(self, path):
        out = os.path.join(self.masters.cluster.folder, "read")
        if os.path.exists(out):
            os.remove(out)
        self.masters.cli("fs", "copyToLocal", path, out, check=True)
        with open(out, "rb") as f:
            self.assertEqual(hashlib.md5(f.read()).hexdigest(),
                             hashlib.md5(self.content).hexdigest(), path)

    def kill_primary(self):
        self.masters.kill(self.masters.wait_for_primary())

    def test_reads_go_on(self):
        self.put("/cached", "MUST_CACHE")
        self.put("/cold", "THROUGH")
        sum_of_all = hashlib.md5(self.content).hexdigest()
        java = [self.java("OpenReader", path) for path in ("/cached", "/cold")]
        ours = [self.spawn("fs", "cat", path) for path in ("/cached", "/cold")]
        read = [process.stdout.read(5 * MB) for process in ours]
        for stream in java:
            stream.do(5 * MB)
        self.kill_primary()
        for process, first in zip(ours, read):
            out = self.check_end(process)
            self.assertEqual(hashlib.md5(first + out).hexdigest(), sum_of_all)
        for stream in java:
            self.assertEqual(stream.do("close"), sum_of_all)

    def begin_write(self, write_type):
        """Our command line stopped half-way through copying the file; (process, path)."""
        path = "/ours-%s-%d" % (write_type, time.monotonic_ns())
        process = self.spawn("-Dalluxio.user.file.writetype.default=" + write_type,
                             "fs", "copyFromLocal", self.local, path,
                             **hold_environment(self.local, SIZE // 2))
        wait_until_held(process)
        self.addCleanup(process.send_signal, signal.SIGCONT)
        return process, path

    def test_writes_go_on(self):
        types = ("MUST_CACHE", "CACHE_THROUGH", "THROUGH", "ASYNC_THROUGH")
        files = {}
        writers, streams = [], []
        for write_type in types:
            path = "/java-" + write_type
            stream = self.java("OpenWriter", path, "7", str(SIZE),
                               self.local + "-" + write_type,
                               properties=["alluxio.user.file.writetype.default=" + write_type])
            stream.do(SIZE // 2 + 1000)
            streams.append(stream)
            files[path] = write_type
        for write_type in types:
            process, path = self.begin_write(write_type)
            writers.append(process)
            files[path] = write_type
        self.kill_primary()
        for process in writers:
            process.send_signal(signal.SIGCONT)
            self.check_end(process)
        for stream in streams:
            stream.do(SIZE - SIZE // 2 - 1000)
            stream.do("close")
        content, ours = self.content, self.local
        for path, write_type in files.items():
            local = ours if path.startswith("/ours") else ours + "-" + write_type
            with open(local, "rb") as f:
                self.content = f.read()
            self.check_content(path)
            if write_type != "MUST_CACHE":
                stored = self.masters.cluster.ufs + path
                wait_until("%s to be persisted" % path, lambda: os.path.exists(stored))
                wait_until("its content", lambda: self.stored(stored) == self.content)
        self.content = content

    @staticmethod
    def stored(path):
        with open(path, "rb") as f:
            return f.read()

    def test_a_paused_primary_holds_up_nobody(self):
        self.put("/read", "MUST_CACHE")
        old = self.masters.wait_for_primary()
        reader = self.spawn("fs", "cat", "/read")
        first = reader.stdout.read(5 * MB)
        process, path = self.begin_write("MUST_CACHE")
        os.kill(self.masters.masters[old].pid, signal.SIGSTOP)
        self.addCleanup(self.masters.masters[old].send_signal, signal.SIGCONT)
        paused = time.monotonic()
        process.send_signal(signal.SIGCONT)
        self.check_end(self.spawn("fs", "mkdir", "/made-in-a-pause"))
        seconds = time.monotonic() - paused
        self.check_end(process)
        out = self.check_end(reader)
        print("a primary paused for as long as it takes: next edit after %.1f s (session: %d s), "
              "all after %.1f s" % (seconds, SESSION_SECONDS, time.monotonic() - paused))
        self.assertEqual(hashlib.md5(first + out).hexdigest(),
                         hashlib.md5(self.content).hexdigest())
        self.check_content(path)
        self.masters.masters[old].send_signal(signal.SIGCONT)
        wait_until("the old primary to step down",
                   lambda: "gives up its place" in self.masters.log(old))

    def test_an_edit_sent_again_to_the_next_primary_is_applied_once(self):
        cluster = self.masters.cluster
        java = Batch("FileSystemBatch", "client", cluster.java_options(), conf_dir=cluster.conf)
        self.addCleanup(java.close)

        def call(number, *words):
            same = ["commonOptions.operationId.%sSignificantBits=%d" % (half, number)
                    for half in ("most", "least")]
            code, _, err = java.run("", "", *words, *same)
            return code, err
        self.put("/gone", "MUST_CACHE")
        self.put("/old", "MUST_CACHE")
        edits = [("mkdir", "/new"), ("rm", "/gone"), ("mv", "/old", "/moved")]
        for number, edit in enumerate(edits):
            self.assertEqual(call(1000 + number, *edit), (0, ""), edit)
        self.kill_primary()
        for number, edit in enumerate(edits):
            self.assertEqual(call(1000 + number, *edit), (0, ""), "%s again" % (edit,))
        # As new edits they are refused, by the primary that took over as well.
        for number, edit in enumerate(edits):
            self.assertEqual(call(2000 + number, *edit)[0], 1, edit)
        self.check_content("/moved")


if __name__ == "__main__":
    unittest.main()
