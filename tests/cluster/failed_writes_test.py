#!/usr/bin/env python3
"""What the stock Java client leaves when a THROUGH or CACHE_THROUGH write fails because the S3
store refuses it or ends the connection, at once, in the midst or at the end.

Nothing half written is in the store. What the namespace has is what the servers of 2.9.6 leave over
the same store and relay: ALLUXIO_FEATURES_ON=java runs them, after tests/java/fetch.sh stores.
"""
import itertools
import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
import feature_case  # noqa: E402
from backends import VersityGateway  # noqa: E402
from cluster import JavaCluster, class_path, wait_until  # noqa: E402
from contract_test import s3_options  # noqa: E402
from faults import HANG_UP, REFUSED, FaultyHttp  # noqa: E402
from feature_case import JAVA, MIB, FeatureCase  # noqa: E402

SMALL, LARGE = 1000, 20 * MIB
# What a client sees afterwards of a file that was not there before.
LEFT = {
    "stat": ("false", "0", "PERSISTED"),  # completed, length, persistence
    "listed": ["f"],
    "read": "FileIncompleteException",
    "again": "FileAlreadyExistsException",
    "after a sync": ("false", "0", "PERSISTED"),
}
GONE = "absent"


class StoreJavaCluster(JavaCluster):
    """With the under stores that the servers' own class path does not have."""

    def command(self, role):
        command = super().command(role)
        command[command.index("-cp") + 1] += ":" + class_path("stores")
        return command


class FailedWrites(FeatureCase):
    PROPERTIES = {"alluxio.user.block.size.bytes.default": "8MB",
                  "alluxio.worker.ramdisk.size": "256MB",
                  "alluxio.user.file.metadata.sync.interval": "-1",
                  "alluxio.underfs.mount.breaker.failures": "1000"}

    @classmethod
    def setUpClass(cls):
        feature_case.JavaCluster = StoreJavaCluster
        cls.store = VersityGateway()
        cls.relay = None
        try:
            cls.store.start()
            cls.relay = FaultyHttp(cls.store.port, lambda method, path: None)
            super().setUpClass()
            options = {**s3_options(cls.store.environment(), "S3_"),
                       "alluxio.underfs.s3.endpoint": cls.relay.endpoint}
            cls.uri = "s3://%s/files" % cls.store.bucket
            cls.store.content().write("files/", b"")
            code, _, error = cls.java.run(
                "", "", "mount", "/s", cls.uri,
                *("properties.%s=%s" % pair for pair in options.items()))
            if code:
                raise AssertionError(error)
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "cluster"):
            FeatureCase.tearDownClass.__func__(cls)
        if cls.relay is not None:
            cls.relay.close()
        cls.store.close()

    def setUp(self):
        super().setUp()
        self.home = "/s" + self.home
        self.lift()
        self.fs("mkdir", self.home, "writeType=THROUGH", "recursive=true")
        self.judge = self.store.content()

    def lift(self):
        self.relay.answer = lambda method, path: None

    def fault(self, what, *methods, where=""):
        self.relay.answer = lambda method, path: what if method in methods and where in path \
            else None

    def local_file(self, size):
        path = os.path.join(self.local, "content")
        self.content = self.data(size, size)
        with open(path, "wb") as f:
            f.write(self.content)
        return path

    # --- what is left

    def three(self, *options):
        code, out, error = self.call("stat", self.home + "/f", *options)
        if code:
            self.assertIn("does not exist", error)
            return GONE
        found = dict(line.split("=", 1) for line in out.splitlines())
        return found["completed"], found["length"], found["persistence"]

    def refusal(self, *words):
        code, _, error = self.call(*words)
        return re.search(r"\w+Exception", error)[0] if code else "done"

    def left(self, local, write):
        path = self.home + "/f"
        names = self.fs("ls", self.home, "loadMetadataType=NEVER").splitlines()
        return {
            "stat": self.three("loadMetadataType=NEVER"),
            "listed": [name.rsplit("/", 1)[1] for name in names],
            "read": self.refusal("read", path, "readType=NO_CACHE"),
            "again": self.refusal("create", path, local, "writeType=" + write),
            "after a sync": self.three("commonOptions.syncIntervalMs=0"),
        }

    def keys(self):
        base = "files" + self.home[2:] + "/"
        return {k[len(base):] for k in self.judge.keys(base)} - {""}

    def failed_write(self, what, methods, where, size, write):
        local = self.local_file(size)
        path = self.home + "/f"
        self.call("rm", path)
        self.fault(what, *methods, where=where)
        error = self.fails("create", path, local, "writeType=" + write)
        self.lift()
        if not JAVA:
            self.assertIn(self.uri, error)
            self.assertIn("write ", error)
            self.assertIn(self.home[2:] + "/f", error)
            self.assertNotIn(self.store.secret, error)
            wait_until("parts on their way to be gone",
                       lambda: self.judge.unfinished() == [])
        self.assertEqual(self.keys(), set(), "half written")
        self.assertEqual(self.left(local, write), LEFT)
        self.assertEqual(self.keys(), set())
        self.fs("rm", path)
        self.assertEqual(self.three(), GONE)
        self.fs("create", path, local, "writeType=" + write)
        self.assertTrue(self.judge.read("files" + path[2:]) == self.content)
        self.assertEqual(self.three(), ("true", str(size), "PERSISTED"))
        self.fs("rm", path)

    def each(self, what, methods, where="", sizes=(SMALL, LARGE)):
        for size in sizes:
            for write in ("THROUGH", "CACHE_THROUGH"):
                with self.subTest(size=size, write=write):
                    self.failed_write(what, methods, where, size, write)

    def test_a_store_that_refuses(self):
        self.each(REFUSED, ("PUT", "POST"))

    def test_a_connection_that_ends(self):
        self.each(HANG_UP, ("PUT", "POST"))

    def test_a_store_that_refuses_the_second_part(self):
        self.each(REFUSED, ("PUT",), "partNumber=2", (LARGE,))

    def test_a_connection_that_ends_in_the_second_part(self):
        self.each(HANG_UP, ("PUT",), "partNumber=2", (LARGE,))

    def test_an_upload_that_cannot_be_completed(self):
        self.each(REFUSED, ("POST",), "uploadId", (LARGE,))

    def test_an_overwrite_that_is_refused_keeps_the_old_bytes_in_the_store(self):
        path = self.home + "/f"
        for size, write in itertools.product((SMALL, LARGE), ("THROUGH", "CACHE_THROUGH")):
            with self.subTest(size=size, write=write):
                old = self.put(path, self.data(500, 3), "THROUGH", "overwrite=true")
                local = self.local_file(size)
                self.fault(REFUSED, "PUT", "POST")
                self.fails("create", path, local, "writeType=" + write, "overwrite=true")
                self.lift()
                if not JAVA:  # 2.9 deletes the old object before it writes the new one
                    self.assertEqual(self.judge.read("files" + path[2:]), old)
                self.assertEqual(self.three("loadMetadataType=NEVER"), LEFT["stat"])
                self.fs("create", path, local, "writeType=" + write, "overwrite=true")
                self.assertTrue(self.judge.read("files" + path[2:]) == self.content)


if __name__ == "__main__":
    unittest.main(verbosity=2)
