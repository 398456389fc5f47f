#!/usr/bin/env python3
"""What goes wrong between us and a store, seen through the stock Java client and our command line:
credentials, buckets, endpoints, clocks, throttling, cut bodies and connections, read-only mounts.

Each fault gives an error that names the mount's URI and the operation; what is not safe to repeat
is asked for once; nothing half written is visible in the store or the namespace; and when the fault
is over the same operation works. Requests are counted by a relay in front of versitygw.
"""
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from store_case import MIB, QUICK, StoreCase  # noqa: E402
from backends import Toxiproxy, VersityGateway  # noqa: E402
import faults  # noqa: E402
from cluster import free_port, wait_until  # noqa: E402

CALL_SECONDS = 8  # a relay in Python needs its time for a part
SHORT_SECONDS = 3
AGES = 20 * SHORT_SECONDS  # somebody who waits for ever; a slow machine takes a few times as long
LIMITS = {
    "alluxio.underfs.mount.call.timeout": "%ds" % CALL_SECONDS,
    "alluxio.underfs.mount.retry.base.sleep": "50ms",
    "alluxio.underfs.mount.breaker.open.time": "200ms",
    "alluxio.underfs.mount.breaker.max.open.time": "400ms",
}
NEVER = 10 ** 6
PART = 8 * MIB  # of an upload in parts


