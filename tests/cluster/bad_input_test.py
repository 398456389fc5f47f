"""Bad input gets a clear error, and nothing is lost."""
import glob
import os
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, NativeCluster, free_port, port_open, wait_until  # noqa: E402

FS = "/alluxio.grpc.file.FileSystemMasterClientService/"
WORKER = "/alluxio.grpc.block.BlockWorker/"


def poke(port, *args, stdin=b""):
    done = subprocess.run([os.path.join(BIN, "wire-poke"), str(port), *args], input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return done.stdout.decode("utf8", "replace").strip()


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def path_request(path):
    """A request whose field 1 is the path, as all namespace calls have it."""
    raw = path if isinstance(path, bytes) else path.encode()
    return (b"\x0a" + varint(len(raw)) + raw).hex()


class Base(unittest.TestCase):
    def make(self, properties=None):
        cluster = NativeCluster(properties)
        self.addCleanup(cluster.close)
        return cluster

    def run_to_its_end(self, cluster, role="master", timeout=120):
        """Starts a server that must refuse; (exit code, everything it printed and logged)."""
        process = cluster._spawn(role, cluster.command(role), cluster.environment())
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.fail("%s did not refuse:\n%s" % (role, cluster.tail(role)))
        return code, cluster.tail(role, 200)


class StartTest(Base):
    def refuses(self, properties, *expected, role="master", cluster=None):
        cluster = cluster or self.make(properties)
        code, text = self.run_to_its_end(cluster, role)
        self.assertNotEqual(code, 0, text)
        for words in expected:
            self.assertIn(words, text)
        return text

    def test_wrong_values_name_file_line_key_value_and_what_was_expected(self):
        cluster = self.make({"alluxio.master.rpc.port": "many"})
        cluster.format = lambda: None
        text = self.refuses(None, "alluxio.master.rpc.port", "many", "alluxio-site.properties",
                            cluster=cluster)
        self.assertRegex(text, r"alluxio-site\.properties:\d+")

    def test_unknown_key_warns_with_the_nearest_name(self):
        cluster = self.make({"alluxio.master.hostnam": "x"})
        cluster.format()
        cluster.start_master()
        self.assertRegex(cluster.tail("master", 200),
                         r"alluxio\.master\.hostnam\b.*alluxio\.master\.hostname")
        cluster.stop()

    def test_journal_that_is_not_formatted(self):
        self.refuses({}, "formatMaster")

    def test_journal_folder_that_cannot_be_used(self):
        cluster = self.make()
        os.rmdir(cluster.journal)
        with open(cluster.journal, "w") as f:
            f.write("a file where a folder should be")
        self.refuses(None, cluster.journal, cluster=cluster)

    def test_port_in_use(self):
        first = self.make()
        first.start()
        second = self.make({"alluxio.master.rpc.port": first.master_port})
        second.format()
        self.refuses(None, str(first.master_port), cluster=second)
        first.stop()

    def test_second_master_on_one_journal_refuses(self):
        first = self.make()
        first.start()
        second = self.make()
        second.properties["alluxio.master.journal.folder"] = first.journal
        second.write_conf()
        self.refuses(None, first.journal, cluster=second)
        first.cli("fs", "mkdir", "/still-works", check=True)
        first.stop()

    def test_embedded_journal_is_refused_by_name(self):
        self.refuses({"alluxio.master.journal.type": "EMBEDDED"}, "EMBEDDED", "UFS")

    def test_validate_conf_refuses_what_a_start_refuses(self):
        for name, value in {"alluxio.master.journal.type": "EMBEDDED",
                            "alluxio.security.authorization.permission.umask": "999",
                            "alluxio.worker.tieredstore.levels": "0",
                            "alluxio.worker.block.store.type": "PAGE"}.items():
            code, out, _ = self.make({name: value}).cli("validateConf")
            self.assertNotEqual(code, 0, out)
            self.assertIn(name, out)
            self.assertIn("Configuration is invalid", out)
        code, out, _ = self.make().cli("validateConf")
        self.assertEqual(code, 0, out)

    def test_worker_directory_that_is_a_file(self):
        cluster = self.make()
        cluster.start()
        cluster.stop_process(cluster.worker)
        path = os.path.join(cluster.folder, "not-a-folder")
        with open(path, "w") as f:
            f.write("x")
        cluster.properties["alluxio.worker.tieredstore.level0.dirs.path"] = path
        cluster.write_conf()
        self.refuses(None, path, role="worker", cluster=cluster)
        cluster.stop()


class DamagedJournalTest(Base):
    def setUp(self):
        self.cluster = self.make({"alluxio.master.journal.log.size.bytes.max": "1KB"})
        self.cluster.start()
        for i in range(30):
            self.cluster.cli("fs", "mkdir", "/d%d" % i, check=True)
        self.cluster.stop()
        logs = glob.glob(os.path.join(self.cluster.journal, "FileSystemMaster/v1/logs/0x*"))
        self.logs = sorted(logs, key=lambda p: int(p.split("-")[-1], 16))
        self.assertGreater(len(self.logs), 2)

    def refuses(self, *expected):
        code, text = self.run_to_its_end(self.cluster)
        self.assertNotEqual(code, 0, text)
        for words in expected:
            self.assertIn(words, text)

    def test_flipped_byte_is_found_with_file_and_offset(self):
        with open(self.logs[1], "r+b") as f:
            f.seek(700)
            byte = f.read(1)
            f.seek(700)
            f.write(bytes([byte[0] ^ 0x10]))
        self.refuses(os.path.basename(self.logs[1]), "offset")

    def test_missing_log_is_a_gap(self):
        os.remove(self.logs[1])
        self.refuses("0x")

    def test_cut_completed_log_is_refused(self):
        os.truncate(self.logs[0], os.path.getsize(self.logs[0]) - 5)
        self.refuses(os.path.basename(self.logs[0]))

    def test_torn_tail_of_the_open_log_is_tolerated(self):
        self.cluster.start(format_first=False)
        self.cluster.cli("fs", "mkdir", "/last", check=True)
        self.cluster.master.send_signal(signal.SIGKILL)
        self.cluster.master.wait()
        open_log = glob.glob(os.path.join(self.cluster.journal,
                                          "FileSystemMaster/v1/logs/*0x7fffffffffffffff"))
        self.assertEqual(len(open_log), 1)
        with open(open_log[0], "ab") as f:
            f.write(b"\x7f\x08")
        self.cluster.start_master()
        self.assertIn("/last", self.cluster.cli("fs", "ls", "/", check=True)[1])
        self.cluster.stop()


class HostileClientTest(Base):
    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster({"alluxio.user.file.writetype.default": "MUST_CACHE"})
        try:
            cls.cluster.start()
            local = os.path.join(cls.cluster.folder, "data")
            with open(local, "wb") as f:
                f.write(b"y" * 100000)
            cls.cluster.cli("fs", "copyFromLocal", local, "/data", check=True)
            stat = cls.cluster.cli("fs", "stat", "/data", check=True)[1]
            cls.block = int(re.search(r"blockIds=\[(\d+)\]", stat).group(1))
        except BaseException:
            cls.cluster.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()

    def answers(self, port, method, request, code):
        text = poke(port, "unary", method, "-", stdin=request.encode() + b"\n")
        self.assertTrue(text.startswith(code), "%s answered %s" % (method, text))
        return text

    def test_malformed_protobuf(self):
        for method in ("GetStatus", "CreateFile", "Rename", "ListStatus", "SetAttribute"):
            self.answers(self.cluster.master_port, FS + method, "0affffffff", "INVALID_ARGUMENT")

    def test_paths_that_are_none(self):
        for path in ("relative", "/a/../../etc/passwd", "", b"/nul\0byte", "/" + "x" * 70000,
                     "/.."):
            for method in ("GetStatus", "CreateDirectory", "CreateFile", "Remove"):
                self.answers(self.cluster.master_port, FS + method, path_request(path),
                             "INVALID_ARGUMENT")

    def test_what_is_not_there_yet_says_so(self):
        # Alluxio's own answer for a store without events.
        self.assertIn("Active Syncing is not supported on this UFS type: local",
                      self.answers(self.cluster.master_port, FS + "StartSync", path_request("/"),
                                   "UNKNOWN"))
        self.answers(self.cluster.master_port,
                     "/alluxio.grpc.table.TableMasterClientService/GetAllDatabases", "",
                     "FAILED_PRECONDITION")

    def test_unknown_block_and_absurd_lengths(self):
        def read(block, offset, length):
            return (b"\x08" + varint(block & (2**64 - 1)) + b"\x10" + varint(offset & (2**64 - 1))
                    + b"\x18" + varint(length & (2**64 - 1))).hex()
        port = self.cluster.worker_port
        self.answers(port, WORKER + "ReadBlock", read(999 << 24, 0, 10), "NOT_FOUND")
        self.answers(port, WORKER + "ReadBlock", read(-5, 0, 10), "INVALID_ARGUMENT")
        self.answers(port, WORKER + "ReadBlock", read(self.block, -1, 10), "INVALID_ARGUMENT")
        self.answers(port, WORKER + "ReadBlock", read(self.block, 0, -10), "INVALID_ARGUMENT")
        self.answers(port, WORKER + "ReadBlock", "ffffffffffff", "INVALID_ARGUMENT")

    def test_abandoned_write_leaves_no_temp_block(self):
        def leftovers():
            return [f for folder, _, files in os.walk(self.cluster.ram) for f in files
                    if "tmp" in folder or str((77 << 24)) in f]
        self.assertEqual(poke(self.cluster.worker_port, "abandon-write", str(77 << 24), "50000"),
                         "FLUSHED")
        wait_until("the temp block to go", lambda: not leftovers())

    def test_abandoned_short_circuit_read_leaves_no_lock(self):
        self.assertEqual(poke(self.cluster.worker_port, "abandon-read", str(self.block)), "OPENED")
        self.cluster.cli("fs", "rm", "/data", check=True)
        wait_until("the block file to go", lambda: not any(
            str(self.block) == f for _, _, files in os.walk(self.cluster.ram) for f in files))

    def test_the_cluster_is_well_after_all_this(self):
        self.cluster.cli("fs", "mkdir", "/well", check=True)
        self.assertIsNone(self.cluster.master.poll())
        self.assertIsNone(self.cluster.worker.poll())


class FullDiskTest(Base):
    def mount(self, path, size):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", path], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", path], check=False)

    def test_full_journal_disk_loses_nothing_acknowledged(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small disk")
        cluster = self.make({"alluxio.master.journal.flush.timeout": "3s",
                             "alluxio.user.rpc.retry.max.duration": "10s"})
        self.mount(cluster.journal, "256k")
        cluster.start()
        acknowledged = []
        for i in range(2000):
            code, _, _ = cluster.cli("fs", "mkdir", "/x%d" % i)
            if code != 0:
                break
            acknowledged.append("/x%d" % i)
        else:
            self.fail("the disk never filled")
        self.assertGreater(len(acknowledged), 20)
        wait_until("the master to give up", lambda: cluster.master.poll() is not None)
        self.assertNotEqual(cluster.master.returncode, 0)
        self.assertRegex(cluster.tail("master", 100), r"(?i)no space")
        subprocess.run(["mount", "-o", "remount,size=8m", cluster.journal], check=True)
        cluster.start_master()
        listed = cluster.cli("fs", "ls", "/", check=True)[1]
        names = {line.split()[-1] for line in listed.splitlines()}
        self.assertEqual([p for p in acknowledged if p not in names], [])
        cluster.stop()

    def test_full_worker_refuses_and_goes_on(self):
        cluster = self.make({"alluxio.worker.ramdisk.size": "8MB",
                             "alluxio.user.block.size.bytes.default": "1MB",
                             "alluxio.user.file.writetype.default": "MUST_CACHE"})
        cluster.start()
        local = os.path.join(cluster.folder, "data")
        with open(local, "wb") as f:
            f.write(b"z" * 20_000_000)
        code, out, err = cluster.cli("fs", "copyFromLocal", local, "/too-big")
        self.assertNotEqual(code, 0, out + err)
        with open(local, "wb") as f:
            f.write(b"z" * 1_000_000)
        cluster.cli("fs", "copyFromLocal", local, "/fits", check=True)
        cluster.stop()


class UnderStoreChangesTest(Base):
    def test_file_changed_and_deleted_behind_our_back(self):
        cluster = self.make({"alluxio.user.file.metadata.sync.interval": "0"})
        cluster.start()
        path = os.path.join(cluster.ufs, "file")
        with open(path, "w") as f:
            f.write("first")
        self.assertEqual(cluster.cli("fs", "cat", "/file", check=True)[1].rstrip("\n"), "first")
        time.sleep(0.05)
        with open(path, "w") as f:
            f.write("second version")
        self.assertEqual(cluster.cli("fs", "cat", "/file", check=True)[1].rstrip("\n"),
                         "second version")
        os.remove(path)
        code, out, err = cluster.cli("fs", "cat", "/file")
        self.assertNotEqual(code, 0)
        self.assertIn('Path "/file" does not exist.', out + err)
        cluster.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
