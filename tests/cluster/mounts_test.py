#!/usr/bin/env python3
"""Mounts of a real cluster: they survive restarts, and no credential is shown anywhere."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import NativeCluster  # noqa: E402

SECRETS = ("geheim-eins-4711", "geheim-zwei-4712", "geheim-drei-4713", "geheim-vier-4714")


class MountsTest(unittest.TestCase):
    def setUp(self):
        self.cluster = NativeCluster({
            "alluxio.user.file.writetype.default": "CACHE_THROUGH",
            "alluxio.master.audit.logging.enabled": "true",
            "alluxio.master.mount.table.root.option.s3a.secretKey": SECRETS[2],
            "s3a.secretKey": SECRETS[3]})
        self.data = os.path.join(self.cluster.folder, "data")
        os.makedirs(os.path.join(self.data, "sub"))
        with open(os.path.join(self.data, "f"), "w") as f:
            f.write("content")
        self.cluster.start()
        self.shown = []

    def tearDown(self):
        self.cluster.close()

    def fs(self, *args, code=0):
        got, out, err = self.cluster.cli("fs", *args)
        self.shown.append(out + err)
        self.assertEqual(got, code, "fs %s\n%s%s" % (" ".join(args), out, err))
        return out + err

    def everything_written(self):
        """What a reader of this cluster's logs sees; the journal is not among it."""
        text = ""
        for folder, _, names in os.walk(self.cluster.logs):
            for name in names:
                with open(os.path.join(folder, name), errors="replace") as f:
                    text += f.read()
        return text

    def test_no_output_and_no_log_shows_a_credential(self):
        secret = ["--option", "aws.secretKey=" + SECRETS[0], "--option", "s3a.secretKey=" +
                  SECRETS[0], "--option", "fs.swift.password=" + SECRETS[1], "--option", "a=b"]
        self.fs("mount", *secret, "/m", self.data)
        table = self.fs("mount")
        self.assertIn("aws.secretKey=******", table)
        self.assertIn("a=b", table)
        self.fs("mount", "--json")
        self.fs("mount", *secret, "/m", self.data, code=255)
        self.fs("mount", *secret, "/n", self.data + "/nothing", code=255)
        self.fs("mount", *secret, "/n", "nosuch://id:%s@host/x" % SECRETS[1], code=255)
        self.fs("mount", "--option", "=" + SECRETS[0], "/n", self.data, code=255)
        self.fs("mount", "--option", SECRETS[0], "/n", self.data, code=255)
        self.fs("updateMount", "--readonly", *secret, "/m")
        self.fs("touch", "/m/new", code=255)
        self.fs("cat", "/m/f")
        self.fs("stat", "/m/f")
        self.fs("ls", "-R", "/")
        for args in (["getConf"], ["getConf", "--source"], ["getConf", "--master", "--source"],
                     ["getConf", "s3a.secretKey"]):
            _, out, err = self.cluster.cli(*args)
            self.shown.append(out + err)
        self.cluster.stop()
        dump = os.path.join(self.cluster.folder, "dump")
        code, out, err = self.cluster.cli("readJournal", "-outputDir", dump)
        self.assertEqual(code, 0, out + err)
        dumped = 0
        for folder, _, names in os.walk(dump):
            for name in names:
                with open(os.path.join(folder, name), errors="replace") as f:
                    self.shown.append(f.read())
                    dumped += "add_mount_point" in self.shown[-1]
        self.assertGreater(dumped, 0, "the dump has the mount, so the test looks at it")
        self.cluster.start(format_first=False)
        self.fs("mount")
        self.cluster.stop()
        text = "\n".join(self.shown) + self.everything_written()
        self.assertIn("cmd=mount", text, "the audit log is looked at")
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def test_mounts_survive_restarts(self):
        self.fs("mount", "--option", "a=b", "/m", self.data)
        self.fs("mount", "--readonly", "/m/in", self.cluster.conf)
        self.fs("updateMount", "--shared", "--option", "c=d", "/m")
        before = self.fs("mount")
        self.assertIn("properties={c=d}", before)
        for signal_name in ("SIGKILL", "SIGTERM"):
            if signal_name == "SIGKILL":
                self.cluster.master.kill()
                self.cluster.master.wait()
                self.cluster.start_master()
            else:
                self.cluster.stop()
                self.cluster.start(format_first=False)
            self.assertEqual(self.fs("mount").split("used=")[0], before.split("used=")[0])
            self.assertEqual(self.fs("cat", "/m/f"), "content")
            self.assertIn("readonly mount point /m/in", self.fs("touch", "/m/in/x", code=255))


if __name__ == "__main__":
    unittest.main(verbosity=2)
