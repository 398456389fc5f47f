"""`alluxio fsadmin` beside the stock Java admin shell, on the same cluster of ours: what they
print, and their exit codes, must agree.
"""
import json
import os
import re
import subprocess
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, NativeCluster, wait_until  # noqa: E402

COMMANDS = """
nosuch
report
report summary
report capacity
report capacity -live
report capacity -lost
report capacity -workers localhost
report capacity -workers nosuch
report summary -live
report bad
report a b
report -h
report capacity -h
report ufs
doctor storage
doctor configuration
doctor
doctor x
getBlockInfo abc,12345
getBlockInfo
getBlockInfo 16777216
getBlockInfo {block}
journal
journal bad
journal checkpoint
journal quorum
pathConf
pathConf list
pathConf add --property alluxio.user.file.writetype.default=THROUGH /d
pathConf list
pathConf show /d
pathConf show /d/x
pathConf show --all /d/x
pathConf add /d
pathConf add --property alluxio.nosuch=1 /d
pathConf add --property alluxio.user.file.readtype.default=NO_CACHE /d/e
pathConf remove -R --keys alluxio.user.file.readtype.default /d
pathConf list
pathConf remove /d
pathConf list
updateConf alluxio.user.file.writetype.default=THROUGH
updateConf nokey
updateConf
updateConf --option a=b
updateConf alluxio.user.file.writetype.default=NOSUCH alluxio.user.file.readtype.default=CACHE
updateConf alluxio.security.authentication.type=NOSASL
updateConf alluxio.master.ttl.checker.interval=20min
ufs
ufs --mode readOnly {ufs}
ufs {ufs}
metrics
metrics clear --master
metrics clear --workers localhost
metrics clear --workers nosuch
metrics clear --parallelism 2
metrics clear
metrics clear --nosuch
metrics clear a b c d
statelock
"""
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,.*\n?|^SLF4J:.*\n?", re.M)
NORMAL = [(re.compile(r"Uptime: .*"), "Uptime: <time>"),
          (re.compile(r"used=[\d.]+[KMGTP]?B\(\d+%\)"), "used=<space>"),
          (re.compile(r"ACTIVE( +)\d+ "), r"ACTIVE\1<n> "),
          (re.compile(r"[ \t]+$", re.M), "")]


def normal(text):
    text = LOG_LINE.sub("", text)
    for pattern, replacement in NORMAL:
        text = pattern.sub(replacement, text)
    return text.strip()


class FsAdminTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster({
            "alluxio.conf.dynamic.update.enabled": "true",
            "alluxio.master.daily.backup.enabled": "true",
            "alluxio.master.daily.backup.files.retained": "2"})
        cls.addClassCleanup(cls.cluster.close)
        cls.backups = os.path.join(cls.cluster.folder, "backups")
        cls.cluster.properties["alluxio.master.backup.directory"] = cls.backups
        cls.cluster.write_conf()
        os.makedirs(cls.backups)
        for name in ("alluxio-backup-2020-01-01-1577836800000.gz",
                     "alluxio-backup-2020-01-02-1577923200000.gz", "of-somebody-else.gz"):
            open(os.path.join(cls.backups, name), "w").close()
        cls.cluster.start()
        cls.plan_backup()
        cls.cluster.cli("fs", "mkdir", "/d", check=True)
        cls.cluster.cli("fs", "copyFromLocal", "/etc/hostname", "/d/f", check=True)
        stat = cls.cluster.cli("fs", "stat", "/d/f", check=True)[1]
        cls.block = re.search(r"blockIds=\[(\d+)", stat).group(1)

    @classmethod
    def plan_backup(cls):
        """For the next minute or the one after: it is taken beside the other tests."""
        while True:
            cls.backup_time = (time.time() + 20) // 60 * 60 + 60
            cls.cluster.cli("fsadmin", "updateConf", "alluxio.master.daily.backup.time=" +
                            time.strftime("%H:%M", time.gmtime(cls.backup_time)), check=True)
            time.sleep(2)  # the master looks each second
            if time.time() < cls.backup_time:
                return

    def words(self, line):
        return [word.format(block=self.block, ufs=self.cluster.ufs) for word in line.split()]

    def test_the_same_texts_and_codes_as_the_java_shell(self):
        lines = [line for line in COMMANDS.splitlines() if line]
        shell = self.cluster.java_admin()
        java = [shell.run(*self.words(line)) for line in lines]
        shell.close()
        # The state is as before the first line: every change above was taken back.
        faults = []
        for line, (code, out, err) in zip(lines, java):
            ours = self.cluster.cli("fsadmin", *self.words(line))
            want = (code & 0xff, normal(out))
            got = (ours[0], normal(ours[1]))
            if want != got:
                faults.append("$ fsadmin %s\njava: %d\n%s\nours: %d\n%s" % (line, *want, *got))
        self.assertEqual([], faults, "\n\n".join(faults))

    def test_metrics_have_the_names_and_types_that_java_shows(self):
        shell = self.cluster.java_admin()
        code, out, _ = shell.run("report", "metrics")
        shell.close()
        self.assertEqual(code, 0)
        line = re.compile(r"^(\S+)  \(Type: (\w+), Value: ", re.M)
        self.assertEqual(set(line.findall(out)) - set(line.findall(
            self.cluster.cli("fsadmin", "report", "metrics", check=True)[1])), set())

    def metric(self, name):
        out = self.cluster.cli("fsadmin", "report", "metrics", check=True)[1]
        line = r"^%s  \(Type: \w+, Value: ([^)]*)\)" % re.escape(name)
        return re.search(line, out, re.M).group(1)

    def test_metrics_begin_anew_everywhere(self):
        cluster = self.cluster
        self.assertEqual(cluster.cli("fs", "-Dalluxio.user.short.circuit.enabled=false", "cat",
                                     "/d/f")[0], 0)
        size = "%dB" % os.path.getsize("/etc/hostname")
        wait_until("the worker's report",
                   lambda: self.metric("Cluster.BytesReadCache") not in ("0", "0B"))
        self.assertEqual(cluster.cli("fsadmin", "metrics", "clear")[:2], (
            0, "Successfully cleared metrics of worker localhost.\n"
               "Successfully cleared metrics of Alluxio leading master.\n"))
        self.assertIn(self.metric("Cluster.BytesReadCache"), ("0", "0B"))
        self.assertEqual(self.metric("Cluster.BytesReadDomainThroughput"), "0B/MIN")
        cluster.cli("fs", "-Dalluxio.user.short.circuit.enabled=false", "cat", "/d/f", check=True)
        wait_until("what was read since", lambda: self.metric("Cluster.BytesReadCache") == size)

    def test_properties_that_change_reach_clients_that_come_and_the_master(self):
        cluster = self.cluster
        name = "alluxio.user.file.replication.min"
        get = ("getConf", "--source", name)
        self.assertEqual(cluster.cli(*get)[1].strip(), "DEFAULT")
        self.assertEqual(cluster.cli("fsadmin", "updateConf", name + "=1",
                                     "alluxio.master.rpc.port=1")[:2],
                         (254, "Updated 2 configs\nFailed to Update alluxio.master.rpc.port\n"))
        self.assertEqual(cluster.cli("getConf", "--master", name)[1], "1\n")
        self.assertIn("property not changed name=alluxio.master.rpc.port reason=it is read when a "
                      "server starts", cluster.tail("master", 200))
        cluster.cli("fs", "touch", "/d/later", check=True)
        self.assertIn("replicationMin=1", cluster.cli("fs", "stat", "/d/later", check=True)[1])
        # The master's own: a file expires within seconds, not within the hour.
        cluster.cli("fs", "setTtl", "--action", "delete", "/d/later", "1", check=True)
        cluster.cli("fsadmin", "updateConf", "alluxio.master.ttl.checker.interval=1s", check=True)
        wait_until("the file to expire",
                   lambda: cluster.cli("fs", "test", "-e", "/d/later")[0] != 0)
        cluster.cli("fsadmin", "updateConf", name + "=0", check=True)

    def test_the_time_of_the_daily_backup_comes(self):
        wait_until("the backup", lambda: any(self.at_its_time(name) for name in
                                             os.listdir(self.backups)), timeout=240)
        wait_until("the oldest to go", lambda: "alluxio-backup-2020-01-01-1577836800000.gz" not in
                   os.listdir(self.backups))
        left = os.listdir(self.backups)
        self.assertIn("alluxio-backup-2020-01-02-1577923200000.gz", left)
        self.assertIn("of-somebody-else.gz", left)
        new = [name for name in left if self.at_its_time(name)]
        self.assertEqual(len(new), 1)
        self.assertTrue(new[0] + ".complete" in left)

    def at_its_time(self, name):
        at = re.fullmatch(r"alluxio-backup-[0-9-]+-(\d+)\.gz", name)
        return (at is not None and int(at.group(1)) / 1000 >= self.backup_time and
                os.path.exists(os.path.join(self.backups, name + ".complete")))

    def test_a_master_that_is_away_is_told_within_seconds(self):
        cluster = NativeCluster()
        try:
            code, out, err = cluster.cli("fsadmin", "report", timeout=90)
            self.assertEqual((code, out), (1, ""))
            self.assertIn("not currently serving requests", err)
            self.assertIn("localhost:%d" % cluster.master_port, err)
        finally:
            cluster.close()


class DifferentWorker(NativeCluster):
    """Its worker has settings that the master does not have."""

    def environment(self):
        return dict(super().environment(), ALLUXIO_WORKER_JAVA_OPTS=(
            "-Dalluxio.security.authorization.permission.umask=077 "
            "-Dalluxio.web.refresh.interval=7s -Dalluxio.worker.hostname=localhost"))


