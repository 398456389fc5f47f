#!/usr/bin/env python3
"""A long listing of a store goes on where it was when the master is killed in the midst of it: the
requests are counted at a relay before the store. FILES (6,000) comes from the environment."""
import os
import random
import signal
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from backends import VersityGateway  # noqa: E402
from cluster import NativeCluster  # noqa: E402
from steps import ARRIVED, S3Steps, Trap  # noqa: E402

FILES = int(os.environ.get("FILES", "6000"))
PAGE = min(1000, FILES // 60)
PAGES = FILES // PAGE
HOUR = 3600


class ResumeListingTest(unittest.TestCase):
    def setUp(self):
        self.store = VersityGateway()
        self.addCleanup(self.store.close)
        self.store.start()
        # Objects of this store are files: thousands are made faster so.
        self.big = os.path.join(self.store.folder, "objects", self.store.bucket, "big")
        os.makedirs(self.big)
        for n in range(FILES):
            with open(os.path.join(self.big, "f%06d" % n), "w") as f:
                f.write("x")
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
        self.assertLessEqual(self.pages(), left + 8, "listed %d, then %d" % (first, second))
        print("load: killed at LIST %d and %d more, then %d of %d pages" % (
            first, second, self.pages(), PAGES), flush=True)

        # A comparison: what vanished on either side of the point is dropped, each once.
        for n in (0, 17, FILES - 1):
            os.remove(os.path.join(self.big, "f%06d" % n))
        interval = "-Dalluxio.user.file.metadata.sync.interval=1h"
        trap = self.relay.arm(Trap("LIST", ARRIVED, PAGES // 2, self.kill))
        self.cluster.cli(interval, "fs", "ls", "/big", timeout=HOUR)
        self.assertTrue(trap.taken)
        self.cluster.start_master()
        self.relay.arm(None)
        self.cluster.cli(interval, "fs", "ls", "/big", check=True, timeout=HOUR)
        self.assertLessEqual(self.pages(), PAGES // 2 + 8)
        print("compare: killed at LIST %d, then %d of %d pages" % (
            PAGES // 2, self.pages(), PAGES), flush=True)
        self.assertEqual(self.names(), sorted(os.listdir(self.big)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
