#!/usr/bin/env python3
"""Every command of the guides for one master, for several and for moving, typed as it is there on
hosts of their own (hosts.py).

What is replaced is said here: the place of the product, the stores, the size of memory. Commands
that another suite runs are listed with it.
"""
import os
import re
import shutil
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAGES = os.path.join(ROOT, "docs", "operate")
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from cluster import wait_until  # noqa: E402
from hosts import SHARED, Hosts  # noqa: E402
from zookeeper_backend import JAR  # noqa: E402

# On every page: the tests' hosts have /srv, and one folder that all of them see.
HERE_IS = [("/opt", "/srv"), ("hdfs://namenode:8020/data", SHARED + "/store"),
           ("hdfs://namenode:8020/alluxio/journal", SHARED + "/journal"),
           ("zk1:2181,zk2:2181,zk3:2181", "zk1:2181"), ("=16GB", "=64MB")]
BACKUPS = "alluxio.master.backup.directory=%s/backups" % SHARED
ELSEWHERE = {
    "hadoop fs ": "seed_page_test.py, over HDFS and ZooKeeper",
    "alluxio.underfs.hdfs.configuration": "seed_page_test.py",
    "dfs.": "hdfs_journal_test.py", "ipc.": "hdfs_journal_test.py",
}


def blocks(name):
    """Indented blocks of a page, without what indents them."""
    with open(os.path.join(PAGES, name)) as file:
        text = file.read()
    found = re.findall(r"(?:^(?: {7}| {4})\S.*\n(?:(?: {7}| {4}).*\n)*)", text, re.M)
    return [[line[7:] if block.startswith(" " * 7) else line[4:] for line in block.splitlines()]
            for block in found]


def typed(block):
    """A block as it is typed here."""
    text = "\n".join(line for line in block
                     if not any(line.startswith(start) for start in ELSEWHERE))
    for there, here in HERE_IS:
        text = text.replace(there, here)
    return text


def pack():
    subprocess.run([os.path.join(ROOT, "tools", "dist.sh")], check=True, stdout=subprocess.DEVNULL)
    return os.path.join(ROOT, "dist", "alluxio-2.9.6.tar.gz")


