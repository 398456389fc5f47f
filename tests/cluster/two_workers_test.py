"""Two workers under different host names: reads from the other one, copies to the near one, loss of
one, and orders of the master that reach both; through our command line and the stock client."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import Batch, NativeCluster, free_port, wait_until  # noqa: E402

# The host names of the workers, and of the clients near to them. Every client takes a worker named
# "localhost" for near, so these are other names of this machine.
NEAR_FIRST = "127.0.0.2"
NEAR_SECOND = "127.0.0.3"


class TwoWorkers(NativeCluster):
    def __init__(self, properties=None):
        super().__init__({
            "alluxio.worker.hostname": NEAR_FIRST,
            "alluxio.worker.block.heartbeat.interval": "100ms",
            "alluxio.master.worker.timeout": "2s",
            "alluxio.master.lost.worker.detection.interval": "200ms",
            "alluxio.master.lost.worker.file.detection.interval": "200ms",
            "alluxio.user.block.size.bytes.default": "1MB",
            "alluxio.user.rpc.retry.max.duration": "5s",
            **(properties or {})})
        self.second = None
        self.second_conf = os.path.join(self.folder, "conf2")
        self.second_ram = tempfile.mkdtemp(prefix="second-", dir=os.path.dirname(self.ram))
        shutil.copytree(self.conf, self.second_conf)
        self.second_port = free_port()
        with open(os.path.join(self.second_conf, "alluxio-site.properties"), "a") as f:
            f.write("alluxio.worker.hostname=%s\nalluxio.worker.rpc.port=%d\n"
                    "alluxio.worker.web.port=%d\n"
                    "alluxio.worker.tieredstore.level0.dirs.path=%s\n"
                    % (NEAR_SECOND, self.second_port, free_port(), self.second_ram))

    def start_second(self):
        os.makedirs(os.path.join(self.logs, "2"), exist_ok=True)
        env = dict(self.environment(), ALLUXIO_CONF_DIR=self.second_conf,
                   ALLUXIO_LOGS_DIR=os.path.join(self.logs, "2"))
        self.second = self._spawn("second", self.command("worker"), env)
        self._await("second", self.second, self.second_port)
        wait_until("two workers", lambda: self.capacity() == 2 << 30)

    def start(self, format_first=True):
        super().start(format_first)
        self.start_second()
        return self

    def stop(self):
        self.stop_process(self.second)
        super().stop()

    def close(self, keep=False):
        if self.second is not None and self.second.poll() is None:
            self.second.kill()
            self.second.wait()
        super().close(keep)
        shutil.rmtree(self.second_ram, ignore_errors=True)

    def capacity(self):
        _, out, _ = self.cli("fs", "getCapacityBytes", check=True)
        return int(re.search(r"\d{4,}", out).group()) if re.search(r"\d{4,}", out) else 0

    def fs(self, near, *args, check=True, **properties):
        settings = ["-Dalluxio.user.hostname=" + near]
        settings += ["-D%s=%s" % item for item in properties.items()]
        return self.cli("fs", *settings, *args, check=check)

    def write(self, near, path, data, write_type="MUST_CACHE"):
        local = os.path.join(self.folder, "data")
        with open(local, "wb") as f:
            f.write(data)
        self.fs(near, "copyFromLocal", local, path,
                **{"alluxio.user.file.writetype.default": write_type})

    def read(self, near, path):
        local = os.path.join(self.folder, "read")
        if os.path.exists(local):
            os.remove(local)
        code, out, err = self.fs(near, "copyToLocal", path, local, check=False)
        if code != 0:
            raise AssertionError("reading %s: %s%s" % (path, out, err))
        with open(local, "rb") as f:
            return f.read()

    def blocks(self, path):
        _, out, _ = self.cli("fs", "stat", path, check=True)
        return re.findall(r"\d+", re.search(r"blockIds=\[([^\]]*)\]", out).group(1))

    def held(self, path):
        """How many of the file's blocks (the first, the second) worker has on its disk."""
        blocks = self.blocks(path)
        return self.count(blocks, self.ram), self.count(blocks, self.second_ram)

    @staticmethod
    def count(blocks, folder):
        found = {f for _, _, files in os.walk(folder) for f in files}
        return sum(block in found for block in blocks)


