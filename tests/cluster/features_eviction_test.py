"""A worker of 8 MB in memory: pins, eviction, what waits to be persisted, and a cluster where
nobody is authenticated."""
import json
import os
import random
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import wait_until  # noqa: E402
from feature_case import JAVA, MIB, FeatureCase  # noqa: E402


class SmallWorkerTest(FeatureCase):
    """8 MB in memory, nobody authenticates."""

    PROPERTIES = {
        "alluxio.worker.ramdisk.size": "8MB",
        "alluxio.user.block.size.bytes.default": "1MB",
        "alluxio.security.authentication.type": "NOSASL",
        "alluxio.security.authorization.permission.enabled": "false",
        "alluxio.worker.block.heartbeat.interval": "200ms",
        "alluxio.worker.pin.list.sync.interval": "100ms",
        "alluxio.user.file.reserved.bytes": "1MB",
        "alluxio.user.block.worker.client.pool.max": "8",
        "alluxio.worker.management.tier.align.enabled": "false",
        "alluxio.worker.management.tier.promote.enabled": "false",
    }

    def tearDown(self):
        self.fs("rm", self.home, "recursive=true")
        def left():
            return self.block_files(), self.cli("fs", "getUsedBytes").split()[-1]
        try:
            wait_until("the worker to be empty", lambda: left() == ([], "0"))
        except AssertionError as late:
            log = [line for line in self.cluster.tail("worker", 4000).splitlines()
                   if any(name in line for name in left()[0])]
            raise AssertionError("%s: (blocks, bytes) %s\n%s" % (late, left(), "\n".join(log)))

    def block_files(self):
        blocks = os.path.join(self.cluster.ram, "alluxioworker")
        return [n for n in os.listdir(blocks) if n.isdigit()] if os.path.isdir(blocks) else []

    def await_pins(self):
        """Until the worker knows which files are pinned, or wait to be persisted, now."""
        if JAVA:
            time.sleep(2)
            return
        before = self.pin_lists()
        # One that was on its way, one from now, and the next, before which that one was taken in.
        wait_until("the worker to know the pins", lambda: self.pin_lists() >= before + 3)

    def pin_lists(self):
        """How many lists of pinned files the master has given out."""
        port = self.cluster.properties["alluxio.master.web.port"]
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics/json/" % port) as answer:
            return json.load(answer)["timers"]["Master.GetPinnedFileIds"]["count"]

    def cached_of(self, count):
        """Which of the files 0, 1 ... are in memory."""
        return [i for i in range(count) if self.is_there("%s/%d" % (self.home, i)) and
                self.cached("%s/%d" % (self.home, i)) == 100]

    def test_pinned_blocks_stay_and_the_least_recently_used_goes(self):
        for i in range(6):
            self.put("%s/%d" % (self.home, i), self.data(MIB, i), "CACHE_THROUGH")
        self.fs("set", self.home + "/0", "pinned=true")
        self.fs("set", self.home + "/1", "pinned=true")
        self.await_pins()
        self.read(self.home + "/2")
        for i in range(6, 9):
            self.put("%s/%d" % (self.home, i), self.data(MIB, i), "CACHE_THROUGH")
        wait_until("the least recently used to go",
                   lambda: self.cached("%s/3" % self.home) == 0)
        self.assertIn(2, self.cached_of(9))
        for i in range(10, 24):
            self.put("%s/%d" % (self.home, i), self.data(MIB, i), "CACHE_THROUGH")
        wait_until("the master to hear what went", lambda: len(self.cached_of(24)) <= 8)
        cached = self.cached_of(24)
        self.assertEqual(cached[:2], [0, 1])
        self.assertEqual(cached[-1], 23)
        for i in (0, 5, 23):
            self.assertEqual(self.read("%s/%d" % (self.home, i)), self.digest(self.data(MIB, i)))

    def test_what_waits_to_be_persisted_is_never_evicted(self):
        if JAVA:
            self.skipTest("needs the Java job service")
        contents, failed = {}, None
        while failed is None and len(contents) < 12:
            path = "%s/%d" % (self.home, len(contents))
            content = self.data(MIB, len(contents))
            name = os.path.join(self.local, "put")
            with open(name, "wb") as f:
                f.write(content)
            code, _, failed = self.call("create", path, name, "writeType=ASYNC_THROUGH",
                                        "persistenceWaitTime=15000", "recursive=true")
            failed = failed if code != 0 else None
            if failed is None:
                contents[path] = content
        self.assertIsNotNone(failed)
        self.assertRegex(failed, "(?i)space")
        self.assertGreaterEqual(len(contents), 7)
        for path, content in contents.items():
            self.assertEqual(self.cached(path), 100, path)
            self.assertEqual(self.read(path), self.digest(content))
        # Once they are in the under store they make room.
        wait_until("all to be persisted", lambda: all(
            self.stat(path)["persistence"] == "PERSISTED" for path in contents))
        self.await_pins()
        self.put(self.home + "/more", self.data(3 * MIB), "CACHE_THROUGH")
        for path, content in contents.items():
            self.assertEqual(self.read(path), self.digest(content))

    def test_a_full_worker_reads_through(self):
        for i in range(4):
            self.put("%s/%d" % (self.home, i), self.data(2 * MIB, i), "CACHE_THROUGH")
        big = self.put(self.home + "/big", self.data(20 * MIB, 9), "THROUGH")
        self.assertEqual(self.read(self.home + "/big"), self.digest(big))
        self.assertEqual(self.read(self.home + "/big", "NO_CACHE"), self.digest(big))

    def test_blocks_that_come_and_go_keep_their_bytes(self):
        """Twice the worker's memory read in any order: the next block takes the file of one that
        was evicted, and nobody gets bytes of the other."""
        seed = int.from_bytes(os.urandom(4), "little")
        chance = random.Random(seed)
        contents = {}
        for i in range(10):
            path = "%s/%d" % (self.home, i)
            contents[path] = self.put(path, self.data(MIB + i * MIB // 7, i), "THROUGH")
        local = os.path.join(self.local, "got")
        for round_ in range(3):
            for path in chance.sample(sorted(contents), len(contents)):
                where = "seed %d round %d %s" % (seed, round_, path)
                if round_ == 1:
                    self.cli("fs", "copyToLocal", path, local)
                    with open(local, "rb") as f:
                        self.assertEqual(self.digest(f.read()), self.digest(contents[path]), where)
                    os.remove(local)
                else:
                    self.assertEqual(self.read(path), self.digest(contents[path]), where)

    def test_nobody_is_refused(self):
        self.fs("mkdir", self.home, "mode=0700")
        self.put(self.home + "/file", b"x", "MUST_CACHE", "mode=0000", user="games")
        self.assertEqual(self.read(self.home + "/file", user="daemon"), self.digest(b"x"))
        self.fs("set", self.home + "/file", "mode=0777", user="daemon")
        self.cli("fs", "ls", self.home, user="bin")
        self.assertEqual(self.stat(self.home + "/file")["owner"], "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