@unittest.skipIf(os.geteuid() != 0, "hosts are made of namespaces, which needs root")
class GuidesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tar = pack()

    def hosts(self, *names):
        hosts = Hosts(*names)
        hosts.__enter__()
        self.addCleanup(hosts.__exit__, None, None, None)
        os.makedirs(os.path.join(hosts.shared, "store"))
        return hosts

    def type(self, host, text, folder="/srv/alluxio", expect=0):
        code, out = host.run("bash", "-ec", "cd %s\n%s" % (folder, text), timeout=300)
        self.assertEqual(code, expect, "%s\n--- said:\n%s" % (text, out))
        return out

    def install(self, host, block):
        """With backups where all hosts see them; on the page that is the root under store."""
        shutil.copy(self.tar, os.path.join(host.folder, "srv"))
        settings = typed(block).replace("\nEND\n", "\n%s\nEND\n" % BACKUPS)
        return self.type(host, settings, "/srv")

    def wait_for(self, what, host, command, pattern):
        wait_until(what, lambda: re.search(pattern, host.run("bash", "-c", command)[1]), 60)

    def test_one_master(self):
        """Each block in its turn."""
        hosts = self.hosts("m1", "w1", "w2")
        m1 = hosts["m1"]
        write, copy, look, later = blocks("one-master.md")
        self.assertIn("Configuration is valid.", self.install(m1, write))
        out = self.type(m1, typed(copy))
        for host in ("w1", "w2"):
            self.assertRegex(out, r"\[%s\] done in .*The worker service @ %s is" % (host, host))
        self.wait_for("both workers", m1, "/srv/alluxio/bin/alluxio fsadmin report",
                      "Live Workers: 2")
        out = self.type(m1, typed(look))
        self.assertIn("Live Workers: 2", out)
        self.assertIn("Passed the test!", out)
        self.assertNotIn("Failed the test", out)
        out = self.type(m1, typed(later))
        self.assertRegex(out, r"Backup URI +: /media/backups/alluxio-backup-")
        self.assertIn("No server-side configuration errors or warnings.", out)
        self.assertRegex(out, r"\[w2\] done in \S+ s: .*/mnt/ramdisk")
        self.assertRegex(out, r"\[w1\] done in .*worker")
        self.assertEqual(m1.run("pgrep", "-x", "AlluxioMaster")[0], 1)
        self.type(m1, "ssh w2 true; ssh-keygen -R w2")

    def start_zookeeper(self, host):
        folder = os.path.join(host.folder, "srv")
        with open(os.path.join(folder, "zoo.cfg"), "w") as file:
            file.write("tickTime=500\ndataDir=/srv/zk\nclientPort=2181\nadmin.enableServer=false\n"
                       "maxSessionTimeout=120000\n")
        server = subprocess.Popen(
            host.command("java", "-Xmx128m", "-cp", "/srv:" + JAR,
                         "org.apache.zookeeper.server.quorum.QuorumPeerMain", "/srv/zoo.cfg"),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        wait_until("ZooKeeper", lambda: host.run(
            "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/2181")[0] == 0, 60)

    def test_several_masters(self):
        hosts = self.hosts("zk1", "m1", "m2", "m3", "w1", "w2")
        m1, m2 = hosts["m1"], hosts["m2"]
        self.start_zookeeper(hosts["zk1"])
        conf, copy, start, hadoop, failover, _ = blocks("several-masters.md")
        self.assertTrue(all(line.startswith("hadoop fs -ls ") for line in hadoop))
        self.install(m1, blocks("one-master.md")[0])
        site = typed(conf)
        self.type(m1, "printf 'm1\\nm2\\nm3\\n' > conf/masters\n"
                      "cat > conf/alluxio-site.properties <<END\n%s\n%s\nEND" % (site, BACKUPS))
        self.type(m1, typed(copy))
        out = self.type(m1, typed(start))
        for host in ("m1", "m2", "m3"):
            self.assertRegex(out, r"The master service @ %s is in a healthy state" % host)
        self.assertIn("All masters: ", out)
        self.wait_for("both workers", m1, "/srv/alluxio/bin/alluxio fsadmin report",
                      "Live Workers: 2")
        self.type(m1, "bin/alluxio fs mkdir /directory")
        # The commands of the page take m1 for the primary; whoever it is has its part here.
        leader = re.search(r"m[123]", self.type(m1, "bin/alluxio fs leader")).group()
        other = next(hosts[name] for name in ("m1", "m2", "m3") if name != leader)
        steps = typed(failover).replace("ssh m1", "ssh " + leader).splitlines()
        self.assertIn(leader, self.type(other, steps[0]))
        # Where a person says yes to the key of a new host.
        self.type(other, "ssh -o StrictHostKeyChecking=accept-new %s true" % leader)
        self.type(other, steps[1])
        began = time.monotonic()
        after = self.type(other, steps[2])
        self.assertLess(time.monotonic() - began, 10)
        self.assertRegex(after, r"m[123]")
        self.assertNotIn(leader, after)
        self.assertIn("/directory", self.type(other, "bin/alluxio fs ls /"))
        self.assertRegex(self.type(other, steps[3]), "master")
        self.wait_for("the old primary as a standby", m2, "/srv/alluxio/bin/alluxio fs masterInfo",
                      leader)
        self.type(m1, "bin/alluxio-stop.sh all")

    def test_moving_by_a_backup(self):
        """Both sides are ours here; that the Java servers take and give the same file is
        backup_test.py, that they read the same folder journal_exchange_test.py."""
        hosts = self.hosts("m1", "w1", "w2")
        m1 = hosts["m1"]
        same_folder, leave, arrive = blocks("moving.md")
        self.install(m1, blocks("one-master.md")[0])
        self.type(m1, "bin/alluxio copyDir /srv/alluxio; bin/alluxio format")
        out = self.type(m1, typed(same_folder))
        self.assertIn("Configuration is valid.", out)
        self.type(m1, "bin/alluxio fs mkdir /kept")
        out = self.type(m1, typed(leave))
        uri = re.search(r"Backup URI +: (\S+)", out).group(1)
        text = typed(arrive)
        self.assertRegex(text, r"-i hdfs://\S+\.gz masters")
        out = self.type(m1, re.sub(r"hdfs://\S+\.gz", uri, text))
        self.assertRegex(out, "The master service @ m1 is in a healthy state")
        self.assertIn("/kept", self.type(m1, "bin/alluxio fs ls /"))
        self.type(m1, "bin/alluxio-stop.sh all")

    def test_both_languages_have_the_same_commands(self):
        for name in ("one-master", "several-masters", "moving"):
            def words(page):
                return [[re.sub(r"\s+#.*", "", line) for line in block] for block in blocks(page)]
            self.assertEqual(words(name + ".md"), words(name + ".zh.md"), name)


if __name__ == "__main__":
    unittest.main(verbosity=1)
