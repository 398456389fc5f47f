"""`alluxio collectInfo` on a running cluster: what is in the tarball, and that no credential is."""
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, ROOT, NativeCluster  # noqa: E402

SECRETS = ["SECRETkeyOfTheRoot", "SECRETinTheSiteFile", "SECRETofTheEnvironment", "SECRETinXml",
           "SECRETinALog", "SECRETinAUrl", "SECRETinAKeyFile", "SECRETinAPem", "SECRETofAMount",
           "SECRETonTheCommandLine"]


def members(data):
    """name -> content of a tar.gz."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}


class CollectInfoTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster({"aws.accessKeyId": "AKIAthis", "aws.secretKey": SECRETS[0],
                                     "alluxio.underfs.azure.account.key": SECRETS[1]})
        cls.addClassCleanup(cls.cluster.close)
        for name, text in (("alluxio-env.sh", "export MY_TOKEN=" + SECRETS[2]),
                           ("core-site.xml", "<name>fs.s3a.secret.key</name>\n<value>%s</value>"
                            % SECRETS[3]),
                           ("my.keytab", SECRETS[6]), ("binary", "\0" + SECRETS[6]),
                           ("notes.txt", "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY---"
                            "--\n" % SECRETS[7])):
            with open(os.path.join(cls.cluster.conf, name), "w") as file:
                file.write(text)
        cls.cluster.format()
        cls.cluster.start_master()
        # /proc shows command lines to everybody.
        cls.cluster.command = lambda role: [os.path.join(BIN, "AlluxioWorker"),
                                            "-Daws.secretKey=" + SECRETS[9]]
        cls.cluster.start_worker()
        os.makedirs(os.path.join(cls.cluster.ufs, "other"))
        cls.cluster.cli("fs", "mount", "--option", "s3a.secretKey=" + SECRETS[8], "/m",
                        os.path.join(cls.cluster.folder, "conf"), check=True)
        for name, text in (("worker.log.1", "2020-01-01 10:00:00,000 token: %s\n" % SECRETS[4]),
                           ("task.log", "2030-01-01 10:00 swift://ann:%s@h/x\n" % SECRETS[5]),
                           ("mine.txt", "mine\n")):
            path = os.path.join(cls.cluster.logs, name)
            with open(path, "w") as file:
                file.write(text)
            if name == "worker.log.1":
                os.utime(path, (1577872800, 1577872800))

    def collect(self, *words):
        folder = tempfile.mkdtemp(dir=self.cluster.folder)
        code, out, err = self.cluster.cli("collectInfo", "--local", *words, folder)
        self.assertEqual(code, 0, out + err)
        path = os.path.join(folder, "alluxio-info.tar.gz")
        self.assertEqual(os.listdir(folder), ["alluxio-info.tar.gz"])
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, "rb") as file:
            return out, members(file.read())

    def test_all_is_there_and_no_credential_is(self):
        out, files = self.collect("all")
        self.assertIn("Executing collectInfo locally\nExecute all child commands\n"
                      "Executing collectConfig\n", out)
        self.assertTrue(out.endswith("Archiving finished\n"), out)
        everything = b"\n".join(files.values())
        for secret in SECRETS:
            for name, content in files.items():
                self.assertNotIn(secret.encode(), content, name)
        self.assertIn(b"aws.secretKey=******", files["collectConfig/alluxio-site.properties"])
        self.assertIn(b"alluxio.master.hostname=localhost",
                      files["collectConfig/alluxio-site.properties"])
        self.assertEqual(files["collectConfig/left_out.txt"],
                         b"binary: it is no text\nmy.keytab: it may hold keys\n")
        info = files["collectAlluxioInfo/collectAlluxioInfo.txt"].decode()
        self.assertIn("Alluxio cluster summary:", info)
        self.assertIn("Live Workers: 1", info)
        self.assertIn(b"Linux", files["collectEnv/collectEnv.txt"])
        process = files["collectJvmInfo/collectProcessInfo.txt"].decode()
        self.assertIn("there is no JVM", process)
        self.assertIn(" %d AlluxioMaster\n" % self.cluster.master.pid, process)
        self.assertIn("VmRSS:", process)
        self.assertIn("Max open files", process)
        self.assertIn(b"Master.TotalPaths", files["collectMetrics/primary.json"])
        self.assertIn(b"Worker.", files["collectMetrics/worker.json"])
        self.assertIn("collectLog/master.log", files)
        self.assertNotIn("collectLog/mine.txt", files)
        self.assertGreater(len(everything), 10000)

    def test_logs_are_chosen_by_name_and_time(self):
        logs = lambda *words: sorted(self.collect(*words, "collectLog")[1])  # noqa: E731
        self.assertEqual(logs("--include-logs", "mine,task"),
                         ["collectLog/mine.txt", "collectLog/task.log"])
        everything = logs("--additional-logs", "mine")
        self.assertIn("collectLog/mine.txt", everything)
        self.assertIn("collectLog/worker.log.1", everything)
        self.assertNotIn("collectLog/task.log", logs("--exclude-logs", "task"))
        self.assertNotIn("collectLog/worker.log.1", logs("--start-time", "2021-01-01T00:00:00"))
        early = logs("--end-time", "2020-06-01 00:00")
        self.assertIn("collectLog/worker.log.1", early)
        self.assertNotIn("collectLog/task.log", early)

    def test_a_long_log_comes_whole(self):
        path = os.path.join(self.cluster.logs, "worker.log.9")
        line = b"2026-11-28 10:00:00,000 I [1] worker: something happened key=value\n"
        with open(path, "wb") as file:
            file.write(line * 500000)
        files = self.collect("--include-logs", "worker.log.9", "collectLog")[1]
        self.assertEqual(files["collectLog/worker.log.9"], line * 500000)
        os.remove(path)

    def test_wrong_words_are_refused(self):
        for words in (["all"], ["nosuch", "/tmp/x"], ["--start-time", "soon", "all", "/tmp/x"],
                      ["--include-logs", "a", "--exclude-logs", "b", "all", "/tmp/x"]):
            code, out, err = self.cluster.cli("collectInfo", "--local", *words)
            self.assertEqual((code, out), (255, ""), words)
            self.assertIn("usage: collectInfo", err)

    def test_without_a_master_the_rest_is_collected(self):
        cluster = NativeCluster()
        try:
            folder = os.path.join(cluster.folder, "info")
            code, out, err = cluster.cli("collectInfo", "--local", "all", folder)
            self.assertEqual(code, 0, out + err)
            with open(os.path.join(folder, "alluxio-info.tar.gz"), "rb") as file:
                files = members(file.read())
            self.assertIn(b"localhost", files["collectMetrics/problems.txt"])
            self.assertIn("collectConfig/alluxio-site.properties", files)
        finally:
            cluster.close()

    def test_the_script_makes_one_tarball_of_all_hosts(self):
        home = tempfile.mkdtemp(dir=self.cluster.folder)
        for folder in ("bin", "libexec"):
            shutil.copytree(os.path.join(ROOT, folder), os.path.join(home, folder))
        for name in ("masters", "workers"):
            with open(os.path.join(self.cluster.conf, name), "w") as file:
                file.write("localhost\n" + ("no-such-host.invalid\n" if name == "workers" else ""))
        env = dict(self.cluster.environment(), ALLUXIO_PROGRAM_DIR=BIN)
        target = os.path.join(home, "out")
        done = subprocess.run([os.path.join(home, "bin", "alluxio"), "collectInfo",
                               "--max-threads", "2", "collectConfig", target], env=env,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("Found 2 hosts\n", done.stdout)
        self.assertIn("[localhost] done in ", done.stdout)
        self.assertIn("[no-such-host.invalid] FAILED", done.stdout)
        self.assertIn("Tarballs of 1/2 hosts copied\n", done.stdout)
        name, = os.listdir(target)
        self.assertRegex(name, r"^alluxio-cluster-info-\d{8}_\d{6}\.tar\.gz$")
        with open(os.path.join(target, name), "rb") as file:
            outer = members(file.read())
        self.assertEqual(list(outer), ["./localhost/alluxio-info.tar.gz"])
        self.assertIn("collectConfig/effective.txt",
                      members(outer["./localhost/alluxio-info.tar.gz"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
