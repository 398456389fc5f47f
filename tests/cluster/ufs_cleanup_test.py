#!/usr/bin/env python3
"""What a worker leaves in an S3 store that was killed in the midst of an upload in parts: it goes
when alluxio.underfs.cleanup.enabled is set, and nothing else does."""
import os
import signal
import sys
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from backends import Swift, VersityGateway  # noqa: E402
from cluster import NativeCluster, wait_until  # noqa: E402
from contract_test import s3_options  # noqa: E402
from steps import ANSWERED, S3Steps, Trap  # noqa: E402

MIB = 1 << 20
AGE = "alluxio.underfs.s3.intermediate.upload.clean.age"
CLEANUP = {"alluxio.underfs.cleanup.enabled": "true", "alluxio.underfs.cleanup.interval": "1s",
           AGE: "2s"}
ODD = "mine/a b+%c/ü&x"  # keys are written in three ways in such an exchange


class Cleanup:
    """For each store: a test of its own below."""

    def setUp(self):
        self.store = self.STORE()
        self.addCleanup(self.store.close)
        self.store.start()
        self.judge = self.store.content()
        self.relay = S3Steps(self.store.port)
        self.addCleanup(self.relay.close)
        self.cluster = NativeCluster({"alluxio.worker.ramdisk.size": "256MB",
                                      "alluxio.user.rpc.retry.max.duration": "2s",
                                      "alluxio.user.file.writetype.default": "THROUGH"})
        self.addCleanup(self.cluster.close)
        self.cluster.start()

    def mount(self, path, *more):
        options = {**s3_options(self.store.environment(), self.store.prefix + "_"),
                   "alluxio.underfs.s3.endpoint": self.relay.endpoint}
        words = [w for k, v in options.items() for w in ("--option", "%s=%s" % (k, v))]
        uri = "s3://%s%s" % (self.store.bucket, path)
        self.cluster.cli("fs", "mount", *words, *more, path, uri, check=True)

    def kill_worker_in_an_upload(self):
        def kill():
            self.cluster.worker.send_signal(signal.SIGKILL)
            self.cluster.worker.wait()
        trap = self.relay.arm(Trap("PUT part", ANSWERED, 1, kill))
        local = os.path.join(self.cluster.folder, "data")
        with open(local, "wb") as f:
            f.write(os.urandom(20 * MIB))
        client = threading.Thread(target=self.cluster.cli, daemon=True,
                                  args=("fs", "copyFromLocal", local, "/mine/killed"))
        client.start()
        self.assertTrue(trap.sprung.wait(120), self.relay.seen)
        client.join(180)
        self.assertFalse(client.is_alive())

    def test_uploads_of_a_killed_worker_go(self):
        self.mount("/mine")
        self.mount("/kept", "--option", AGE + "=1h")
        self.mount("/readonly", "--readonly")
        self.kill_worker_in_an_upload()
        for key in (ODD, "kept/x", "readonly/x", "others/x"):
            self.judge.begin_upload(key)
        left = ["kept/x", "mine/killed", ODD, "others/x", "readonly/x"]
        self.assertEqual(sorted(self.judge.unfinished()), sorted(left))
        self.cluster.stop()
        self.assertEqual(sorted(self.judge.unfinished()), sorted(left), "it was not enabled")
        self.cluster.properties.update(CLEANUP)
        self.cluster.write_conf()
        self.cluster.start(format_first=False)
        wait_until("old uploads to be given up",
                   lambda: sorted(self.judge.unfinished()) == ["kept/x", "others/x", "readonly/x"],
                   60)
        self.assertNotIn("mine/killed", self.judge.keys())
        self.judge.begin_upload("mine/later")
        wait_until("the next cleanup", lambda: "mine/later" not in self.judge.unfinished())
        self.assertEqual(sorted(self.judge.unfinished()), ["kept/x", "others/x", "readonly/x"])


class VersityGatewayTest(Cleanup, unittest.TestCase):
    STORE = VersityGateway


class SwiftTest(Cleanup, unittest.TestCase):
    STORE = Swift


if __name__ == "__main__":
    unittest.main()
