#!/usr/bin/env python3
"""Mounts of a name service of HDFS, by both of its interfaces: two real NameNodes, of which the
active one is killed while files are written and read."""
import os
import sys
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from cluster import NativeCluster, wait_until  # noqa: E402
from hdfs_backend import HdfsService  # noqa: E402


class HdfsServiceTest(unittest.TestCase):
    def setUp(self):
        self.hdfs = HdfsService()
        self.addCleanup(self.hdfs.close)
        self.hdfs.start()
        self.cluster = NativeCluster({"alluxio.user.file.metadata.sync.interval": "0"})
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        files = ":".join(os.path.join(self.hdfs.conf, name)
                         for name in ("core-site.xml", "hdfs-site.xml"))
        self.content = os.path.join(self.cluster.folder, "content")
        with open(self.content, "wb") as f:
            f.write(os.urandom(3 << 20))
        code, text = self.hdfs.dfs("-mkdir", "/native", "/web")
        self.assertEqual(code, 0, text)
        for path in ("native", "web"):
            scheme = {"native": "hdfs", "web": "webhdfs"}[path]
            self.fs("mount", "--option", "alluxio.underfs.hdfs.configuration=" + files,
                    "/" + path, "%s://%s/%s" % (scheme, self.hdfs.service, path))

    def fs(self, *words, write="THROUGH"):
        code, out, err = self.cluster.cli("-Dalluxio.user.file.writetype.default=" + write, "fs",
                                          *words)
        self.assertEqual(code, 0, "%s: %s%s" % (words, out, err))
        return out

    def put(self, path):
        """The answer of the command line: 0 is a file that is there."""
        return self.cluster.cli("-Dalluxio.user.file.writetype.default=THROUGH", "fs",
                                "copyFromLocal", self.content, path)[0]

    def is_whole(self, path):
        copy = os.path.join(self.cluster.folder, "copy")
        if os.path.exists(copy):
            os.remove(copy)
        self.fs("copyToLocal", path, copy)
        with open(copy, "rb") as got, open(self.content, "rb") as put:
            self.assertTrue(got.read() == put.read(), path + " has other bytes")

    def test_the_active_name_node_dies(self):
        for path in ("/native", "/web"):
            self.assertEqual(self.put(path + "/before"), 0)
            self.is_whole(path + "/before")
        made = []
        stop = threading.Event()

        def write():
            while not stop.is_set():
                path = "/%s/f%d" % (("native", "web")[len(made) % 2], len(made))
                made.append((path, self.put(path)))
        writer = threading.Thread(target=write)
        writer.start()
        try:
            wait_until("some files", lambda: len(made) > 3)
            self.hdfs.fail_over()
            begun = len(made)
            wait_until("files after it", lambda: {path[:4] for path, code in made[begun + 1:]
                                                  if code == 0} == {"/nat", "/web"}, 120)
        finally:
            stop.set()
            writer.join()
        print("%d files, %d refused meanwhile" % (len(made), sum(code != 0 for _, code in made)),
              flush=True)
        for path in ["/native/before", "/web/before", *(p for p, code in made if code == 0)]:
            self.is_whole(path)
        self.fs("mv", "/native/before", "/native/after")
        self.fs("rm", "-R", "/web/before")
        self.assertEqual([line.rsplit("/", 1)[1] for line in self.fs("ls", "/native").splitlines()
                          if "/f" not in line], ["after"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
