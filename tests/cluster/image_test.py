"""A master starts from the image that its checkpoint left beside it, and from the checkpoint alone
when the image is damaged, old, of another journal, or gone."""
import glob
import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import NativeCluster, wait_until  # noqa: E402

PARTS = ["BLOCK_MASTER", "INODE_TREE"]


class ImageTest(unittest.TestCase):
    def make(self, properties=None):
        cluster = NativeCluster({"alluxio.user.file.writetype.default": "CACHE_THROUGH",
                                 "alluxio.worker.block.heartbeat.interval": "100ms",
                                 **(properties or {})})
        self.addCleanup(cluster.close)
        return cluster.start()

    def images(self, cluster):
        return sorted(glob.glob(os.path.join(cluster.folder, "metastore", "images", "*")))

    def names(self, cluster):
        return [os.path.basename(path) for path in self.images(cluster)]

    def log(self, cluster):
        with open(os.path.join(cluster.logs, "master.log"), errors="replace") as log:
            return log.read()

    def registrations(self, cluster):
        with open(os.path.join(cluster.logs, "worker.log"), errors="replace") as log:
            return log.read().count("worker: registered ")

    def loaded(self, cluster):
        """Which parts the newest start took from an image."""
        newest = self.log(cluster)[self.mark:]
        return sorted(re.findall(r"loaded from an image name=(\w+)", newest))

    def restart(self, cluster, change=None):
        cluster.stop_process(cluster.master)
        if change:
            change()
        self.mark = len(self.log(cluster))
        registered = self.registrations(cluster)
        cluster.start_master()
        # Before that nobody sees where blocks are.
        wait_until("the worker to register", lambda: self.registrations(cluster) > registered)

    def fill(self, cluster, folder):
        local = os.path.join(cluster.folder, "data")
        with open(local, "wb") as f:
            f.write(os.urandom(3000))
        cluster.cli("fs", "mkdir", folder, check=True)
        for n in range(5):
            cluster.cli("fs", "copyFromLocal", local, "%s/f%d" % (folder, n), check=True)
        cluster.cli("fs", "setTtl", folder + "/f1", "100000000", check=True)
        cluster.cli("fs", "pin", folder + "/f2", check=True)
        cluster.cli("fs", "setfacl", "-m", "user:bob:rwx", folder + "/f3", check=True)
        cluster.cli("fs", "mv", folder + "/f4", folder + "/g4", check=True)

    def checkpoint(self, cluster):
        cluster.cli("fsadmin", "journal", "checkpoint", check=True)

    def listed(self, cluster):
        """What users see of everything: none of it may depend on how the master started."""
        shown = cluster.cli("fs", "ls", "-R", "/", check=True)[1]
        for path in re.findall(r"(/\S+)$", shown, re.M):
            for command in (("stat",), ("getfacl",)):
                shown += cluster.cli("fs", *command, path, check=True)[1]
        return re.sub(r"workerId=\d+", "", shown)  # a new one a registration

    def test_a_start_takes_images_and_sees_the_same(self):
        cluster = self.make()
        self.fill(cluster, "/a")
        before = self.listed(cluster)
        self.checkpoint(cluster)
        self.assertEqual(self.names(cluster), [part + ".image" for part in PARTS])
        for path in self.images(cluster):
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.restart(cluster)
        self.assertEqual(self.loaded(cluster), PARTS)
        self.assertEqual(self.listed(cluster), before)
        # Entries after the checkpoint are applied to what was loaded, and new ones go on from it.
        self.fill(cluster, "/b")
        cluster.cli("fs", "rm", "-R", "/a", check=True)
        before = self.listed(cluster)
        self.restart(cluster)
        self.assertEqual(self.loaded(cluster), PARTS)
        self.assertEqual(self.listed(cluster), before)
        self.checkpoint(cluster)
        self.restart(cluster)
        self.assertEqual(self.loaded(cluster), PARTS)
        self.assertEqual(self.listed(cluster), before)
        out = os.path.join(cluster.folder, "out")
        cluster.cli("fs", "copyToLocal", "/b/g4", out, check=True)
        self.assertEqual(os.path.getsize(out), 3000)
        cluster.stop()

    def test_what_does_not_fit_is_not_used(self):
        cluster = self.make()
        self.fill(cluster, "/a")
        before = self.listed(cluster)
        self.checkpoint(cluster)
        kept = os.path.join(cluster.folder, "kept")
        shutil.copytree(os.path.dirname(self.images(cluster)[0]), kept)

        def put_back():
            for path in glob.glob(os.path.join(kept, "*")):
                shutil.copy(path, os.path.join(cluster.folder, "metastore", "images"))

        def flip():
            put_back()
            for path in self.images(cluster):
                with open(path, "r+b") as f:
                    f.seek(os.path.getsize(path) // 2)
                    byte = f.read(1)[0]
                    f.seek(-1, os.SEEK_CUR)
                    f.write(bytes([byte ^ 4]))

        def tear():
            put_back()
            for path in self.images(cluster):
                os.truncate(path, os.path.getsize(path) * 2 // 3)

        def remove():
            for path in self.images(cluster):
                os.remove(path)

        for change in (flip, tear, remove):
            with self.subTest(change.__name__):
                self.restart(cluster, change)
                self.assertEqual(self.loaded(cluster), [])
                self.assertEqual(self.listed(cluster), before)
                self.assertEqual(self.names(cluster), [])
        # An old one, after a later checkpoint.
        cluster.cli("fs", "rm", "/a/f0", check=True)
        before = self.listed(cluster)
        self.checkpoint(cluster)
        self.restart(cluster, put_back)
        self.assertEqual(self.loaded(cluster), [])
        self.assertEqual(self.listed(cluster), before)
        cluster.stop()

    def test_the_java_shell_goes_on_after_a_start_from_images(self):
        cluster = self.make()
        shell = cluster.java_shell()
        self.addCleanup(shell.close)
        local = os.path.join(cluster.folder, "data")
        with open(local, "wb") as f:
            f.write(b"line\n" * 600)
        for command in (("mkdir", "/j"), ("copyFromLocal", local, "/j/s")):
            self.assertEqual(shell.run(*command)[0], 0, command)
        before = shell.run("ls", "/j")[1]
        self.checkpoint(cluster)
        self.restart(cluster)
        self.assertEqual(self.loaded(cluster), PARTS)
        self.assertEqual(shell.run("ls", "/j")[1], before)
        self.assertEqual(shell.run("cat", "/j/s")[1], "line\n" * 600)
        self.assertEqual(shell.run("copyFromLocal", local, "/j/t")[0], 0)
        self.assertIn("/j/t", shell.run("ls", "/j")[1])
        cluster.stop()

    def test_images_can_be_switched_off(self):
        cluster = self.make()
        self.fill(cluster, "/a")
        before = self.listed(cluster)
        self.checkpoint(cluster)
        cluster.properties["alluxio.master.metastore.image.enabled"] = "false"
        cluster.write_conf()
        self.restart(cluster)
        self.assertEqual(self.loaded(cluster), [])
        self.assertEqual(self.names(cluster), [])
        self.checkpoint(cluster)
        self.assertEqual(self.names(cluster), [])
        self.assertEqual(self.listed(cluster), before)
        cluster.stop()

    def test_a_folder_that_cannot_be_written_costs_only_time(self):
        cluster = self.make()
        self.fill(cluster, "/a")
        before = self.listed(cluster)
        with open(os.path.join(cluster.folder, "metastore"), "w"):
            pass  # a file where the folder should be
        self.checkpoint(cluster)
        self.assertIn("no image of INODE_TREE", self.log(cluster))
        self.restart(cluster)
        self.assertEqual(self.loaded(cluster), [])
        self.assertEqual(self.listed(cluster), before)
        cluster.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
