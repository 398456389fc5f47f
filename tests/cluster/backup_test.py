#!/usr/bin/env python3
"""Backups between our master and a real Java master, both ways, and what damaged ones do."""
import glob
import gzip
import os
import shutil
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from cluster import JavaCluster, NativeCluster, wait_until  # noqa: E402
from journal_exchange_test import edit, listing  # noqa: E402

SOURCE = "alluxio.master.journal.init.from.backup"
PROPERTIES = {"alluxio.user.file.writetype.default": "CACHE_THROUGH"}


class BackupTest(unittest.TestCase):
    def make(self, kind, **more):
        cluster = kind(dict(PROPERTIES, **{k.replace("__", "."): v for k, v in more.items()}))
        self.addCleanup(cluster.close)
        return cluster

    def admin(self, cluster, *words):
        """The Java admin shell on either kind of cluster."""
        shell = cluster.java_admin()
        code, out, err = shell.run(*words)
        shell.close()
        self.assertEqual(code, 0, out + err)
        return out

    def backed_up(self, kind):
        """A cluster with something in it that has ended, its listing, and its backup."""
        first = self.make(kind)
        first.start()
        edit(first)
        folder = os.path.join(first.folder, "backups")
        os.makedirs(folder)
        before = listing(first)
        text = self.admin(first, "backup", folder, "--local")
        files = glob.glob(os.path.join(folder, "alluxio-backup-*.gz"))
        self.assertEqual(len(files), 1, text)
        self.assertIn("Backup URI         : ", text)
        self.assertIn(os.path.basename(files[0]), text)
        self.assertRegex(text, r"Backup Entry Count : [1-9]\d+\n")
        self.assertTrue(os.path.exists(files[0] + ".complete"))
        first.stop()
        return first, before, files[0]

    def restored(self, kind, first, file):
        second = self.make(kind)
        second.properties["alluxio.master.mount.table.root.ufs"] = first.ufs
        second.properties[SOURCE] = file
        second.write_conf()
        second.start()
        return second

    def goes_on(self, second, before):
        self.assertEqual(listing(second), before)
        shell = second.hadoop()
        code, out, err = shell.run("-mkdir", "/afterwards")
        self.assertEqual(code, 0, out + err)
        code, out, err = shell.run("-cat", "/moved/two")
        self.assertEqual((code, out), (0, "x" * 1000), err)
        shell.close()

    def test_our_backup_in_a_java_master(self):
        first, before, file = self.backed_up(NativeCluster)
        self.goes_on(self.restored(JavaCluster, first, file), before)

    def test_a_java_backup_in_our_master(self):
        first, before, file = self.backed_up(JavaCluster)
        second = self.restored(NativeCluster, first, file)
        self.goes_on(second, before)
        # The journal has it now: another start takes nothing in again.
        after = listing(second)
        second.stop()
        second.start(format_first=False)
        self.assertEqual(listing(second), after)

    def test_ours_in_the_root_under_store_by_our_command_line(self):
        first = self.make(NativeCluster)
        first.properties["alluxio.master.backup.directory"] = first.folder + "/backups/deep"
        first.write_conf()
        first.start()
        edit(first)
        self.assertEqual(first.cli("fs", "setTtl", "/a/one", "86400000")[0], 0)
        self.assertEqual(first.cli("fs", "pin", "/moved/two")[0], 0)
        before = listing(first)
        text = first.cli("fsadmin", "backup", check=True)[1]
        self.assertRegex(text, r"\ABackup Host        : localhost\n"
                               r"Backup URI         : /\S+/backups/deep/alluxio-backup-\S+\.gz\n"
                               r"Backup Entry Count : \d+\n\Z")
        file = text.split("Backup URI         : ")[1].split("\n")[0]
        stat = first.cli("fs", "stat", "/a/one")[1]
        first.stop()
        second = self.restored(NativeCluster, first, file)
        self.goes_on(second, before)
        self.assertIn("ttl=86400000", stat)
        self.assertIn("ttl=86400000", second.cli("fs", "stat", "/a/one")[1])
        self.assertIn("/moved/two", second.cli("fs", "ls", "-p", "-R", "/")[1])

    def test_what_cannot_be_restored_is_never_served(self):
        first, _, file = self.backed_up(NativeCluster)
        with gzip.open(file) as packed:
            content = packed.read()
        damaged = os.path.join(first.folder, "damaged.gz")
        for name, data in (("cut", gzip.compress(content)[:-20]), ("flipped", self.flipped(file)),
                           ("rubbish", gzip.compress(content[:len(content) // 2] + b"\xff" * 30)),
                           ("text", b"this is no backup")):
            with open(damaged, "wb") as out:
                out.write(data)
            second = self.make(NativeCluster)
            second.properties["alluxio.master.mount.table.root.ufs"] = first.ufs
            second.properties[SOURCE] = damaged
            second.write_conf()
            second.format()
            second.start_master(wait=False)
            self.assertNotEqual(second.master.wait(60), 0, name)
            self.assertIn("backup " + damaged, second.tail("master"), name)
            # A second start finds what was left, with or without the property.
            del second.properties[SOURCE]
            second.write_conf()
            second.start_master(wait=False)
            self.assertNotEqual(second.master.wait(60), 0, name)
            self.assertIn("a backup was being restored into it", second.tail("master"), name)
            shutil.rmtree(second.journal)
            os.makedirs(second.journal)
            second.start()
            second.stop()

    def flipped(self, file):
        with open(file, "rb") as packed:
            data = bytearray(packed.read())
        data[len(data) // 2] ^= 0x10
        return bytes(data)

    def test_a_backup_that_is_not_there(self):
        cluster = self.make(NativeCluster)
        cluster.properties[SOURCE] = "/nowhere/at/all.gz"
        cluster.write_conf()
        cluster.format()
        cluster.start_master(wait=False)
        self.assertNotEqual(cluster.master.wait(60), 0)
        self.assertIn(SOURCE + "=/nowhere/at/all.gz", cluster.tail("master"))
        del cluster.properties[SOURCE]
        cluster.write_conf()
        cluster.start_master()

    def test_errors_name_the_folder(self):
        cluster = self.make(NativeCluster)
        cluster.start()
        place = os.path.join(cluster.folder, "a file")
        open(place, "w").close()
        code, out, err = cluster.cli("fsadmin", "backup", place, "--local")
        self.assertEqual(code, 255, out)
        self.assertIn("a file", out + err)

    def test_edits_go_on_meanwhile(self):
        cluster = self.make(NativeCluster)
        cluster.start()
        for i in range(20):
            self.assertEqual(cluster.cli("fs", "mkdir", "/d%d" % i)[0], 0)
        place = os.path.join(cluster.folder, "backups")
        for i in range(5):
            self.assertEqual(cluster.cli("fsadmin", "backup", place, "--local")[0], 0)
            self.assertEqual(cluster.cli("fs", "mkdir", "/e%d" % i)[0], 0)
        wait_until("five backups", lambda: len(glob.glob(place + "/*.complete")) == 5)


if __name__ == "__main__":
    unittest.main()