class DoctorTest(unittest.TestCase):
    def test_settings_that_differ_are_told_as_by_java(self):
        cluster = DifferentWorker({"alluxio.master.worker.timeout": "3s",
                                   "alluxio.master.lost.worker.detection.interval": "1s"})
        self.addCleanup(cluster.close)
        cluster.start()
        wait_until("the worker", lambda: "Live Workers: 1" in cluster.cli("fsadmin", "report")[1])
        code, ours, err = cluster.cli("fsadmin", "doctor", "configuration")
        self.assertEqual(code, 0, ours + err)
        shell = cluster.java_admin()
        code, java, err = shell.run("doctor", "configuration")
        shell.close()
        self.assertEqual(code, 0, java + err)
        self.assertEqual(sorted(normal(ours).splitlines()),
                         sorted(normal(java).splitlines()))
        errors, warnings = ours.split("Server-side configuration warnings")
        self.assertIn("Server-side configuration errors (those properties are required to be "
                      "identical): \n"
                      "key: alluxio.security.authorization.permission.umask\n"
                      "    value: 022 (localhost:%d)\n    value: 077 (localhost:%d)\n"
                      % (cluster.master_port, cluster.worker_port), errors)
        self.assertIn("key: alluxio.web.refresh.interval\n"
                      "    value: 15s (localhost:%d)\n    value: 7s (localhost:%d)\n"
                      % (cluster.master_port, cluster.worker_port), warnings)
        cluster.stop_process(cluster.worker)
        wait_until("the worker to be lost",
                   lambda: "Lost Workers: 1" in cluster.cli("fsadmin", "report")[1], timeout=120)
        self.assertEqual(cluster.cli("fsadmin", "doctor", "configuration")[1],
                         "No server-side configuration errors or warnings.\n")


class DecommissionTest(unittest.TestCase):
    """A worker is taken out of the cluster, by Java's shell and by ours, and comes back."""

    maxDiff = None

    def setUp(self):
        self.cluster = NativeCluster({"alluxio.user.worker.list.refresh.interval": "1s",
                                      "alluxio.user.file.writetype.default": "CACHE_THROUGH"})
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        self.await_workers(1)
        self.cluster.cli("fs", "copyFromLocal", "/etc/passwd", "/file", check=True)

    def await_workers(self, count):
        wait_until("%d workers" % count, lambda: "Live Workers: %d" % count in
                   self.cluster.cli("fsadmin", "report")[1])

    def operations(self):
        port = self.cluster.properties["alluxio.worker.web.port"]
        with urllib.request.urlopen("http://127.0.0.1:%d/api/v1/worker/operations" % port) as told:
            return json.load(told)

    def check_that_readers_count(self):
        cluster = self.cluster
        local = os.path.join(cluster.folder, "large")
        with open(local, "wb") as f:
            f.write(bytes(64 << 20))
        cluster.cli("fs", "copyFromLocal", local, "/large", check=True)
        idle = {"operationCount": 0, "rpcQueueLength": 0}
        wait_until("the write to end", lambda: self.operations() == idle)
        reader = subprocess.Popen(  # which nobody reads from
            [os.path.join(BIN, "alluxio-cli"), "-Dalluxio.user.short.circuit.enabled=false", "fs",
             "cat", "/large"], env=cluster.environment(), cwd=cluster.folder,
            stdout=subprocess.PIPE)
        try:
            wait_until("the reader to count",
                       lambda: self.operations()["operationCount"] == 1)
        finally:
            reader.kill()
            reader.wait()
            reader.stdout.close()
        wait_until("its end", lambda: self.operations() == idle)

    def restart_worker(self):
        self.cluster.stop_process(self.cluster.worker)
        self.cluster.start_worker(wait=False)

    def test_decommission_beside_java(self):
        cluster = self.cluster
        address = "localhost:%d" % cluster.properties["alluxio.worker.web.port"]
        words = ("decommissionWorker", "--addresses", address, "--wait", "90s")
        shell = cluster.java_admin()
        self.addCleanup(shell.close)
        code, java, err = shell.run(*words)
        self.assertEqual(code, 0, java + err)
        self.await_workers(0)
        # It may come back when it starts again; what it holds counts again.
        self.restart_worker()
        self.await_workers(1)
        code, ours, err = cluster.cli("fsadmin", *words, "--disable")
        self.assertEqual(code, 0, ours + err)
        self.assertEqual(normal(ours), normal(java))
        self.await_workers(0)
        # This time it may not, until it is enabled again.
        self.restart_worker()
        wait_until("the refusal", lambda: "may not register again" in cluster.tail("worker", 200))
        self.await_workers(0)
        code, out, err = cluster.cli("fsadmin", "enableWorker", "--addresses", address)
        self.assertEqual(code, 0, out + err)
        self.await_workers(1)
        with open("/etc/passwd") as f:
            self.assertEqual(cluster.cli("fs", "cat", "/file", check=True)[1], f.read())
        self.check_that_readers_count()
        # One that is not there.
        code, ours, err = cluster.cli("fsadmin", "decommissionWorker", "--addresses", "nobody:1")
        self.assertEqual(code, 255)
        self.assertIn("Worker nobody:1 is not known by the master.", ours + err)
        self.await_workers(1)


if __name__ == "__main__":
    unittest.main()
