#!/usr/bin/env python3
"""The walk of somebody who sets up a cluster: the packed product, three hosts, ssh between them.

The hosts are namespaces of this machine (see hosts.py) with a real sshd each. What is unpacked on
the first one gets to the others by copyDir only.
"""
import os
import re
import subprocess
import sys
import tarfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
from cluster import wait_until  # noqa: E402
from hosts import SHARED, Hosts  # noqa: E402

HOME = "/srv/alluxio"
MASTERS = "# the master\n\nm1   # and a word about it\n"
WORKERS = "w1\nroot@w2\n"
SETTINGS = """alluxio.master.hostname=m1
alluxio.master.mount.table.root.ufs=%s/store
alluxio.master.journal.folder=%s/journal
alluxio.worker.tieredstore.level0.dirs.path=/mnt/ramdisk
alluxio.worker.ramdisk.size=64MB
alluxio.user.file.writetype.default=CACHE_THROUGH
alluxio.user.block.size.bytes.default=1MB
""" % (SHARED, SHARED)


def unpack(host):
    """The product as `make dist` packs it, unpacked on one host only."""
    subprocess.run([os.path.join(ROOT, "tools", "dist.sh")], check=True, stdout=subprocess.DEVNULL)
    dist = os.path.join(ROOT, "dist")
    name = max((n for n in os.listdir(dist) if n.endswith(".tar.gz")),
               key=lambda n: os.path.getmtime(os.path.join(dist, n)))
    place = os.path.join(host.folder, "srv")
    with tarfile.open(os.path.join(dist, name)) as archive:
        archive.extractall(place)
    os.rename(os.path.join(place, name[:-len(".tar.gz")]), os.path.join(place, "alluxio"))
    write_conf(host, "masters", MASTERS)
    write_conf(host, "workers", WORKERS)
    write_conf(host, "alluxio-site.properties", SETTINGS)


def write_conf(host, name, text):
    with open(os.path.join(host.folder, "srv", "alluxio", "conf", name), "w") as file:
        file.write(text)


