"""A master's open log is written past the page cache. Others read and map it meanwhile; the disk
answers with an error after it wrote half of what it was given, or all. What was acknowledged is
there, to readers at once and after a restart, and nothing else."""
import os
import signal
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE]
from cluster import NativeCluster, wait_until  # noqa: E402
from edits import Edits  # noqa: E402
from ill_machine import LOST_ANSWERS, TORN_WRITES, IllMachine  # noqa: E402

# Holds all pages of the logs below a folder, mapped and read, again and again.
READER = """
import mmap, os, sys
print("reading", flush=True)
while True:
    for at, _, names in os.walk(sys.argv[1]):
        for name in names:
            try:
                with open(os.path.join(at, name), "rb") as log:
                    log.read()
                    with mmap.mmap(log.fileno(), 0, prot=mmap.PROT_READ) as pages:
                        for _ in range(20):
                            sum(pages[::4096])
            except (OSError, ValueError):
                pass  # it has another name by now, or is empty
"""


class IllCluster(NativeCluster):
    def __init__(self, properties):
        super().__init__(properties)
        self.ill = IllMachine(self.folder, self.journal)

    def command(self, role):
        command = super().command(role)
        return self.ill.launcher() + command if role == "master" else command

    def logs_of_journal(self):
        return [os.path.join(at, name) for at, _, names in os.walk(self.journal) for name in names]

    def writes_directly(self):
        """Has the master a log open that it writes past the page cache?"""
        held = "/proc/%d/" % self.master.pid
        for fd in os.listdir(held + "fd"):
            try:
                if not os.readlink(held + "fd/" + fd).startswith(self.journal):
                    continue
                with open(held + "fdinfo/" + fd) as info:
                    flags = next(int(line.split()[1], 8) for line in info if "flags:" in line)
            except FileNotFoundError:
                continue  # closed meanwhile
            if flags & os.O_DIRECT and flags & os.O_DSYNC:
                return True
        return False


class DirectLogTest(unittest.TestCase):
    def begin(self, properties=None):
        cluster = IllCluster(dict({"alluxio.user.rpc.retry.max.duration": "60s"},
                                  **properties or {}))
        self.addCleanup(cluster.close)
        cluster.format()
        cluster.start_master()
        # The first writes of a log make room for the others.
        for n in range(3):
            cluster.cli("fs", "mkdir", "/begin-%d" % n, check=True)
        if not cluster.writes_directly():
            self.skipTest("the file system of %s has no direct writes" % cluster.journal)
        return cluster

    def restart(self, cluster):
        cluster.stop_process(cluster.master, signal.SIGKILL)
        cluster.ill.set()
        cluster.start_master()

    def names(self, cluster):
        words = cluster.cli("fs", "ls", "/", check=True)[1].split()
        return sorted(word for word in words if word.startswith(("/d-", "/begin-")))

    def check_exactly(self, cluster, done):
        begun = ["/begin-%d" % n for n in range(3)]
        self.assertEqual(self.names(cluster), sorted(begun + done))

    def start_reader(self, cluster):
        reader = subprocess.Popen([sys.executable, "-c", READER, cluster.journal],
                                  stdout=subprocess.PIPE)
        self.addCleanup(reader.stdout.close)
        self.addCleanup(reader.wait)
        self.addCleanup(reader.kill)
        self.assertEqual(reader.stdout.readline(), b"reading\n")

    def in_a_log(self, cluster, text):
        for path in cluster.logs_of_journal():
            with open(path, "rb") as log:
                if text in log.read():
                    return True
        return False

    def test_others_read_the_log_while_it_is_written(self):
        cluster = self.begin()
        for _ in range(2):
            self.start_reader(cluster)
        done = []
        for n in range(60):
            cluster.cli("fs", "mkdir", "/d-%d" % n, check=True)
            done.append("/d-%d" % n)
            self.assertTrue(self.in_a_log(cluster, b"d-%d" % n), "acknowledged, and not in a log")
        self.assertTrue(cluster.writes_directly(), "the log was given up")
        self.restart(cluster)
        self.check_exactly(cluster, done)

    def fail_late(self, how):
        cluster = self.begin()
        edits = Edits(cluster, "d", 60)
        edits.more()
        cluster.ill.set(how)
        wait_until("a write to fail", lambda: "journal: write failed" in
                   cluster.tail("master", 200))
        count = len(edits.done)
        time.sleep(1)
        self.assertLessEqual(len(edits.done), count + 1, "acknowledged though the write failed")
        return cluster, edits

    def test_it_ends_after_writes_that_failed_late(self):
        """The client tries its edit again, which may be in the log or not."""
        for how in (TORN_WRITES, LOST_ANSWERS):
            with self.subTest(how):
                cluster, edits = self.fail_late(how)
                self.restart(cluster)
                edits.more()
                self.check_exactly(cluster, edits.stop())

    def test_it_goes_on_after_writes_that_failed_late(self):
        for how in (TORN_WRITES, LOST_ANSWERS):
            with self.subTest(how):
                cluster, edits = self.fail_late(how)
                cluster.ill.set()
                edits.more()
                self.assertIn("journal: writing again", cluster.tail("master", 400))
                done = edits.stop()
                self.restart(cluster)
                self.check_exactly(cluster, done)

    def test_a_disk_that_goes_on_tearing_writes_ends_the_master(self):
        cluster = self.begin({"alluxio.master.journal.flush.timeout": "1s",
                              "alluxio.user.rpc.retry.max.duration": "1s"})
        cluster.ill.set(TORN_WRITES)
        self.assertNotEqual(cluster.cli("fs", "mkdir", "/d-lost")[0], 0)
        self.assertEqual(cluster.master.wait(60), 2)
        self.assertIn("journal: failed for good", cluster.tail("master", 200))
        cluster.ill.set()
        cluster.start_master()
        self.check_exactly(cluster, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
