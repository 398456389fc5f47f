"""Load jobs of the master over real servers: "fs load --submit | --progress | --stop" by our
command line and by the stock shell, and kill -9 of the master meanwhile.

FILES=10000 makes the load that is cut off that long. With ALL=1 also with a real Java master that
gets our journal, and back.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import (BIN, JAVA_FLAGS, JavaCluster, NativeCluster, class_path,  # noqa: E402
                     wait_until)
from two_workers_test import TwoWorkers  # noqa: E402

FILES = int(os.environ.get("FILES", "400"))
PATIENCE = 60


def progress(cluster, path):
    """What --progress says as JSON."""
    _, out, _ = cluster.cli("fs", "load", path, "--progress", "--format", "JSON", "--verbose",
                            check=True)
    first, rest = out.split("\n", 1)
    assert first == "Progress for loading path '%s':" % path, out
    return json.loads(rest)


def await_end(cluster, path):
    def over():
        report = progress(cluster, path)
        return report["mJobState"] not in ("RUNNING", "VERIFYING") and report
    return wait_until("the end of the load of " + path, over, PATIENCE)


class LoadJobTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = TwoWorkers({"alluxio.user.file.metadata.sync.interval": "-1"})
        try:
            cls.cluster.start()
        except BaseException:
            cls.cluster.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()

    def load(self, *words, code=0):
        got, out, err = self.cluster.cli("fs", "load", *words)
        self.assertEqual(got, code, "%s: %s%s" % (words, out, err))
        return out

    def test_a_tree(self):
        cluster = self.cluster
        cluster.put_ufs("tree/a", 70)
        cluster.put_ufs("tree/b/c", 50)
        out = self.load("/tree", "--submit", "--verify")
        self.assertRegex(out, r"^Load '/tree' is successfully submitted. JobId: [-0-9a-f]{36}\n$")
        report = await_end(cluster, "/tree")
        size = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in
                   os.walk(os.path.join(cluster.ufs, "tree")) for name in names)
        self.assertEqual(
            (report["mJobState"], report["mProcessedFileCount"], report["mFailedFileCount"],
             report["mLoadedByteCount"], report["mTotalByteCount"]),
            ("SUCCEEDED", 120, 0, size, size))
        self.assertTrue(report["mVerificationEnabled"])
        self.assertEqual(cluster.cached("/tree"), 120)
        out = self.load("/tree", "--progress")
        self.assertIn("\tSettings:\tbandwidth: unlimited\tverify: true\n"
                      "\tJob State: SUCCEEDED\n\tFiles Processed: 120\n\tBytes Loaded: ", out)
        self.assertEqual(self.load("/tree", "--stop"),
                         "Cannot find load job for path /tree, it might have already been stopped "
                         "or finished\n")

    def test_the_page_of_jobs(self):
        cluster = self.cluster
        cluster.put_ufs("page", 2)
        self.load("/page", "--submit")
        await_end(cluster, "/page")
        url = ("http://localhost:%s/api/v1/master/webui_jobs"
               % cluster.properties["alluxio.master.web.port"])
        with urllib.request.urlopen(url, timeout=60) as answer:
            shown = json.loads(answer.read())
        job = [job for job in shown["loadJobs"] if job["path"] == "/page"][0]
        self.assertEqual((job["state"], job["filesProcessed"], job["filesFailed"]),
                         ("SUCCEEDED", 2, 0))
        self.assertFalse(shown["jobService"]["available"])
        self.assertTrue(shown["jobService"]["reason"])
        self.assertEqual(shown["jobs"], [])

    def test_partial_listing_and_one_file(self):
        self.cluster.put_ufs("part", 30)
        self.load("/part", "--submit", "--partial-listing")
        report = await_end(self.cluster, "/part")
        self.assertEqual((report["mJobState"], report["mProcessedFileCount"]), ("SUCCEEDED", 30))
        self.assertNotIn("mTotalByteCount", report)
        self.cluster.put_ufs("single", 1)
        self.load("/single/f00000", "--submit")
        self.assertEqual(await_end(self.cluster, "/single/f00000")["mProcessedFileCount"], 1)
        self.assertEqual(self.cluster.cached("/single"), 1)

    def test_what_fails_says_why(self):
        cluster = self.cluster
        cluster.put_ufs("gone", 3)
        cluster.cli("fs", "ls", "/gone", check=True)
        lost = os.path.join(cluster.ufs, "gone", "f00001")
        os.remove(lost)
        self.load("/gone", "--submit")
        report = await_end(cluster, "/gone")
        self.assertEqual((report["mJobState"], report["mProcessedFileCount"],
                          report["mFailedFileCount"]), ("FAILED", 3, 1))
        self.assertEqual(report["mFailureReason"]["message"], "1 files could not be loaded")
        self.assertRegex(report["mFailedFilesWithReasons"][lost],
                         r"^Status code: 5, message: .*f00001")
        self.assertEqual(cluster.cached("/gone"), 2)
        self.load("/not/there", "--submit")
        report = await_end(cluster, "/not/there")
        self.assertEqual(report["mJobState"], "FAILED")
        self.assertIn('Path "/not/there" does not exist', report["mFailureReason"]["message"])

    def test_nonsense(self):
        self.assertEqual(self.load("/never", "--progress", code=254),
                         "Progress for loading path '/never':\n"
                         "Load for path '/never' cannot be found.\n")
        self.assertIn("Load does not support wildcard path", self.load("/a*", "--submit", code=255))
        self.assertIn("Must have one of submit / stop / progress",
                      self.load("/a", "--verify", code=255))
        self.assertIn("bandwidth should be greater than 0",
                      self.load("/a", "--submit", "--bandwidth", "0", code=255))

    def test_bandwidth_and_stop(self):
        cluster = self.cluster
        cluster.put_ufs("slow", 100)
        self.load("/slow", "--submit", "--bandwidth", "3KB")
        wait_until("the first files", lambda: cluster.cached("/slow") > 0, PATIENCE)
        self.assertEqual(progress(cluster, "/slow")["mBandwidth"], 3072)
        self.assertEqual(self.load("/slow", "--stop"), "Load '/slow' is successfully stopped.\n")
        self.assertEqual(progress(cluster, "/slow")["mJobState"], "STOPPED")
        # 300 kB by two workers at 3 kB a second each.
        self.assertLess(cluster.cached("/slow"), 100)
        self.assertEqual(
            self.load("/slow", "--submit"),
            "Load already running for path '/slow', updated the job with new bandwidth: "
            "unlimited, verify: false\n")
        self.assertEqual(await_end(cluster, "/slow")["mJobState"], "SUCCEEDED")
        self.assertEqual(cluster.cached("/slow"), 100)

    def test_the_stock_shell(self):
        cluster = self.cluster
        cluster.put_ufs("stock", 20)
        out = self.java("load", "/stock", "--submit", "--verify", "--bandwidth", "100MB")
        self.assertRegex(out, r"Load '/stock' is successfully submitted. JobId: [-0-9a-f]{36}\n$")
        self.assertEqual(await_end(cluster, "/stock")["mJobState"], "SUCCEEDED")
        theirs = self.java("load", "/stock", "--progress", "--verbose")
        self.assertIn("\tSettings:\tbandwidth: 104857600\tverify: true\n", theirs)
        self.assertEqual(theirs, self.load("/stock", "--progress", "--verbose"))
        self.assertEqual(self.java("load", "/stock", "--stop"), self.load("/stock", "--stop"))
        self.assertEqual(self.java("load", "/never", "--progress", code=254),
                         self.load("/never", "--progress", code=254))

    def java(self, *words, code=0):
        cluster = self.cluster
        done = subprocess.run(
            ["java", *JAVA_FLAGS, "-Xmx512m", *cluster.java_options(), "-cp",
             cluster.conf + ":" + class_path("server"), "alluxio.cli.fs.FileSystemShell", *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, cwd=cluster.folder)
        out = done.stdout.decode()
        self.assertEqual(done.returncode, code, out + done.stderr.decode())
        return out

    def test_the_master_is_killed(self):
        cluster = self.cluster
        cluster.put_ufs("many", FILES)
        self.load("/many", "--submit", "--bandwidth", "3KB", "--verify")
        wait_until("the first files", lambda: cluster.cached("/many") > 0, PATIENCE)
        cluster.stop_process(cluster.master, signal.SIGKILL)
        cluster.start_master()
        wait_until("two workers", lambda: cluster.capacity() == 2 << 30, PATIENCE)
        before = cluster.cached("/many")
        report = progress(cluster, "/many")
        self.assertEqual((report["mJobState"], report["mBandwidth"]), ("RUNNING", 3072))
        wait_until("more files", lambda: cluster.cached("/many") > before, PATIENCE)
        self.load("/many", "--submit")  # without the limit
        report = await_end(cluster, "/many")
        self.assertEqual((report["mJobState"], report["mFailedFileCount"]), ("SUCCEEDED", 0))
        self.assertEqual(cluster.cached("/many"), FILES)
        # How it ended is known to the next master too.
        cluster.stop_process(cluster.master, signal.SIGKILL)
        cluster.start_master()
        self.assertEqual(progress(cluster, "/many")["mJobState"], "SUCCEEDED")


class JavaServers(JavaCluster):
    def cli(self, *args, check=False):
        """Of our command line."""
        done = subprocess.run([os.path.join(BIN, "alluxio-cli"), *args], cwd=self.folder,
                              env=NativeCluster.environment(self), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120)
        out, err = done.stdout.decode(), done.stderr.decode()
        if check and done.returncode != 0:
            raise AssertionError("%s: exit %d\n%s%s" % (args, done.returncode, out, err))
        return done.returncode, out, err


@unittest.skipUnless(os.environ.get("ALL"), "by hand: ALL=1")
class JournalTest(unittest.TestCase):
    def test_to_a_java_master_and_back(self):
        first = NativeCluster()
        self.addCleanup(first.close)
        first.start()
        first.put_ufs("ours", 5)
        first.cli("fs", "load", "/ours", "--submit", check=True)
        self.assertEqual(await_end(first, "/ours")["mJobState"], "SUCCEEDED")
        first.stop()
        java = self.moved(JavaServers, first)
        # A 2.9.6 master keeps the first entry of a job when it reads them, so it runs it once more.
        self.assertEqual(await_end(java, "/ours")["mJobState"], "SUCCEEDED")
        java.put_ufs("theirs", 5)
        # A Java master fails a load of a path that nobody has looked at, also on a journal of its
        # own.
        java.cli("fs", "load", "/theirs", "--submit", check=True)
        self.assertEqual(await_end(java, "/theirs")["mJobState"], "FAILED")
        java.cli("fs", "ls", "/theirs", check=True)
        java.cli("fs", "load", "/theirs", "--submit", "--verify", check=True)
        report = await_end(java, "/theirs")
        self.assertEqual(report["mJobState"], "SUCCEEDED", report)
        self.assertEqual(java.cached("/theirs"), 5)
        java.stop()
        back = self.moved(NativeCluster, java)
        for path, verified in (("/ours", False), ("/theirs", True)):
            report = progress(back, path)
            self.assertEqual((report["mJobState"], report["mVerificationEnabled"]),
                             ("SUCCEEDED", verified))
        back.put_ufs("again", 5)
        back.cli("fs", "load", "/again", "--submit", check=True)
        self.assertEqual(await_end(back, "/again")["mJobState"], "SUCCEEDED")
        back.stop()

    def moved(self, to_class, cluster):
        to = to_class({"alluxio.master.mount.table.root.ufs": cluster.ufs})
        self.addCleanup(to.close)
        shutil.rmtree(to.journal)
        shutil.copytree(cluster.journal, to.journal)
        to.ufs = cluster.ufs
        to.start(format_first=False)
        return to


if __name__ == "__main__":
    unittest.main(verbosity=2)
