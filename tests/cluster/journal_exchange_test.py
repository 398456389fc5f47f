"""The journal both ways: the Java tool decodes ours, a real Java master boots from our folder and
lists the same tree, and ours boots from a folder the Java master wrote."""
import os
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import (BIN, ROOT, JavaCluster, NativeCluster, hold_environment,  # noqa: E402
                     wait_until, wait_until_held)

LISTING_MARK = b"\xea\xf0\x04"  # the tag of field 9997, how far a listing has come

EDITS = [
    ["-mkdir", "-p", "/a/b/c"], ["-mkdir", "/empty"], ["-put", "{file}", "/a/one"],
    ["-put", "{file}", "/a/b/two"], ["-put", "{file}", "/a/b/c/three"], ["-cp", "/a/one", "/copy"],
    ["-mv", "/a/b", "/moved"], ["-chmod", "640", "/a/one"], ["-chmod", "700", "/moved/c"],
    ["-rm", "/copy"], ["-put", "{file}", "/a/deleted"], ["-rm", "/a/deleted"],
    ["-mkdir", "/tree"], ["-put", "{file}", "/tree/x"], ["-rm", "-r", "/tree"],
]


def listing(cluster):
    shell = cluster.hadoop()
    code, out, err = shell.run("-ls", "-R", "/")
    shell.close()
    assert code == 0, out + err
    return out


def edit(cluster):
    """EDITS, by the stock client."""
    path = os.path.join(cluster.folder, "file")
    with open(path, "w") as f:
        f.write("x" * 1000)
    shell = cluster.hadoop()
    for command in EDITS:
        code, out, err = shell.run(*[word.replace("{file}", path) for word in command])
        assert code == 0, "%s: %s%s" % (command, out, err)
    shell.close()


