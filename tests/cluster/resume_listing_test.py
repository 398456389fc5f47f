#!/usr/bin/env python3
"""A long listing of a store goes on where it was when the master is killed in the midst of it: the
requests are counted at a relay before the store. FILES (6,000) comes from the environment; more
than 100,000 are named by a server that keeps none (listed_s3.py). The master's memory is bounded.
"""
import os
import random
import signal
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from backends import VersityGateway  # noqa: E402
from cluster import NativeCluster  # noqa: E402
from listed_s3 import ListedS3  # noqa: E402
from steps import ARRIVED, S3Steps, Trap  # noqa: E402

FILES = int(os.environ.get("FILES", "6000"))
PAGE = min(1000, FILES // 60)
PAGES = FILES // PAGE
HOUR = 3600
# Pages that were listed before a kill and not recorded.
LOST = max(8, PAGES // 50)
GENERATED = FILES > 100000
# What an inode of the tree takes is measured (docs/BENCHMARKS.md); here is room beside it for pages
# and for the ids of the children in a comparison, not for the listing.
BYTES_A_FILE, PROCESS_MB = 300, 120


class FilesOfGateway(VersityGateway):
    """Objects of this store are files: thousands are made faster so."""

    def prepare(self):
        super().prepare()
        self.big = os.path.join(self.folder, "objects", self.bucket, "big")
        os.makedirs(self.big)
        for n in range(FILES):
            with open(os.path.join(self.big, "f%06d" % n), "w") as f:
                f.write("x")

    def remove(self, n):
        os.remove(os.path.join(self.big, "f%06d" % n))

    def present(self):
        return sorted(os.listdir(self.big))


class GeneratedFiles(ListedS3):
    def __init__(self):
        super().__init__("big/", FILES, length=1)

    def remove(self, n):
        self.removed.add(n)

    def present(self):
        return [os.path.basename(self.names[n]) for n in range(FILES) if n not in self.removed]


def peak_mb(pid):
    with open("/proc/%d/status" % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmHWM:")) / 1024


class ResumeListingTest(unittest.TestCase):
    def setUp(self):
        self.store = GeneratedFiles() if GENERATED else FilesOfGateway()
        self.addCleanup(self.store.close)
        self.store.start()
        self.relay = S3Steps(self.store.port)
        self.addCleanup(self.relay.close)
        option = "alluxio.master.mount.table.root.option."
        self.cluster = NativeCluster({
            "alluxio.master.mount.table.root.ufs": "s3://%s/" % self.store.bucket,
            option + "alluxio.underfs.s3.endpoint": self.relay.endpoint,
            option + "alluxio.underfs.s3.endpoint.region": self.store.region,
            option + "alluxio.underfs.s3.disable.dns.buckets": "true",
            option + "s3a.accessKeyId": self.store.access,
            option + "s3a.secretKey": self.store.secret,
            "alluxio.underfs.listing.length": str(PAGE),
            "alluxio.user.rpc.retry.max.duration": "1s"})
        self.addCleanup(self.cluster.close)
        self.cluster.format()
        self.cluster.start_master()

    def kill(self):
        self.cluster.master.send_signal(signal.SIGKILL)
        self.cluster.master.wait()

    def pages(self):
        return sum(1 for moment, step in self.relay.seen if (moment, step) == (ARRIVED, "LIST"))

    def cut_short(self, nth, *command):
        """The command, with the master killed at its nth LIST, and the master again."""
        trap = self.relay.arm(Trap("LIST", ARRIVED, nth, self.kill))
        self.cluster.cli("fs", *command, timeout=HOUR)
        self.assertTrue(trap.taken, "the listing ended before the kill: %d pages" % self.pages())
        self.cluster.start_master()
        self.relay.arm(None)

    def names(self):
        _, out, _ = self.cluster.cli("fs", "ls", "/big", check=True, timeout=HOUR)
        return sorted(line.rsplit("/", 1)[1] for line in out.splitlines())

    def memory_is_bounded(self):
        peak = peak_mb(self.cluster.master.pid)
        print("the master took %.0f MB at most" % peak, flush=True)
        self.assertLess(peak, PROCESS_MB + FILES * BYTES_A_FILE / 1048576)

    def test_load_and_compare(self):
        seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
        print("seed=%d" % seed, flush=True)
        rng = random.Random(seed)
        first = rng.randint(PAGES // 4, PAGES // 2)
        self.cut_short(first, "loadMetadata", "/big")
        second = rng.randint(2, PAGES // 4)
        self.cut_short(second, "ls", "/big")
        left = PAGES - (first - 1) - (second - 1)
        self.assertEqual(len(self.names()), FILES)
        self.assertLessEqual(self.pages(), left + LOST, "listed %d, then %d" % (first, second))
        self.memory_is_bounded()
        print("load: killed at LIST %d and %d more, then %d of %d pages" % (
            first, second, self.pages(), PAGES), flush=True)

        # A comparison: what vanished on either side of the point is dropped, each once.
        for n in (0, 17, FILES - 1):
            self.store.remove(n)
        interval = "-Dalluxio.user.file.metadata.sync.interval=1h"
        trap = self.relay.arm(Trap("LIST", ARRIVED, PAGES // 2, self.kill))
        self.cluster.cli(interval, "fs", "ls", "/big", timeout=HOUR)
        self.assertTrue(trap.taken)
        self.cluster.start_master()
        self.relay.arm(None)
        self.cluster.cli(interval, "fs", "ls", "/big", check=True, timeout=HOUR)
        self.assertLessEqual(self.pages(), PAGES // 2 + LOST)
        print("compare: killed at LIST %d, then %d of %d pages" % (
            PAGES // 2, self.pages(), PAGES), flush=True)
        self.memory_is_bounded()
        self.assertEqual(self.names(), self.store.present())


if __name__ == "__main__":
    unittest.main(verbosity=2)
