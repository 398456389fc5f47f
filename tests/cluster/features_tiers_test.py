"""Memory above two folders, damaged blocks, and checkpoints that start us and the Java master."""
import os
import shutil
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import JavaCluster, wait_until  # noqa: E402
from feature_case import JAVA, MIB, FeatureCase  # noqa: E402


class TwoTiersTest(FeatureCase):
    """Memory above two folders; checkpoints every few entries; damage."""

    @classmethod
    def setUpClass(cls):
        cls.PROPERTIES = {
            "alluxio.user.block.size.bytes.default": "1MB",
            "alluxio.user.file.reserved.bytes": "1MB",
            "alluxio.worker.ramdisk.size": "8MB",
            "alluxio.worker.tieredstore.levels": "2",
            "alluxio.worker.tieredstore.level1.alias": "HDD",
            "alluxio.worker.tieredstore.level1.dirs.path": "${alluxio.home}/hdd1,"
                                                           "${alluxio.home}/hdd2",
            "alluxio.worker.tieredstore.level1.dirs.quota": "16MB,16MB",
            "alluxio.worker.tieredstore.level1.dirs.mediumtype": "HDD,HDD",
            "alluxio.worker.block.heartbeat.interval": "200ms",
            "alluxio.master.journal.checkpoint.period.entries": "100",
            "alluxio.master.journal.log.size.bytes.max": "8KB",
        }
        super().setUpClass()

    def block_files(self):
        """Where each block is: id -> file."""
        found = {}
        for folder in (self.cluster.ram, *(os.path.join(self.cluster.folder, "hdd%d" % i)
                                           for i in (1, 2))):
            blocks = os.path.join(folder, "alluxioworker")
            for name in os.listdir(blocks) if os.path.isdir(blocks) else ():
                if name.isdigit():
                    found[int(name)] = os.path.join(blocks, name)
        return found

    def file_of(self, path):
        return self.block_files().get(int(self.stat(path)["blocks"].strip("[]").split(",")[0]))

    def test_blocks_go_down_and_are_promoted(self):
        contents = {}
        for i in range(16):
            path = "%s/%d" % (self.home, i)
            contents[path] = self.put(path, self.data(MIB, i),
                                      "CACHE_THROUGH" if i < 8 else "MUST_CACHE")
        def below():
            return [path for path in contents if "/hdd" in (self.file_of(path) or "")]
        wait_until("what has no room in memory to be below", lambda: len(below()) >= 8)
        down = below()
        for path in down[:3]:
            self.assertEqual(self.read(path, "CACHE_PROMOTE"), self.digest(contents[path]))
            wait_until("the promoted block in memory",
                       lambda: (self.file_of(path) or "").startswith(self.cluster.ram))
        self.restart_worker()
        for path, content in contents.items():
            self.assertEqual(self.read(path), self.digest(content))
        self.fs("rm", self.home, "recursive=true")
        wait_until("the block files to go", lambda: not self.block_files())

    def test_damaged_blocks_are_found_and_fetched_again(self):
        good = self.put(self.home + "/persisted", self.data(MIB, 1), "CACHE_THROUGH")
        self.put(self.home + "/memory", self.data(MIB, 2), "MUST_CACHE")
        self.put(self.home + "/shorter", self.data(MIB, 3), "CACHE_THROUGH")
        self.cluster.stop_process(self.cluster.worker)
        for name in ("persisted", "memory"):
            with open(self.file_of(self.home + "/" + name), "r+b") as f:
                f.seek(MIB // 2)
                byte = f.read(1)[0]
                f.seek(MIB // 2)
                f.write(bytes([byte ^ 4]))
        with open(self.file_of(self.home + "/shorter"), "r+b") as f:
            f.truncate(1000)
        self.cluster.start_worker()
        self.await_worker()
        self.assertEqual(self.read(self.home + "/persisted"), self.digest(good))
        self.assertEqual(self.read(self.home + "/persisted", "NO_CACHE"), self.digest(good))
        self.assertEqual(self.read(self.home + "/shorter"), self.digest(self.data(MIB, 3)))
        code, out, err = self.call("read", self.home + "/memory", "readType=CACHE",
                                   conf="alluxio.user.block.read.retry.max.duration=1s")
        self.assertNotEqual(code, 0, out)
        kept = []
        for folder, _, names in os.walk(self.cluster.folder):
            kept += [n for n in names if folder.endswith(".alluxio_quarantine")]
        for folder, _, names in os.walk(self.cluster.ram):
            kept += [n for n in names if folder.endswith(".alluxio_quarantine")]
        self.assertGreaterEqual(len(kept), 2)
        self.fs("rm", self.home, "recursive=true")

    def test_worker_restart_keeps_blocks(self):
        content = self.put(self.home + "/file", self.data(3 * MIB), "MUST_CACHE")
        self.restart_worker()
        self.assertEqual(self.read(self.home + "/file"), self.digest(content))
        self.cluster.stop_process(self.cluster.worker, signal.SIGKILL)
        self.cluster.start_worker()
        self.await_worker()
        self.assertEqual(self.read(self.home + "/file"), self.digest(content))
        self.fs("rm", self.home, "recursive=true")

    def test_zz_checkpoints_start_us_and_java(self):
        if JAVA:
            self.skipTest("ours")
        for i in range(150):
            self.fs("mkdir", "%s/%03d" % (self.home, i), "recursive=true")
        content = self.put(self.home + "/file", self.data(2 * MIB), "CACHE_THROUGH", "mode=0640",
                           "xattr.k=v", "commonOptions.ttl=100000000")
        self.fs("set", self.home + "/001", "pinned=true")
        os.makedirs(os.path.join(self.cluster.folder, "mounted"))
        self.fs("mount", self.home + "/mounted", os.path.join(self.cluster.folder, "mounted"))
        self.fs("rm", self.home + "/149")
        wait_until("a checkpoint of FileSystemMaster",
                   lambda: self.checkpoints("FileSystemMaster"))
        self.restart_master()
        for i in range(150, 300):
            self.fs("mkdir", "%s/%03d" % (self.home, i))
        time.sleep(1)
        self.restart_master()
        before = self.fs("ls", "/", "recursive=true")
        status = self.stat(self.home + "/file")
        self.cluster.stop()
        for folder, _, names in os.walk(self.cluster.journal):
            self.assertFalse([n for n in names if n.endswith("-0x7fffffffffffffff")], folder)
        java = JavaCluster(self.PROPERTIES)
        self.addCleanup(java.close)
        shutil.rmtree(java.journal)
        shutil.copytree(self.cluster.journal, java.journal)
        java.properties = dict(self.cluster.properties)
        java.properties["alluxio.master.journal.folder"] = java.journal
        java.master_port = self.cluster.master_port
        java.write_conf()
        java.start_master()
        wait_until("Java's listing", lambda: self.call("ls", "/", "recursive=true")[0] == 0, 60)
        self.assertEqual(self.fs("ls", "/", "recursive=true"), before)
        now = self.stat(self.home + "/file")
        for key in ("owner", "group", "mode", "length", "ttl", "ttlAction", "xattr.k", "id",
                    "blocks", "persistence", "ufsPath", "mtime"):
            self.assertEqual(now[key], status[key], key)
        self.assertEqual(self.stat(self.home + "/001")["pinned"], "true")
        self.assertIn(self.home + "/mounted", self.fs("mounts", "/"))
        # What Java writes then, a checkpoint among it, is read by us.
        for i in range(300, 420):
            self.fs("mkdir", "%s/%03d" % (self.home, i))
        code, text = java.java_main("alluxio.cli.fsadmin.FileSystemAdminShell", "journal",
                                    "checkpoint")
        self.assertEqual(code, 0, text)
        before = self.fs("ls", "/", "recursive=true")
        java.stop()
        checkpoints = os.listdir(java.journal + "/FileSystemMaster/v1/checkpoints")
        self.assertTrue(checkpoints)
        shutil.rmtree(self.cluster.journal)
        shutil.copytree(java.journal, self.cluster.journal)
        self.cluster.start(format_first=False)
        self.await_worker()
        self.assertEqual(self.fs("ls", "/", "recursive=true"), before)
        self.assertEqual(self.read(self.home + "/file"), self.digest(content))

    def checkpoints(self, master):
        folder = os.path.join(self.cluster.journal, master, "v1", "checkpoints")
        return os.listdir(folder) if os.path.isdir(folder) else []


if __name__ == "__main__":
    unittest.main(verbosity=2)
