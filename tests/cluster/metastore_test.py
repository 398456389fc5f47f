"""alluxio.master.metastore=ROCKS: a master whose memory holds a hundred inodes serves a namespace
of thousands as one whose memory holds all, through kill -9, checkpoints, backups and standbys."""
import os
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import NativeCluster, wait_until  # noqa: E402

ROCKS = {"alluxio.user.file.writetype.default": "CACHE_THROUGH",
         "alluxio.master.metastore": "ROCKS",
         "alluxio.master.metastore.inode.cache.max.size": "100",
         "alluxio.master.metastore.inode.cache.evict.batch.size": "20"}
FOLDERS, FILES = 20, 120


def loaded(cluster):
    """A few thousand inodes, and edits of all kinds on top."""
    for n in range(FOLDERS):
        cluster.put_ufs("d%02d" % n, FILES, 30)
    out = cluster.cli("fs", "ls", "-R", "/", check=True)[1]
    assert len(out.splitlines()) == FOLDERS * (FILES + 1), len(out.splitlines())
    for command in ("mkdir /made/a/b", "mv /d01 /made/a/b/moved", "rm -R /d02",
                    "chmod -R 750 /d03", "chown nobody /d04/f00007", "setTtl /d05/f00008 86400000",
                    "pin /d06", "setfacl -m user:nobody:rwx /d07/f00001",
                    "setfacl -m default:user:nobody:rwx /d08", "mv /d09/f00003 /d09/renamed",
                    "rm /d10/f00004", "touch /d11/new", "mv /made/a/b/moved/f00009 /made/z"):
        cluster.cli("fs", *command.split(), check=True)


def seen(cluster):
    """All that a client can see of the namespace."""
    texts = [cluster.cli("fs", "ls", "-R", "/", check=True)[1]]
    for path in ("/made", "/made/z", "/d04/f00007", "/d05/f00008", "/d06", "/d09/renamed"):
        texts.append(cluster.cli("fs", "stat", path, check=True)[1])
    for path in ("/d07/f00001", "/d08"):
        texts.append(cluster.cli("fs", "getfacl", path, check=True)[1])
    texts.append(cluster.cli("fs", "count", "/", check=True)[1])
    return "\n".join(texts)


class MetastoreTest(unittest.TestCase):
    def make(self, properties=None):
        cluster = NativeCluster({**ROCKS, **(properties or {})})
        self.addCleanup(cluster.close)
        return cluster

    def metric(self, cluster, name):
        out = cluster.cli("fsadmin", "report", "metrics", check=True)[1]
        line = next(line for line in out.splitlines() if line.startswith(name))
        return int(re.findall(r"[\d,]+", line)[-1].replace(",", ""))

    def test_kill_restart_checkpoint_and_the_other_metastore(self):
        cluster = self.make().start()
        loaded(cluster)
        before = seen(cluster)
        wait_until("inodes to leave memory",
                   lambda: self.metric(cluster, "Master.InodeCacheSize") <= 85)
        self.assertGreater(self.metric(cluster, "Master.TotalPaths"), 2000)
        self.assertEqual(seen(cluster), before)
        for sig in (signal.SIGKILL, signal.SIGTERM):
            cluster.stop_process(cluster.master, sig)
            cluster.start_master()
            self.assertEqual(seen(cluster), before, sig)
        # A checkpoint while most is on the disk, and edits after it.
        cluster.cli("fsadmin", "journal", "checkpoint", check=True)
        cluster.cli("fs", "mv", "/d12", "/made/late", check=True)
        cluster.cli("fs", "rm", "/made/late/f00002", check=True)
        after = seen(cluster)
        for metastore in ("ROCKS", "HEAP", "ROCKS"):
            cluster.stop_process(cluster.master, signal.SIGKILL)
            cluster.properties["alluxio.master.metastore"] = metastore
            cluster.write_conf()
            cluster.start_master()
            self.assertEqual(seen(cluster), after, metastore)
        cluster.stop()

    def test_the_stock_shell_sees_what_it_sees_of_a_heap_master(self):
        cluster = self.make().start()
        loaded(cluster)
        walks = ("ls -R /", "ls /d13", "ls -R /made", "stat /d14/f00011", "count /", "du /d15",
                 "ls /d16/*1*", "test -e /d10/f00004", "cat /d17/f00001", "getfacl /d08",
                 "ls /nothing")
        shown = {}
        for metastore in ("ROCKS", "HEAP"):
            cluster.stop_process(cluster.master)
            cluster.properties["alluxio.master.metastore"] = metastore
            cluster.write_conf()
            cluster.start_master()
            shell = cluster.java_shell()
            wait_until("the worker", lambda: shell.run("cat", "/d17/f00001")[0] == 0)
            shown[metastore] = [shell.run(*walk.split()) for walk in walks]
            shell.close()
        for walk, rocks, heap in zip(walks, shown["ROCKS"], shown["HEAP"]):
            self.assertEqual(rocks, heap, walk)
        cluster.stop()

    def test_a_backup_of_the_one_is_restored_by_the_other(self):
        cluster = self.make().start()
        loaded(cluster)
        before = seen(cluster)
        folder = os.path.join(cluster.folder, "backups")
        out = cluster.cli("fsadmin", "backup", folder, "--local", check=True)[1]
        uri = next(line.split(" : ")[1].split("/alluxio-backup")[1] for line in out.splitlines()
                   if "Backup URI" in line)
        for metastore in ("HEAP", "ROCKS"):
            cluster.stop()
            cluster.properties["alluxio.master.metastore"] = metastore
            cluster.properties["alluxio.master.journal.init.from.backup"] = \
                folder + "/alluxio-backup" + uri
            cluster.write_conf()
            cluster.start()
            self.assertEqual(seen(cluster), before, metastore)
        cluster.stop()

    def test_a_disk_without_room_ends_the_master_with_its_reason(self):
        cluster = self.make()
        place = os.path.join(cluster.folder, "metastore")
        os.makedirs(place)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", place], check=True)
        try:
            cluster.properties["alluxio.user.rpc.retry.max.duration"] = "1s"
            cluster.write_conf()
            cluster.start()
            for n in range(4):
                cluster.put_ufs("d%02d" % n, FILES, 30)
            cluster.cli("fs", "ls", "-R", "/")
            wait_until("the master to end", lambda: cluster.master.poll() is not None)
            self.assertEqual(cluster.master.returncode, 3)
            self.assertIn("the metastore has failed: metastore %s/inodes: its disk has only"
                          % place, cluster.tail("master"))
        finally:
            cluster.close(keep=True)
            subprocess.run(["umount", place], check=True)
        # With room it starts again as if nothing had been.
        cluster.start_master()
        cluster.cli("fs", "ls", "-R", "/", check=True)
        cluster.stop()

    def test_a_folder_in_use_stops_the_start(self):
        cluster = self.make().start()
        other = self.make({"alluxio.master.metastore.dir":
                           os.path.join(cluster.folder, "metastore")})
        other.format()
        other.start_master(wait=False)
        self.assertNotEqual(other.master.wait(60), 0)
        self.assertIn("metastore %s/metastore/inodes" % cluster.folder, other.tail("master"))
        cluster.cli("fs", "ls", "/", check=True)
        cluster.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