class TwoWorkersTest(unittest.TestCase):
    def make(self, properties=None):
        cluster = TwoWorkers(properties)
        self.addCleanup(cluster.close)
        return cluster.start()

    def java(self, cluster, near):
        shell = Batch("HadoopShellBatch", "client",
                      cluster.java_options() + ["-Dalluxio.user.hostname=" + near], [cluster.uri],
                      conf_dir=cluster.conf)
        self.addCleanup(shell.close)
        return shell

    def test_reads_of_the_far_worker_and_copies_to_the_near_one(self):
        cluster = self.make()
        data = os.urandom(2_500_000)
        for path in ("/native", "/part", "/java"):
            cluster.write(NEAR_SECOND, path, data)
            self.assertEqual(cluster.held(path), (0, 3))
        self.assertEqual(cluster.read(NEAR_FIRST, "/native"), data)
        wait_until("copies at the near worker", lambda: cluster.held("/native") == (3, 3))
        self.assertEqual(cluster.read(NEAR_FIRST, "/native"), data)
        # A part of a block asks the near worker to fetch the whole block from the far one.
        cluster.fs(NEAR_FIRST, "head", "-c", "10", "/part")
        wait_until("the block that was read", lambda: cluster.held("/part") == (1, 3))
        shell = self.java(cluster, NEAR_FIRST)
        local = os.path.join(cluster.folder, "from-java")
        code, out, err = shell.run("-get", "/java", local)
        self.assertEqual(code, 0, out + err)
        with open(local, "rb") as f:
            self.assertEqual(f.read(), data)
        wait_until("copies asked for by Java", lambda: cluster.held("/java") == (3, 3))
        cluster.stop()

    def test_no_copies_when_passive_caching_is_off(self):
        cluster = self.make({"alluxio.user.file.passive.cache.enabled": "false"})
        data = os.urandom(100_000)
        cluster.write(NEAR_SECOND, "/a", data)
        self.assertEqual(cluster.read(NEAR_FIRST, "/a"), data)
        shell = self.java(cluster, NEAR_FIRST)
        code, out, err = shell.run("-cat", "/a")
        self.assertEqual(code, 0, err)
        self.assertEqual(cluster.held("/a"), (0, 1))
        cluster.stop()

    def test_free_and_delete_reach_both(self):
        cluster = self.make()
        data = os.urandom(1_500_000)
        cluster.write(NEAR_SECOND, "/kept", data, "CACHE_THROUGH")
        cluster.write(NEAR_SECOND, "/gone", data)
        for path in ("/kept", "/gone"):
            self.assertEqual(cluster.read(NEAR_FIRST, path), data)
            wait_until("copies at both", lambda path=path: cluster.held(path) == (2, 2))
        cluster.cli("fs", "free", "/kept", check=True)
        wait_until("both to free", lambda: cluster.held("/kept") == (0, 0))
        self.assertEqual(cluster.read(NEAR_SECOND, "/kept"), data)
        wait_until("the near one to cache", lambda: cluster.held("/kept") == (0, 2))
        blocks = cluster.blocks("/gone")
        cluster.cli("fs", "rm", "/gone", check=True)
        wait_until("both to delete", lambda: cluster.count(blocks, cluster.ram) == 0
                   and cluster.count(blocks, cluster.second_ram) == 0)
        cluster.stop()

    def test_one_worker_is_killed(self):
        cluster = self.make()
        data = os.urandom(2_500_000)
        cluster.write(NEAR_SECOND, "/through", data, "CACHE_THROUGH")
        cluster.write(NEAR_SECOND, "/both", data)
        cluster.write(NEAR_SECOND, "/only", data)
        cluster.read(NEAR_FIRST, "/both")
        wait_until("copies at both", lambda: cluster.held("/both") == (3, 3))
        shell = self.java(cluster, NEAR_SECOND)
        self.assertEqual(shell.run("-ls", "/")[0], 0)
        cluster.second.send_signal(signal.SIGKILL)
        cluster.second.wait()
        # At once, while the master still names the dead worker.
        for number, path in enumerate(("/both", "/through")):
            self.assertEqual(cluster.read(NEAR_SECOND, path), data)
            local = os.path.join(cluster.folder, "from-java%d" % number)
            code, out, err = shell.run("-get", path, local)
            self.assertEqual(code, 0, out + err)
            with open(local, "rb") as f:
                self.assertEqual(f.read(), data)
        wait_until("the loss to be noticed", lambda: cluster.capacity() == 1 << 30)
        self.assertEqual(cluster.read(NEAR_FIRST, "/through"), data)
        wait_until("the only copy to be lost",
                   lambda: "LOST" in cluster.cli("fs", "stat", "/only", check=True)[1])
        with self.assertRaises(AssertionError):
            cluster.read(NEAR_FIRST, "/only")
        cluster.write(NEAR_SECOND, "/new", data)
        self.assertEqual(cluster.held("/new"), (3, 0))
        cluster.start_second()
        self.assertEqual(cluster.read(NEAR_FIRST, "/only"), data)
        cluster.stop()

    def test_a_worker_that_stood_still_comes_back(self):
        cluster = self.make()
        data = os.urandom(1_500_000)
        cluster.write(NEAR_SECOND, "/only", data)
        cluster.second.send_signal(signal.SIGSTOP)
        wait_until("the loss to be noticed", lambda: cluster.capacity() == 1 << 30)
        cluster.write(NEAR_SECOND, "/meanwhile", data)
        cluster.cli("fs", "mkdir", "/serving", check=True)
        cluster.second.send_signal(signal.SIGCONT)
        wait_until("it to be back", lambda: cluster.capacity() == 2 << 30)
        self.assertEqual(cluster.read(NEAR_FIRST, "/only"), data)
        blocks = cluster.blocks("/only")
        # What is deleted while it stands still is freed when it is back.
        cluster.second.send_signal(signal.SIGSTOP)
        wait_until("the loss to be noticed", lambda: cluster.capacity() == 1 << 30)
        cluster.cli("fs", "rm", "/only", check=True)
        cluster.second.send_signal(signal.SIGCONT)
        wait_until("its blocks to be freed",
                   lambda: cluster.count(blocks, cluster.second_ram) == 0, 60)
        cluster.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