class ScriptsWalk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("hosts are made of namespaces, which needs root")
        cls.hosts = Hosts("m1", "w1", "w2")
        cls.hosts.__enter__()
        cls.addClassCleanup(cls.hosts.__exit__, None, None, None)
        os.makedirs(os.path.join(cls.hosts.shared, "store"))
        cls.m1, cls.w1, cls.w2 = (cls.hosts[name] for name in ("m1", "w1", "w2"))
        unpack(cls.m1)

    def bin(self, script, *words, expect=0, on=None, timeout=120):
        code, text = (on or self.m1).run(os.path.join(HOME, "bin", script), *words, timeout=timeout)
        self.assertEqual(code, expect, "%s %s:\n%s" % (script, " ".join(words), text))
        return text

    def assertLine(self, text, pattern):
        self.assertTrue(re.search(pattern, text, re.MULTILINE), "%s\nnot in:\n%s" % (pattern, text))

    def in_conf(self, name, text):
        """A changed list of hosts, until the end of the test."""
        kept = {"masters": MASTERS, "workers": WORKERS}[name]
        write_conf(self.m1, name, text)
        self.addCleanup(write_conf, self.m1, name, kept)

    def test_01_walk(self):
        text = self.bin("alluxio", "copyDir", HOME)
        self.assertIn("RSYNC'ing %s to masters..." % HOME, text)
        self.assertLine(text, r"^\[m1\] done in \S+ s: this host, nothing to copy$")
        self.assertIn("RSYNC'ing %s to workers..." % HOME, text)
        for host in ("w1", "root@w2"):
            self.assertLine(text, r"^\[%s\] done in" % host)
        self.assertTrue(os.path.exists(self.w2.folder + HOME + "/libexec/bin/AlluxioWorker"))

        text = self.bin("alluxio", "format")
        self.assertIn("on all worker nodes and logging to %s/logs/task.log: " % HOME, text)
        self.assertIn("Waiting for tasks to finish...", text)
        self.assertIn("All tasks finished", text)
        self.assertIn("Formatting Alluxio Master @ m1", text)
        log = self.m1.run("cat", HOME + "/logs/task.log")[1]
        self.assertLine(log, r"^\[\d{4}(-\d\d){2} \d\d(:\d\d){2}\]\[root@w2\] "
                             r"Formatting Alluxio Worker @ w2$")

        text = self.bin("alluxio-start.sh", "all", "SudoMount")
        healthy = r"^\[%s\] done in .*: \[ OK \] The %s service @ %s is in a healthy state.$"
        self.assertLine(text, healthy % ("m1", "master", "m1"))
        self.assertLine(text, healthy % ("w1", "worker", "w1"))
        self.assertLine(text, r"^\[root@w2\] done in .*\[ OK \] The worker service @ w2")
        if os.path.exists("/sys/kernel/mm/transparent_hugepage/shmem_enabled"):
            options = self.w1.run("findmnt", "-n", "-o", "OPTIONS", "/mnt/ramdisk")[1]
            self.assertIn("huge=within_size", options)
        report = ""

        def both_registered():
            nonlocal report
            report = self.bin("alluxio", "fsadmin", "report")
            return "Live Workers: 2" in report
        wait_until("both workers", both_registered)
        self.assertIn("Total Capacity: 128.00MB", report)
        self.assertIn("Passed the test", self.bin("alluxio", "runTests", on=self.w1))
        self.assertLine(text, healthy % ("m1", "job_master", "m1"))
        self.assertLine(text, healthy % ("w1", "job_worker", "w1"))
        self.assertIn("Finished running the command",
                      self.bin("alluxio", "fs", "distributedLoad", "/default_tests_files"))

        text = self.bin("alluxio-monitor.sh", "all")
        for host in ("m1", "w1", "w2"):
            self.assertLine(text, r"\[ OK \] The \w+ service @ %s is in a healthy state." % host)

        self.look()

    def look(self):
        """The pages in a browser that is on the master's network."""
        look = ["node", os.path.join(ROOT, "tests/web/look.mjs"), "http://127.0.0.1:19999",
                "newcomer-overview=/=none lost", "newcomer-workers=/workers=Live (2)",
                "newcomer-browse=/browse?path%3D/default_tests_files=entries"]
        done = subprocess.run(["ip", "netns", "exec", self.m1.space, *look], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_02_commands_on_all_hosts(self):
        text = self.bin("alluxio-workers.sh", "echo", "a  b", "$HOME", "it's; false")
        self.assertLine(text, r"^\[w1\] done in \S+ s: a  b \$HOME it's; false$")
        text = self.bin("alluxio-workers.sh", "echo on $(hostname) | tr a-z A-Z")
        self.assertLine(text, r"^\[root@w2\] done in \S+ s: ON W2$")
        text = self.bin("alluxio-workers.sh", 'test "$(hostname)" = w1', expect=1)
        self.assertLine(text, r"^\[w1\] done in")
        self.assertLine(text, r"^\[root@w2\] FAILED \(exit 1\) after")
        self.assertIn("There are task failures (1 of 2 hosts), look at", text)
        text = self.bin("alluxio-masters.sh", "printf '\\033[31mred\\a\\n'")
        self.assertLine(text, r"^\[m1\] done in \S+ s: \[31mred$")
        text = self.bin("alluxio-masters.sh", expect=1)
        self.assertIn("Usage: alluxio-masters.sh command...", text)

    def test_03_restart_of_failed_workers(self):
        self.assertIn("Successfully Killed 1 process(es)",
                      self.bin("alluxio", "killAll", "alluxio.worker.AlluxioWorker", on=self.w2))
        text = self.bin("alluxio-monitor.sh", "workers", expect=1)
        self.assertLine(text, r"^\[w1\] done in .* \[ OK \]")
        self.assertLine(text, r"^\[root@w2\] FAILED")
        self.assertIn("=== worker @ w2", self.bin("alluxio-monitor.sh", "-L", "workers", "w2"))
        pid = self.w1.run("cat", HOME + "/run/worker.pid")
        self.bin("alluxio-start.sh", "restart_workers")
        self.assertEqual(pid, self.w1.run("cat", HOME + "/run/worker.pid"))
        self.bin("alluxio-monitor.sh", "workers", "w1,root@w2")
        self.assertIn("Successfully Killed 0 process(es)",
                      self.bin("alluxio", "killAll", "nothing of ours"))

    def test_04_saved_cache(self):
        wait_until("two workers",
                   lambda: "Live Workers: 2" in self.bin("alluxio", "fsadmin", "report"))
        data = os.path.join(self.m1.folder, "srv", "data")
        with open(data, "wb") as file:
            file.write(os.urandom(5 << 20))
        self.bin("alluxio", "fs", "copyFromLocal", "/srv/data", "/kept")
        self.bin("alluxio-stop.sh", "workers", "-c", "/srv/saved")
        for host in (self.w1, self.w2):
            self.assertEqual(host.run("umount", "/mnt/ramdisk")[0], 0)
        text = self.bin("alluxio-start.sh", "workers", "SudoMount", "-c", "/srv/saved")
        self.assertIn("Copied /srv/saved/0 into /mnt/ramdisk",
                      self.m1.run("cat", HOME + "/logs/task.log")[1])
        self.assertIn("[ OK ]", text)
        wait_until("what was in the cache is there again",
                   lambda: "100%" in self.bin("alluxio", "fs", "ls", "/kept"))
        self.bin("alluxio", "fs", "copyToLocal", "/kept", "/srv/back")
        self.assertEqual(self.m1.run("cmp", "/srv/data", "/srv/back"), (0, ""))
        # A tier that holds blocks is not overwritten by older ones.
        self.bin("alluxio-start.sh", "workers", "SudoMount", "-c", "/srv/saved")
        self.assertIn("holds blocks already", self.m1.run("cat", HOME + "/logs/task.log")[1])
        self.bin("alluxio-stop.sh", "worker", "-c", "relative", on=self.w1, expect=1)
        self.bin("alluxio-start.sh", "workers", "SudoMount")

    def test_05_a_host_that_cannot_be_reached(self):
        self.in_conf("workers", WORKERS + "10.97.0.99\n")
        text = self.bin("alluxio-start.sh", "-N", "workers", "SudoMount", expect=1)
        self.assertLine(text, r"^\[10.97.0.99\] FAILED \(exit 255\) .*: ssh: connect to host 10.97")
        self.assertLine(text, r"^\[w1\] done in")
        text = self.bin("alluxio", "copyDir", HOME + "/conf", expect=1)
        self.assertLine(text, r"^\[10.97.0.99\] FAILED")
        self.assertLine(text, r"^\[root@w2\] done in")

    def test_06_a_wrong_key(self):
        keys = os.path.join(self.w2.home, ".ssh", "authorized_keys")
        os.rename(keys, keys + ".away")
        self.addCleanup(os.rename, keys + ".away", keys)
        text = self.bin("alluxio", "copyDir", HOME + "/conf", expect=1)
        self.assertLine(text, r"^\[w1\] done in")
        self.assertLine(text, r"^\[root@w2\] FAILED .*: Permission denied")
        text = self.bin("alluxio-workers.sh", "hostname", expect=1)
        self.assertLine(text, r"^\[root@w2\] FAILED \(exit 255\) .*Permission denied")

    def test_07_a_host_that_is_not_the_one_it_was(self):
        self.w1.new_host_key()
        self.assertEqual(self.w1.run("kill", "-HUP", "1")[0], 0)  # sshd reads its key again
        self.addCleanup(self.m1.run, "ssh-keygen", "-R", "w1")
        wait_until("sshd", lambda: self.w1.log().count("Server listening") > 1)
        text = self.bin("alluxio-workers.sh", "hostname", expect=1)
        self.assertLine(text, r"^\[w1\] FAILED \(exit 255\) .*Host key verification failed")
        self.assertLine(text, r"^\[root@w2\] done in \S+ s: w2$")

    def test_08_a_full_disk_on_one_worker(self):
        self.bin("alluxio-stop.sh", "workers")
        # Its folder of pid files first, where one could start what nobody could stop.
        self.w1.run("mkdir", "-p", "/srv/full")
        self.fill(HOME + "/run")
        text = self.bin("alluxio-start.sh", "workers", "SudoMount", expect=1)
        self.assertLine(text, r"^\[root@w2\] done in")
        self.assertLine(text, r"^\[w1\] FAILED .*The worker @ w1 was not started: \S+ could not be")
        self.assertIn("Killed 0", self.bin("alluxio", "killAll", "AlluxioWorker", on=self.w1))
        self.assertEqual(self.w1.run("umount", HOME + "/run")[0], 0)
        self.fill("/srv/full")
        source = os.path.join(self.m1.folder, "srv", "full")
        os.makedirs(source)
        with open(os.path.join(source, "data"), "wb") as file:
            file.write(bytes(1 << 20))
        text = self.bin("alluxio", "copyDir", "/srv/full", expect=1)
        self.assertLine(text, r"^\[root@w2\] done in")
        self.assertLine(text, r"^\[w1\] FAILED .*No space left on device")
        # The other end of rsync takes a moment to notice.
        wait_until("the disk is let go", lambda: self.w1.run("umount", "/srv/full")[0] == 0)
        self.bin("alluxio-start.sh", "-N", "workers", "SudoMount")

    def fill(self, folder):
        mount = ("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder)
        self.assertEqual(self.w1.run(*mount)[0], 0)
        self.assertNotEqual(self.w1.run("dd", "if=/dev/zero", "of=%s/fill" % folder)[0], 0)

    def test_09_a_list_that_is_no_list(self):
        for text, said in (("-oProxyCommand=evil\n", "line 1: .* is no host"),
                           ("#\n", "names no host"), ("w1\n$(reboot)\n", "line 2: ")):
            self.in_conf("workers", text)
            answer = self.bin("alluxio-start.sh", "workers", expect=1)
            self.assertLine(answer, "^Error: %s/conf/workers.*%s" % (HOME, said))

    def test_10_format_and_start_in_one(self):
        self.bin("alluxio", "fs", "touch", "/before")
        write = "-Dalluxio.user.file.writetype.default=MUST_CACHE"
        self.bin("alluxio", "fs", write, "touch", "/only")
        text = self.bin("alluxio-start.sh", "all", "SudoMount", "-f")
        self.assertLine(text, r"^\[m1\] done in .*\[ OK \]")
        # The journal is new; what is in the under store is not ours to remove.
        text = self.bin("alluxio", "fs", "ls", "/")
        self.assertIn("/before", text)
        self.assertNotIn("/only", text)

    def test_11_a_worker_that_dies_during_copy(self):
        big = os.path.join(self.m1.folder, "srv", "big")
        os.makedirs(big)
        for i in range(8):
            with open(os.path.join(big, str(i)), "wb") as file:
                file.write(os.urandom(1 << 20) * 48)
        killer = threading.Thread(target=lambda: (wait_until("the copy", lambda: any(
            os.path.exists(self.w2.folder + "/srv/big/" + n) for n in "0123")), self.w2.crash()))
        killer.start()
        text = self.bin("alluxio", "copyDir", "/srv/big", expect=1)
        killer.join()
        self.assertLine(text, r"^\[w1\] done in")
        self.assertLine(text, r"^\[root@w2\] FAILED \(exit \d+\) after .*")
        self.w2.boot()

    def test_12_stop(self):
        text = self.bin("alluxio-stop.sh", "all")
        self.assertLine(text, r"^\[w1\] done in .*: Killed 1 worker processes on w1$")
        self.assertLine(text, r"^\[m1\] done in .*: Killed 1 master processes on m1$")
        text = self.bin("alluxio-mount.sh", "SudoUmount", "workers")
        self.assertLine(text, r"^\[w1\] done .*Unmounting")


if __name__ == "__main__":
    unittest.main()