class Faults(StoreCase):
    """The store is mounted at /store straight, and at /faulty through the relay."""

    STORE = VersityGateway
    PROPERTIES = {**QUICK, "alluxio.user.rpc.retry.max.duration": "5s",
                  "alluxio.user.block.read.retry.max.duration": "5s"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relay = faults.FaultyHttp(cls.store.port, lambda method, path: None)
        cls.faulty = {**cls.options, **LIMITS,
                      "alluxio.underfs.s3.endpoint": cls.relay.endpoint}
        cls.faulty_uri = "s3://%s/faulty" % cls.store.bucket
        cls.new_uri = "s3://%s/new" % cls.store.bucket
        cls.mount("/faulty", cls.faulty, cls.faulty_uri)

    @classmethod
    def stop_all(cls):
        super().stop_all()
        if hasattr(cls, "relay"):
            cls.relay.close()

    def setUp(self):
        super().setUp()
        self.home = "/faulty/" + self.name
        self.lift()
        # An open breaker of the test before closes with the first call that goes well.
        wait_until("the store to be asked again", self.asked_again)
        self.relay.forget()

    def asked_again(self):
        return self.call("ls", "/faulty", "commonOptions.syncIntervalMs=0")[0] == 0

    def key(self, name):
        return "faulty/%s/%s" % (self.name, name)

    def lift(self):
        self.relay.answer = lambda method, path: None

    def fault(self, what, times, *methods, where=""):
        """The first `times` requests of these methods (all when none is named), whose target holds
        `where`, are answered with the fault."""
        left = [times]

        def answer(method, path):
            if (methods and method not in methods) or where not in path or left[0] <= 0:
                return None
            left[0] -= 1
            return what
        self.relay.answer = answer

    def assert_explains(self, error, *words):
        """Does it name the mount, and what was tried? And no secret."""
        for word in (self.faulty_uri, *words):
            self.assertIn(word, error)
        self.assertNotIn(self.store.secret, error)

    def local_file(self, content):
        path = os.path.join(self.local, "content")
        with open(path, "wb") as f:
            f.write(content)
        return path

    def assert_absent(self, name):
        """Neither in the store nor in the namespace, and nothing on its way."""
        self.assertNotIn(name, self.true_files())
        self.assertEqual(self.judge().unfinished(), [])
        self.assertNotIn(name, self.listed("loadMetadataType=ALWAYS")
                         if self.is_there(self.home) else [])

    def writes(self, name=""):
        """Requests that change the store, as the relay saw them."""
        return [(m, p, s) for m, p, s in self.relay.log
                if m in ("PUT", "POST", "DELETE") and name in p]

    # --- wrong from the beginning

    def refused_mount(self, changed, *words, uri=None):
        began = time.monotonic()
        uri = uri or self.new_uri
        short = {"alluxio.underfs.mount.call.timeout": "%ds" % SHORT_SECONDS}
        error = self.mount("/new", {**self.faulty, **short, **changed}, uri, code=1)
        self.assertLess(time.monotonic() - began, AGES, error)
        for word in (uri, "/new", *words):
            self.assertIn(word, error)
        self.assertNotIn(self.store.secret, error)
        self.assertFalse(self.is_there("/new"))
        self.assertNotIn(" /new ", self.cluster.cli("fs", "mount")[1])

    def test_mounts_with_wrong_settings(self):
        self.refused_mount({"s3a.secretKey": "wrong-" + self.store.secret[:4]},
                           "SignatureDoesNotMatch")
        self.refused_mount({"s3a.accessKeyId": "nobody"}, "access key")
        self.refused_mount({}, "NoSuchBucket", uri="s3://no-such-bucket/x")
        nobody = "http://127.0.0.1:%d" % free_port()
        self.refused_mount({"alluxio.underfs.s3.endpoint": nobody}, "refused")
        hole = faults.BlackHole()
        self.addCleanup(hole.close)
        silent = "http://127.0.0.1:%d" % hole.port
        self.refused_mount({"alluxio.underfs.s3.endpoint": silent}, "unreachable")
        self.assertEqual(self.writes("/new"), [])
        self.mount("/new", self.faulty, self.new_uri)
        self.cluster.cli("fs", "unmount", "/new", check=True)

    def test_a_clock_that_is_wrong(self):
        self.fault(faults.SKEWED, NEVER)
        self.refused_mount({}, "RequestTimeTooSkewed")
        self.assertLessEqual(len(self.relay.log), 2, "asking again does not set a clock")
        self.relay.forget()
        error = self.fails("create", self.home + "/f", self.local_file(b"x"), "writeType=THROUGH",
                           "recursive=true")
        self.assert_explains(error, "RequestTimeTooSkewed", self.name)
        self.lift()
        self.assert_absent("f")
        self.fs("create", self.home + "/g", self.local_file(b"x"), "writeType=THROUGH",
                "recursive=true")
        self.assertEqual(self.truth("g"), b"x")

    def test_a_busy_store_is_mounted_all_the_same(self):
        self.fault(faults.SLOW_DOWN, 4)
        self.mount("/new", self.faulty, self.new_uri)
        self.assertEqual(self.relay.count(status=503), 4)
        self.cluster.cli("fs", "unmount", "/new", check=True)
        self.fault(faults.SLOW_DOWN, NEVER)
        self.refused_mount({}, "SlowDown")
        self.assertLess(len(self.relay.log), 30, "with growing pauses")

    # --- wrong later

    def update_mount(self, changed, code=0):
        words = [w for k, v in {**self.faulty, **changed}.items()
                 for w in ("--option", "%s=%s" % (k, v))]
        got, out, err = self.cluster.cli("fs", "updateMount", *words, "/faulty")
        self.assertEqual(got, code, out + err)
        return out + err

    def test_credentials_that_are_taken_away_and_given_back(self):
        self.put(self.home + "/f", b"content", "THROUGH")
        error = self.update_mount({"s3a.secretKey": "wrong-wrong"}, code=255)
        self.assert_explains(error, "SignatureDoesNotMatch", "/faulty")
        self.assertNotIn("wrong-wrong", error)
        self.relay.forget()
        self.fault(faults.REFUSED, NEVER)
        for call in (("ls", self.home, "commonOptions.syncIntervalMs=0"),
                     ("rm", self.home + "/f"), ("read", self.home + "/f"),
                     ("mv", self.home + "/f", self.home + "/g"),
                     ("create", self.home + "/new", self.local_file(b"x"), "writeType=THROUGH")):
            self.assert_explains(self.fails(*call), "InvalidAccessKeyId", self.name)
        self.assertLess(len(self.relay.log), 20)
        self.lift()
        self.assertEqual(self.true_files(), {"f": 7})
        self.assertEqual(self.read(self.home + "/f"), self.digest(b"content"))
        self.fs("mv", self.home + "/f", self.home + "/g")
        self.assertEqual(self.true_files(), {"g": 7})

    def test_a_bucket_that_is_away_takes_no_file_out_of_the_namespace(self):
        content = self.put(self.home + "/f", self.data(1000, 6), "CACHE_THROUGH")
        before = self.stat(self.home + "/f")
        self.put_behind("g", b"never seen")
        self.relay.forget()
        self.fault(faults.NO_BUCKET, NEVER)
        now = "commonOptions.syncIntervalMs=0"
        for call in (("ls", self.home, now), ("stat", self.home + "/f", now),
                     ("stat", self.home + "/g")):
            self.assert_explains(self.fails(*call), "NoSuchBucket", self.name)
        self.assertEqual(self.stat(self.home + "/f")["id"], before["id"])
        self.assertEqual(self.read(self.home + "/f"), self.digest(content))
        # After a delete or rename that failed it is asked first how far that came.
        for call in (("rm", self.home + "/f"), ("mv", self.home + "/f", self.home + "/h"),
                     ("mkdir", self.home + "/d", "writeType=THROUGH"),
                     ("create", self.home + "/new", self.local_file(b"x"), "writeType=THROUGH")):
            self.assert_explains(self.fails(*call), "NoSuchBucket", self.name)
        self.assertLess(len(self.relay.log), 60, "asking again brings no bucket")
        self.lift()
        wait_until("the store to be asked again", self.asked_again)
        self.assertEqual(self.true_files(), {"f": 1000, "g": 10})
        self.call("rm", self.home + "/new")
        self.assertEqual(self.listed(now), ["f", "g"])
        self.assertEqual(self.stat(self.home + "/f")["id"], before["id"])

    def test_a_read_only_mount_is_never_written_to(self):
        self.put(self.home + "/f", b"content", "THROUGH")
        self.mount("/readonly", {**self.faulty}, "s3://%s/read" % self.store.bucket,
                   more=["--readonly"])
        self.addCleanup(self.cluster.cli, "fs", "unmount", "/readonly", check=True)
        self.judge().write("read/f", b"content")
        self.relay.forget()
        text = "A write operation on %s under a readonly mount point /readonly is not allowed"
        new = self.local_file(b"x")
        for write in ("MUST_CACHE", "CACHE_THROUGH", "THROUGH", "ASYNC_THROUGH"):
            self.assertIn(text % "/readonly/new", self.fails(
                "create", "/readonly/new", new, "writeType=" + write))
        self.assertIn(text % "/readonly/d", self.fails("mkdir", "/readonly/d"))
        self.assertIn(text % "/readonly/f", self.fails("rm", "/readonly/f"))
        self.assertIn("readonly", self.fails("mv", "/readonly/f", "/readonly/g"))
        self.assertIn("readonly mount point /readonly",
                      self.shell("-put", new, "/readonly/new", code=1))
        self.assertEqual(self.read("/readonly/f"), self.digest(b"content"))
        self.assertEqual(self.writes("/read"), [])
        self.assertEqual(self.judge().keys("read/"), {"read/f": 7})

    # --- throttling

    def test_a_busy_store_is_asked_again(self):
        content = self.data(2 * PART + MIB, 3)
        busy = (faults.SLOW_DOWN, 2)
        self.fault(*busy)
        self.put(self.home + "/f", b"small", "THROUGH")
        self.assertEqual(self.truth("f"), b"small")
        self.fault(*busy, "PUT", where="partNumber")
        self.put(self.home + "/large", content, "THROUGH")
        self.assertTrue(self.truth("large") == content)
        for method, query in (("POST", "uploads"), ("POST", "uploadId")):
            self.fault(*busy, method, where=query)
            self.put(self.home + "/" + query, content, "CACHE_THROUGH")
            self.assertTrue(self.truth(query) == content)
        self.fault(*busy, "GET")
        self.assertEqual(self.read(self.home + "/large"), self.digest(content))
        self.fault(*busy)
        self.assertEqual(self.listed("commonOptions.syncIntervalMs=0"),
                         ["f", "large", "uploadId", "uploads"])
        self.fault(*busy, "PUT", "DELETE")
        self.fs("mv", self.home + "/f", self.home + "/g")
        self.fault(*busy, "DELETE", "POST")
        self.fs("rm", self.home + "/uploads")
        self.fault(*busy)
        self.fs("mkdir", self.home + "/d", "writeType=CACHE_THROUGH")
        self.assertEqual(set(self.true_files()), {"g", "large", "uploadId"})
        self.assertGreaterEqual(self.relay.count(status=503), 16)
        self.assertEqual(self.judge().unfinished(), [])

    def test_a_store_that_stays_busy(self):
        self.put(self.home + "/f", b"content", "THROUGH")
        self.put_behind("g", b"never seen")
        self.update_mount({"alluxio.underfs.mount.call.timeout": "%ds" % SHORT_SECONDS})
        self.addCleanup(self.update_mount, {})
        self.addCleanup(self.lift)
        self.fault(faults.SLOW_DOWN, NEVER)
        new = self.local_file(b"x")
        for call in (("ls", self.home, "commonOptions.syncIntervalMs=0"),
                     ("stat", self.home + "/g"),
                     ("read", self.home + "/f"), ("rm", self.home + "/f"),
                     ("mv", self.home + "/f", self.home + "/h"),
                     ("create", self.home + "/new", new, "writeType=THROUGH"),
                     ("mkdir", self.home + "/d", "writeType=THROUGH")):
            began = time.monotonic()
            self.relay.forget()
            error = self.fails(*call)
            self.assert_explains(error, self.name)
            # An answer to HEAD has no body.
            self.assertTrue("SlowDown" in error or "HTTP 503" in error, error)
            self.assertLess(time.monotonic() - began, AGES, call)
            self.assertLess(len(self.relay.log), 40, call)
        self.lift()
        wait_until("the store to be asked again", self.asked_again)
        self.assertEqual(set(self.true_files()), {"f", "g"})
        self.assertEqual(self.judge().unfinished(), [])
        self.assertEqual(self.read(self.home + "/f"), self.digest(b"content"))
        self.fs("mv", self.home + "/f", self.home + "/h")
        self.fs("mkdir", self.home + "/d", "writeType=THROUGH")
        self.assertEqual(self.read(self.home + "/g"), self.digest(b"never seen"))
        self.assertEqual(set(self.true_files()), {"h", "g"})

    # --- bodies and connections

    def test_bodies_that_are_cut_short(self):
        content = self.put_behind("f", self.data(3 * MIB, 9))
        path = self.home + "/f"
        self.stat(path)
        for read in ("NO_CACHE", "CACHE"):
            self.fault(faults.CUT, 2, "GET", where=self.name + "/f")
            self.assertEqual(self.read(path, read), self.digest(content), read)
        self.await_cached(path, 100)
        self.fs("free", path)
        self.await_cached(path, 0)
        self.fault(faults.CUT, NEVER, "GET", where=self.name + "/f")
        for read in ("NO_CACHE", "CACHE", "CACHE_PROMOTE"):
            self.assert_explains(self.fails("read", path, "readType=" + read), self.name + "/f",
                                 "read")
        self.assertEqual(self.cached(path), 0, "half a block is none")
        self.lift()
        wait_until("the store to be asked again", self.asked_again)
        self.assertEqual(self.read(path), self.digest(content))
        self.await_cached(path, 100)

    def test_listings_that_are_cut_short(self):
        for n in range(60):
            self.put_behind("f%02d" % n, b"")
        names = ["f%02d" % n for n in range(60)]
        self.fault(faults.CUT, 2, "GET", where="list-type")
        self.assertEqual(self.listed(), names)
        self.put_behind("more", b"")
        self.fault(faults.CUT, NEVER, "GET", where="list-type")
        error = self.fails("ls", self.home, "commonOptions.syncIntervalMs=0")
        self.assert_explains(error, "list", self.name)
        self.lift()
        wait_until("the store to be asked again", self.asked_again)
        self.assertEqual(self.listed("commonOptions.syncIntervalMs=0"), names + ["more"])

    def test_connections_that_end_while_a_file_is_written(self):
        small, large = self.data(1000, 1), self.data(3 * PART, 2)
        for content, where in ((small, ""), (large, "partNumber=2"), (large, "uploadId")):
            methods = ("POST",) if where == "uploadId" else ("PUT",)
            for write in ("THROUGH", "CACHE_THROUGH"):
                with self.subTest(where=where, write=write):
                    local = self.local_file(content)
                    self.relay.forget()
                    self.fault(faults.HANG_UP, NEVER, *methods, where=where)
                    error = self.shell("-put", local, self.home + "-f", code=1, write=write)
                    self.assert_explains(error, "write", self.name + "-f")
                    failed = [r for r in self.writes() if r[2] == 0 and where in r[1]]
                    # The same part twice is that part; all else is not safe to repeat.
                    self.assertLessEqual(len(failed), 4 if "partNumber" in where else 1, failed)
                    self.assertNotEqual(failed, [])
                    self.lift()
                    self.assertEqual(self.judge().keys("faulty/" + self.name), {})
                    wait_until("parts on their way to be gone",
                               lambda: self.judge().unfinished() == [])
                    self.assertFalse(self.is_there(self.home + "-f"))
                    self.shell("-put", local, self.home + "-f", write=write)
                    self.assertTrue(
                        self.judge().read("faulty/" + self.name + "-f") == content)
                    self.fs("rm", self.home + "-f")

    def test_answers_that_are_lost(self):
        for name in ("a", "b", "d/x", "d/y"):
            self.put(self.home + "/" + name, name.encode(), "THROUGH")
        self.relay.forget()
        self.fault(faults.LOST, 1, "DELETE", "POST")
        self.fs("rm", self.home + "/a")
        self.assertEqual(len(self.writes()), 1, "done, though nobody said so")
        self.assertEqual(set(self.true_files()), {"b", "d/x", "d/y"})
        # Of a rename the copy, then the delete.
        for method in ("PUT", "DELETE"):
            self.relay.forget()
            self.fault(faults.LOST, 1, method)
            code, _, error = self.call("mv", self.home + "/b", self.home + "/c")
            if code != 0:
                self.assert_explains(error, self.name)
                self.lift()
                self.assertEqual({k: v for k, v in self.true_files().items() if k in "bc"},
                                 {"b": 1})
                self.assertTrue(self.is_there(self.home + "/b"))
                self.fs("mv", self.home + "/b", self.home + "/c")
            self.assertEqual({k: v for k, v in self.true_files().items() if k in "bc"}, {"c": 1})
            self.assertEqual(self.read(self.home + "/c", "NO_CACHE"), self.digest(b"b"))
            self.fs("mv", self.home + "/c", self.home + "/b")
        self.fault(faults.LOST, 1, "DELETE", "POST")
        self.fs("rm", self.home + "/d", "recursive=true")
        self.assertEqual(set(self.true_files()), {"b"})

    def test_a_link_that_breaks_while_bytes_flow(self):
        with Toxiproxy() as toxiproxy:
            link = faults.Link(toxiproxy, self.store.port)
            uri = "s3://%s/linked" % self.store.bucket
            self.mount("/linked", {**self.faulty, "alluxio.underfs.s3.endpoint": link.endpoint},
                       uri)
            self.addCleanup(self.cluster.cli, "fs", "unmount", "/linked")
            content = self.data(3 * PART, 4)
            local = self.local_file(content)
            put = ("-put", local, "/linked/f")
            link.toxic("limit_data", "upstream", bytes=PART - MIB)  # of each connection
            self.assertIn(uri, self.shell(*put, code=1))
            link.heal("limit_data", "upstream")
            self.assertEqual(self.judge().keys("linked/"), {})
            self.assertFalse(self.is_there("/linked/f"))
            self.shell(*put)
            self.assertTrue(self.judge().read("linked/f") == content)
            link.toxic("limit_data", bytes=300000)
            error = self.fails("read", "/linked/f", "readType=NO_CACHE")
            self.assertIn(uri, error)
            link.heal("limit_data")
            wait_until("the link to be used again",
                       lambda: self.call("ls", "/linked", "commonOptions.syncIntervalMs=0")[0] == 0)
            self.assertEqual(self.read("/linked/f"), self.digest(content))
            link.close()

    def test_a_file_that_waits_for_its_store(self):
        """ASYNC_THROUGH: the only copy is kept and read while the store refuses it."""
        self.fs("mkdir", self.home, "writeType=THROUGH")
        self.fault(faults.HANG_UP, NEVER, "PUT", "POST")
        content = self.put(self.home + "/f", self.data(MIB + 1, 8), "ASYNC_THROUGH")
        time.sleep(1)
        self.assertEqual(self.stat(self.home + "/f")["persistence"], "TO_BE_PERSISTED")
        self.assertEqual(self.read(self.home + "/f"), self.digest(content))
        self.assertEqual(self.true_files(), {})
        self.lift()
        self.await_persisted(self.home + "/f")
        self.assertTrue(self.truth("f") == content)
        self.assertEqual(set(self.true_files()), {"f"})
        self.assertEqual(self.judge().unfinished(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
