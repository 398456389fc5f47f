"""The files of blocks that are gone, reused for new blocks: no byte of an old block may ever be
read in a new one, whoever writes it, however it ends. Every old byte here is an O, every new one an
N."""
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, Batch, NativeCluster, wait_until  # noqa: E402

BLOCK = 4 << 20
SIZES = (BLOCK + 1, 3 * BLOCK + 1000, 4 * BLOCK, 5 * BLOCK - 1)
STREAMED = "-Dalluxio.user.short.circuit.enabled=false"


class ReusedFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster({
            "alluxio.user.block.size.bytes.default": "4MB",
            "alluxio.user.file.writetype.default": "MUST_CACHE",
            "alluxio.worker.block.heartbeat.interval": "50ms",
            "alluxio.worker.ramdisk.size": "256MB",
            "alluxio.user.rpc.retry.max.duration": "5s"}).start()
        cls.blocks = os.path.join(cls.cluster.ram, "alluxioworker")

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()

    def local(self, letter, size):
        file = tempfile.NamedTemporaryFile(dir=self.cluster.folder, delete=False)
        with file:
            file.write(letter * size)
        return file.name

    def recycled(self):
        names = os.listdir(os.path.join(self.blocks, ".tmp_blocks"))
        return sum(name.startswith("recycled-") for name in names)

    def leave_old_files(self, count=12):
        """At least so many files of blocks that are gone lie there, full of O."""
        source = self.local(b"O", count * BLOCK)
        while self.recycled() < count:
            self.cluster.cli("fs", "copyFromLocal", source, "/old", check=True)
            self.cluster.cli("fs", "rm", "/old", check=True)
            wait_until("blocks to go", lambda: not self.committed())
        os.unlink(source)

    def committed(self):
        return [os.path.join(self.blocks, name) for name in os.listdir(self.blocks)
                if name.isdigit()]

    def temporary(self):
        root = os.path.join(self.blocks, ".tmp_blocks")
        return [name for folder in os.listdir(root) if not folder.startswith("recycled-")
                for name in os.listdir(os.path.join(root, folder))]

    def assert_new(self, path, size):
        """All committed blocks are new, and so is what a client reads."""
        files = self.committed()
        self.assertEqual(sum(map(os.path.getsize, files)), size)
        for name in files:
            with open(name, "rb") as f:
                content = f.read()
            self.assertEqual(content.count(b"N"), len(content), name)
        for how in ((), (STREAMED,)):
            read = subprocess.run([os.path.join(BIN, "alluxio-cli"), *how, "fs", "cat", path],
                                  env=self.cluster.environment(), stdout=subprocess.PIPE,
                                  check=True).stdout
            self.assertEqual((len(read), read.count(b"N")), (size, size))

    def walk(self, write, reuses):
        for size in SIZES:
            with self.subTest(size=size):
                self.leave_old_files()
                kept = self.recycled()
                write(self.local(b"N", size), "/new")
                self.assertEqual(kept - self.recycled(), (size - 1) // BLOCK if reuses else 0)
                self.assert_new("/new", size)
                self.cluster.cli("fs", "rm", "/new", check=True)
                wait_until("blocks to go", lambda: not self.committed())

    def native(self, *options):
        return lambda source, path: self.cluster.cli(*options, "fs", "copyFromLocal", source, path,
                                                     check=True)

    def test_short_circuit(self):
        self.walk(self.native(), reuses=True)

    def test_stream(self):
        self.walk(self.native(STREAMED), reuses=True)

    def stock(self, reuses, *options):
        shell = Batch("AlluxioShellBatch", "server", [*self.cluster.java_options(), *options],
                      conf_dir=self.cluster.conf)
        try:
            def write(source, path):
                code, out, err = shell.run("copyFromLocal", source, path)
                self.assertEqual(code, 0, out + err)
            self.walk(write, reuses)
        finally:
            shell.close()

    def test_stock_client_short_circuit(self):
        self.stock(False)

    def test_stock_client_stream(self):
        self.stock(True, STREAMED)

    def begin_copy(self, source, to, options):
        """A client that has begun to write into old files."""
        self.leave_old_files()
        client = subprocess.Popen(
            [os.path.join(BIN, "alluxio-cli"), *options, "fs", "copyFromLocal", source, to],
            env=self.cluster.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until("a block to be written", self.temporary, interval=0.001)
        return client

    def interrupted(self, *options):
        """A client that dies while it writes leaves nothing, and the next one finds nothing."""
        source = self.local(b"N", 12 * BLOCK)
        for _ in range(6):
            client = self.begin_copy(source, "/dead", options)
            time.sleep(random.uniform(0, 0.03))
            client.kill()
            client.wait()
            wait_until("its blocks to go", lambda: not self.temporary())
            for name in self.committed():
                with open(name, "rb") as f:
                    self.assertEqual(f.read().strip(b"N"), b"")
            self.cluster.cli("fs", "rm", "/dead")
            wait_until("blocks to go", lambda: not self.committed())

    def test_killed_client_short_circuit(self):
        self.interrupted()

    def test_killed_client_stream(self):
        self.interrupted(STREAMED)

    def test_killed_worker(self):
        source = self.local(b"N", 12 * BLOCK)
        for options in ((), (STREAMED,)):
            client = self.begin_copy(source, "/half", options)
            self.cluster.worker.kill()
            self.cluster.worker.wait()
            client.wait(120)
            self.cluster.start_worker()
            self.assertEqual(self.temporary(), [])
            for name in self.committed():
                with open(name, "rb") as f:
                    self.assertEqual(f.read().strip(b"N"), b"")
            self.cluster.cli("fs", "rm", "/half")
            wait_until("blocks to go", lambda: not self.committed())


if __name__ == "__main__":
    unittest.main()
