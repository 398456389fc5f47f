"""Servers restart or stand still in the middle of work: the stock client goes on with a file it has
open, and a worker comes back with everything it had."""
import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import JAVA_FLAGS, NativeCluster, class_path, wait_until  # noqa: E402

MB = 1 << 20


class OpenWriter:
    """tests/java/src/client/OpenWriter.java as a process."""

    def __init__(self, cluster, path, seed, total):
        self.local = os.path.join(cluster.folder, "written")
        self.process = subprocess.Popen(
            ["java", *JAVA_FLAGS, "-Xmx512m", *cluster.java_options(),
             "-cp", cluster.conf + ":" + class_path("client"), "OpenWriter", cluster.uri, path,
             str(seed), str(total), self.local],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=open(os.path.join(cluster.logs, "writer.out"), "ab"))
        self.answer()

    def answer(self):
        line = self.process.stdout.readline().decode().strip()
        if line != "OK":
            raise AssertionError("the writer says: %r" % line)

    def send(self, command):
        self.process.stdin.write(("%s\n" % command).encode())
        self.process.stdin.flush()

    def do(self, command):
        self.send(command)
        self.answer()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class RestartTest(unittest.TestCase):
    def make(self, properties=None):
        cluster = NativeCluster({
            "alluxio.user.block.size.bytes.default": "1MB",
            "alluxio.worker.block.heartbeat.interval": "100ms",
            "alluxio.master.worker.timeout": "2s",
            "alluxio.master.lost.worker.detection.interval": "200ms",
            "alluxio.master.worker.connect.wait.time": "100ms",
            "alluxio.user.rpc.retry.max.duration": "20s",
            **(properties or {})})
        self.addCleanup(cluster.close)
        return cluster.start()

    def writer(self, cluster, path, total):
        writer = OpenWriter(cluster, path, 7, total)
        self.addCleanup(writer.end)
        return writer

    def registrations(self, cluster):
        with open(os.path.join(cluster.logs, "worker.log"), errors="replace") as log:
            return log.read().count("worker: registered ")

    def await_registration(self, cluster):
        """The worker has registered since a server came back: before that nobody can read."""
        wait_until("the worker to register", lambda:
                   self.registrations(cluster) > self.registered, 60)

    def same(self, cluster, path, local):
        self.await_registration(cluster)
        out = os.path.join(cluster.folder, "read")
        if os.path.exists(out):
            os.remove(out)
        cluster.cli("fs", "copyToLocal", path, out, check=True)
        with open(out, "rb") as a, open(local, "rb") as b:
            self.assertEqual(a.read(), b.read())

    def kill_and_start(self, cluster, role, sig=signal.SIGKILL):
        cluster.stop_process(getattr(cluster, role), sig)
        self.registered = self.registrations(cluster)
        getattr(cluster, "start_" + role)()

    def test_writes_go_on_over_restarts_of_the_master(self):
        for write_type in ("MUST_CACHE", "CACHE_THROUGH", "ASYNC_THROUGH"):
            with self.subTest(write_type):
                cluster = self.make({"alluxio.user.file.writetype.default": write_type})
                writer = self.writer(cluster, "/d/f", 6 * MB)
                for sig in (signal.SIGKILL, signal.SIGTERM):
                    writer.do(MB * 3 // 2)
                    self.kill_and_start(cluster, "master", sig)
                writer.do(MB * 3)
                self.kill_and_start(cluster, "master")
                writer.do("close")
                self.same(cluster, "/d/f", writer.local)
                self.kill_and_start(cluster, "master")
                self.same(cluster, "/d/f", writer.local)
                writer.end()
                cluster.stop()

    def test_writes_go_on_after_the_worker_stood_still(self):
        cluster = self.make({"alluxio.user.file.writetype.default": "MUST_CACHE"})
        writer = self.writer(cluster, "/f", 4 * MB)
        writer.do(MB * 3 // 2)
        cluster.worker.send_signal(signal.SIGSTOP)
        wait_until("the loss to be noticed", lambda: "0" == cluster.cli(
            "fs", "getCapacityBytes", check=True)[1].split()[-1])
        writer.send(MB * 5 // 2)
        self.registered = self.registrations(cluster)
        cluster.worker.send_signal(signal.SIGCONT)
        writer.answer()
        writer.do("close")
        self.same(cluster, "/f", writer.local)
        cluster.stop()

    def test_a_worker_restarts_with_a_thousand_blocks(self):
        cluster = self.make({"alluxio.user.file.writetype.default": "MUST_CACHE",
                             "alluxio.user.block.size.bytes.default": "4KB"})
        local = os.path.join(cluster.folder, "data")
        with open(local, "wb") as f:
            f.write(os.urandom(4096 * 1000))
        cluster.cli("fs", "copyFromLocal", local, "/f", check=True)
        for sig in (signal.SIGKILL, signal.SIGTERM):
            self.kill_and_start(cluster, "worker", sig)
            self.await_registration(cluster)  # the master still shows what it knew of the old one
            wait_until("all blocks to be known again", lambda: "inAlluxioPercentage=100" in
                       cluster.cli("fs", "stat", "/f", check=True)[1].replace(" ", ""))
            self.same(cluster, "/f", local)
        cluster.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
