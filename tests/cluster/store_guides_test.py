#!/usr/bin/env python3
"""Every command on the pages of docs/operate/stores, typed as it is there against a real store.

Names of hosts, buckets and keys are replaced by those of the store that runs, nothing else.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(HERE, os.pardir, "backends")]
from backends import ALL  # noqa: E402
from cluster import BIN, NativeCluster  # noqa: E402

PAGES = os.path.join(ROOT, "docs", "operate", "stores")


def blocks(name):
    """The indented blocks of a page, each a list of lines."""
    with open(os.path.join(PAGES, name), encoding="utf8") as page:
        found = re.findall(r"(?:^ {4,}.*\n)+", page.read(), re.M)
    return [[line[7:] if line.startswith(" " * 7) else line[4:] for line in block.splitlines()]
            for block in found]


def commands(name):
    """The blocks that are typed; the last one is a file."""
    return ["\n".join(block) for block in blocks(name)
            if not block[0].startswith("alluxio.master.mount.")]


class StoreGuides(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster({"alluxio.worker.ramdisk.size": "64MB"}).start()

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()

    def walk(self, page, backend, here):
        """`here(values)`: [(pattern, what stands for it)], each of which is on the page."""
        store = ALL[backend]()
        try:
            store.start()
            self.type_all(page, here(store.environment()))
        finally:
            store.close()

    def type_all(self, page, replaced):
        typed = "\n".join(commands(page + ".md"))
        for pattern, real in replaced:
            self.assertRegex(typed, pattern)
            typed = re.sub(pattern, lambda match, real=real: match.expand(real), typed)
        self.assertNotRegex(typed, r"example\.com|MY_|my-bucket|namenode")
        environment = dict(self.cluster.environment(), ALLUXIO_HOME=ROOT,
                           ALLUXIO_PROGRAM_DIR=BIN)
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.join(ROOT, "bin"), os.path.join(folder, "bin"))
            done = subprocess.run(["bash", "-e", "-c", typed], cwd=folder, env=environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace", timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(" 0 failed", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^hello$")
        self.assertIn("Unmounted /data", done.stdout)
        code, out, _ = self.cluster.cli("fs", "ls", "/")
        self.assertEqual((code, out), (0, ""))

    def test_nas(self):
        self.walk("nas", "nfs", lambda v: [(r"/mnt/nas/data", v["NFS_FOLDER"])])

    def test_hdfs(self):
        self.walk("hdfs", "hdfs", lambda v: [
            (r"hdfs://namenode:8020/data", v["HDFS_URI"] + "/data"),
            (r"/etc/hadoop/conf", v["HDFS_CONF_DIR"])])

    def test_webhdfs(self):
        self.walk("webhdfs", "hdfs", lambda v: [
            (r"webhdfs://namenode:9870/data", v["WEBHDFS_URI"] + "/data")])

    def test_s3(self):
        self.walk("s3", "versitygw", lambda v: [
            (r"MY_KEY", v["S3_ACCESS_KEY"]), (r"MY_SECRET", v["S3_SECRET_KEY"]),
            (r"http://s3\.example\.com:9000", v["S3_ENDPOINT"]), (r"us-east-1", v["S3_REGION"]),
            (r"my-bucket", v["S3_BUCKET"])])

    def test_gcs(self):
        """The emulator knows no accounts: its address stands for the file of one."""
        self.walk("gcs", "gcs", lambda v: [
            (r"fs\.gcs\.credential\.path=\S+", "fs.gcs.endpoint=" + v["GCS_ENDPOINT"]),
            (r"my-bucket", v["GCS_BUCKET"])])

    def test_azure(self):
        """The emulator's address is added: it is not found by the account's name."""
        key = r"fs.azure.account.key.%s.blob.core.windows.net=%s"
        self.walk("azure", "azurite", lambda v: [
            (r"(--option |-D)fs\.azure\.account\.key\.\S+", r"\1%s \1fs.azure.endpoint=%s" % (
                key % (v["AZURE_ACCOUNT"], v["AZURE_KEY"]), v["AZURE_ENDPOINT"])),
            (r"my-container@myaccount", "%s@%s" % (v["AZURE_CONTAINER"], v["AZURE_ACCOUNT"]))])

    def test_swift(self):
        self.walk("swift", "swift", lambda v: [
            (r"http://swift\.example\.com:8080/auth/v1\.0", v["SWIFT_AUTH_URL"]),
            (r"MY_TENANT", v["SWIFT_USER"].split(":")[0]),
            (r"MY_USER", v["SWIFT_USER"].split(":")[1]), (r"MY_PASSWORD", v["SWIFT_KEY"]),
            (r"my-container", v["SWIFT_CONTAINER"])])

    def test_both_languages_have_the_same_commands(self):
        pages = sorted(n for n in os.listdir(PAGES) if not n.endswith(".zh.md"))
        self.assertEqual(len(pages), 7)
        for name in pages:
            self.assertEqual(blocks(name), blocks(name[:-len("md")] + "zh.md"), name)
            # What makes a mount the root is what the mount has as options.
            mount = re.findall(r"--option (\S+)", "\n".join(commands(name)))
            root = "\n".join(blocks(name)[-1])
            self.assertEqual(re.findall(r"\.option\.(\S+)", root), mount, name)

    def test_every_page_of_a_store_is_walked(self):
        walked = {name[len("test_"):] + ".md" for name in dir(self) if name.startswith("test_")}
        for name in os.listdir(PAGES):
            if not name.endswith(".zh.md"):
                self.assertIn(name, walked)


if __name__ == "__main__":
    unittest.main()