class JournalExchangeTest(unittest.TestCase):
    def exchange(self, first_class, second_class, end_first=lambda first: first.stop()):
        properties = {"alluxio.user.file.writetype.default": "CACHE_THROUGH"}
        first = first_class(properties)
        self.addCleanup(first.close)
        first.start()
        edit(first)
        before = listing(first)
        self.assertIn("/moved/c/three", before)
        end_first(first)
        second = second_class(properties)
        self.addCleanup(second.close)
        shutil.rmtree(second.journal)
        shutil.copytree(first.journal, second.journal)
        second.properties["alluxio.master.mount.table.root.ufs"] = first.ufs
        second.write_conf()
        second.start(format_first=False)
        self.assertEqual(listing(second), before)
        # And it goes on from there.
        shell = second.hadoop()
        code, out, err = shell.run("-mkdir", "/afterwards")
        self.assertEqual(code, 0, out + err)
        code, out, err = shell.run("-cat", "/moved/two")
        self.assertEqual((code, out), (0, "x" * 1000), err)
        shell.close()
        return first, second

    def test_java_master_boots_from_our_journal(self):
        _, java = self.exchange(NativeCluster, JavaCluster)
        java.stop()

    def test_java_master_boots_from_what_a_killed_master_of_ours_left(self):
        """The open logs end in zeros then: room for entries that were never written."""
        def kill(first):
            for process in (first.master, first.worker):
                first.stop_process(process, signal.SIGKILL)
            for component in ("FileSystemMaster", "BlockMaster"):
                path = os.path.join(first.journal, component, "v1", "logs",
                                    "0x0-0x7fffffffffffffff")
                with open(path, "rb") as log:
                    data = log.read()
                self.assertEqual(data[-4096:], bytes(4096), component)
                self.assertNotEqual(data[0], 0, component)
            out = os.path.join(first.folder, "dump")
            code, text = first.java_main("alluxio.master.journal.tool.JournalTool", "-master",
                                         "FileSystemMaster", "-outputDir", out)
            self.assertEqual(code, 0, text[-3000:])
            with open(os.path.join(out, "edits.txt")) as f:
                self.assertIn("three", f.read())

        _, java = self.exchange(NativeCluster, JavaCluster, kill)
        java.stop()

    def take_over_twice(self, first):
        """Two masters one after the other took the folder of a killed one, and were killed."""
        for process in (first.master, first.worker):
            first.stop_process(process, signal.SIGKILL)
        for _ in range(2):
            subprocess.run([os.path.join(BIN, "journal-appender"), "takeover", first.journal],
                           check=True, timeout=180)
        for component in ("FileSystemMaster", "BlockMaster", "MetaMaster"):
            logs = os.listdir(os.path.join(first.journal, component, "v1", "logs"))
            ranges = sorted(tuple(int(n, 16) for n in name.split("-")) for name in logs)
            # The first's log, an entry, a log of one entry, an entry, an open log.
            self.assertEqual([end - start for start, end in ranges[1:4]], [1, 1, 1], logs)
            self.assertEqual([start for start, _ in ranges[1:]],
                             [end for _, end in ranges[:-1]], logs)
            self.assertEqual((len(ranges), ranges[-1][1]), (5, 2**63 - 1), logs)

    def test_java_master_boots_from_a_folder_that_was_taken_over(self):
        _, java = self.exchange(NativeCluster, JavaCluster, self.take_over_twice)
        java.stop()

    def test_our_master_boots_from_a_folder_that_was_taken_over(self):
        _, native = self.exchange(NativeCluster, NativeCluster, self.take_over_twice)
        native.stop()

    def listing_cut_short(self):
        """A master of ours that was killed in the midst of listing a big folder; its names."""
        first = NativeCluster({"alluxio.underfs.listing.length": "2"})
        self.addCleanup(first.close)
        first.format()
        os.makedirs(os.path.join(first.ufs, "big"))
        names = ["f%05d" % n for n in range(20000)]
        for name in names:
            with open(os.path.join(first.ufs, "big", name), "w"):
                pass
        log = os.path.join(first.journal, "FileSystemMaster", "v1", "logs",
                           "0x0-0x7fffffffffffffff")
        plain = first.environment
        # At the second room of zeros for entries to come: the first is full then.
        first.environment = lambda: dict(plain(), **hold_environment(log, (1 << 20) + 100_000))
        first.start_master()
        first.environment = plain
        asking = subprocess.Popen([os.path.join(BIN, "alluxio-cli"), "fs", "ls", "/big"],
                                  env=first.environment(), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        wait_until_held(first.master)
        self.assertTrue(b"f00500" in self.log_of(first), "a part of the listing is in the journal")
        self.assertFalse(b"f19999" in self.log_of(first), "all of it is")
        first.stop_process(first.master, signal.SIGKILL)
        asking.kill()
        asking.wait()
        return first, names

    def log_of(self, cluster):
        with open(os.path.join(cluster.journal, "FileSystemMaster", "v1", "logs",
                               "0x0-0x7fffffffffffffff"), "rb") as log:
            return log.read()

    def boots_java(self, first, names):
        java = JavaCluster({"alluxio.master.mount.table.root.ufs": first.ufs})
        self.addCleanup(java.close)
        shutil.rmtree(java.journal)
        shutil.copytree(first.journal, java.journal)
        java.start(format_first=False)
        listed = [line.rsplit("/", 1)[1] for line in listing(java).splitlines() if "/big/" in line]
        self.assertEqual(sorted(listed), names)
        java.stop()

    def test_java_master_boots_from_a_listing_cut_short(self):
        first, names = self.listing_cut_short()
        self.assertTrue(LISTING_MARK in self.log_of(first))
        self.boots_java(first, names)

    def test_java_master_boots_from_a_checkpoint_with_a_listing_in_it(self):
        first, names = self.listing_cut_short()
        first.properties["alluxio.master.journal.checkpoint.period.entries"] = "100"
        first.write_conf()
        first.start_master()
        folder = os.path.join(first.journal, "FileSystemMaster", "v1", "checkpoints")
        for n in range(5):
            first.cli("fs", "mkdir", "/made-%d" % n, check=True)
        wait_until("a checkpoint", lambda: os.path.isdir(folder) and os.listdir(folder), 90)
        first.stop_process(first.master)
        with open(os.path.join(folder, sorted(os.listdir(folder))[-1]), "rb") as f:
            self.assertIn(LISTING_MARK, f.read())
        self.boots_java(first, names)

    def test_our_master_boots_from_a_java_journal(self):
        _, native = self.exchange(JavaCluster, NativeCluster)
        native.stop()

    def test_recorded_java_journal_lists_as_java_listed_it(self):
        compat = os.path.join(ROOT, "tests", "compat")
        native = NativeCluster()
        self.addCleanup(native.close)
        shutil.rmtree(native.journal)
        shutil.copytree(os.path.join(compat, "java-2.9.6-journal"), native.journal)
        native.start_master()
        _, out, _ = native.cli("fs", "ls", "-R", "/", check=True)
        with open(os.path.join(compat, "java-2.9.6-journal.ls")) as f:
            expected = f.read()
        self.assertEqual([line.rstrip() for line in out.splitlines()], expected.splitlines())
        _, out, _ = native.cli("fs", "getfacl", "/empty/inherits", check=True)
        self.assertIn("user:nobody:r-x", out)
        native.stop()

    def test_java_journal_tool_decodes_ours(self):
        native = NativeCluster({"alluxio.user.file.writetype.default": "CACHE_THROUGH"})
        self.addCleanup(native.close)
        native.start()
        edit(native)
        native.stop()
        for master, expected in (("FileSystemMaster", "three"), ("BlockMaster", "block_info")):
            out = os.path.join(native.folder, "dump-" + master)
            code, text = native.java_main("alluxio.master.journal.tool.JournalTool", "-master",
                                          master, "-outputDir", out)
            self.assertEqual(code, 0, text[-3000:])
            with open(os.path.join(out, "edits.txt")) as f:
                self.assertIn(expected, f.read())
            code, out_text, err = native.cli("readJournal", "-master", master, "-outputDir",
                                             out + "-ours")
            self.assertEqual(code, 0, out_text + err)
            with open(os.path.join(out + "-ours", "edits.txt")) as f:
                self.assertIn(expected, f.read())


if __name__ == "__main__":
    unittest.main(verbosity=2)
