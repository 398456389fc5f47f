"""Listings that the master keeps, seen by the stock Java shell: it shows every change at once."""
import json
import os
import sys
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import NativeCluster, wait_until  # noqa: E402

FILES = 5


class KeptListingsTest(unittest.TestCase):
    def setUp(self):
        self.cluster = NativeCluster({"alluxio.user.file.writetype.default": "MUST_CACHE",
                                      "alluxio.worker.block.heartbeat.interval": "200ms",
                                      "alluxio.master.worker.timeout": "10s",
                                      "alluxio.master.lost.worker.detection.interval": "500ms"})
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        self.shell = self.cluster.java_shell()
        self.addCleanup(self.shell.close)
        self.local = os.path.join(self.cluster.folder, "data")
        with open(self.local, "wb") as file:
            file.write(b"line\n" * 600)
        self.run_shell("mkdir", "/k")
        for i in range(FILES):
            self.run_shell("copyFromLocal", self.local, "/k/f%d" % i)

    def run_shell(self, *words):
        code, out, err = self.shell.run(*words)
        self.assertEqual(code, 0, "%s: %s" % (" ".join(words), err))
        return out

    def hits(self):
        port = self.cluster.properties["alluxio.master.web.port"]
        url = "http://localhost:%s/metrics/json" % port
        with urllib.request.urlopen(url, timeout=60) as answer:
            counters = json.loads(answer.read())["counters"]
        return counters.get("Master.ListingCacheHits", {"count": 0})["count"]

    def kept(self):
        """What the shell shows, from what the master kept."""
        before = self.hits()
        listed = [self.run_shell("ls", "/k") for _ in range(3)]
        self.assertEqual(listed[0], listed[2])
        self.assertGreater(self.hits(), before, "nothing was kept")
        return listed[2]

    def test_the_java_shell_sees_every_change(self):
        for change, seen in ((("chmod", "600", "/k/f0"), "-rw-------"),
                             (("mv", "/k/f1", "/k/moved"), "/k/moved"),
                             (("copyFromLocal", self.local, "/k/new"), "/k/new"),
                             (("mkdir", "/k/folder"), "/k/folder")):
            self.assertNotIn(seen, self.kept())
            self.run_shell(*change)
            self.assertIn(seen, self.run_shell("ls", "/k"), change)
        self.assertIn("/k/f2", self.kept())
        self.cluster.cli("fs", "rm", "/k/f2", check=True)
        self.assertNotIn("/k/f2", self.run_shell("ls", "/k"))
        # The worker tells with its next heartbeat that the blocks are gone.
        self.assertIn("100%", self.kept())
        self.cluster.stop_process(self.cluster.worker, 9)
        wait_until("the worker is lost", lambda: "100%" not in self.run_shell("ls", "/k/f3"))
        self.assertNotIn("100% /k/f", self.run_shell("ls", "/k"))

    def test_a_master_that_was_killed_shows_what_was_kept(self):
        before = self.kept()
        self.cluster.stop_process(self.cluster.master, 9)
        self.cluster.start_master()
        wait_until("the worker is back", lambda: self.run_shell("ls", "/k") == before)
        self.assertEqual(self.kept(), before)


if __name__ == "__main__":
    unittest.main(verbosity=1)
