"""The page that this project began with, as a script: three ZooKeeper servers, HDFS for the journal
and as the under store, three masters, two workers, each on an address of its own. `format`, start,
`hadoop fs -ls`, kill -9 of the primary, `fs leader`, and the files are all there: over Hadoop with
the stock client, the command line and the web pages.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from backends import Hdfs, ZooKeeper  # noqa: E402
from cluster import BIN, Batch, free_port, wait_until  # noqa: E402
from masters import Masters  # noqa: E402

ZOOKEEPERS = ["127.0.1.1", "127.0.1.2", "127.0.1.3"]
MASTERS = ["127.0.2.1", "127.0.2.2", "127.0.2.3"]
WORKERS = ["127.0.3.1", "127.0.3.2"]


class Page(Masters):
    """The same ports on every host, as on several machines."""

    def __init__(self, hdfs):
        super().__init__(properties={
            "alluxio.master.journal.folder": hdfs.uri + "/alluxio/journal",
            "alluxio.master.mount.table.root.ufs": hdfs.uri + "/data",
            "alluxio.underfs.hdfs.configuration":
                "%s/core-site.xml:%s/hdfs-site.xml" % (hdfs.conf, hdfs.conf),
            "alluxio.user.file.writetype.default": "CACHE_THROUGH",
            "alluxio.web.ui.enabled": "true",
        })
        self.zookeeper = ZooKeeper(hosts=ZOOKEEPERS)
        self.ports = [free_port()] * 3
        self.web_port = free_port()
        self.workers = []
        self.rams = []

    def arguments(self, i):
        return ["-Dalluxio.master.hostname=" + MASTERS[i],
                "-Dalluxio.master.bind.host=" + MASTERS[i],
                "-Dalluxio.master.web.bind.host=" + MASTERS[i],
                "-Dalluxio.master.web.port=%d" % self.web_port]

    def leader(self):
        """As `alluxio fs leader` says it; "" when it names none."""
        out = self.cli("fs", "leader")[1]
        return next((line for line in out.split() if line in MASTERS), "")

    def primary(self):
        leader = self.leader()
        return MASTERS.index(leader) if leader else None

    def start_workers(self):
        rpc, web = free_port(), free_port()
        for host in WORKERS:
            ram = tempfile.mkdtemp(prefix="seed-page-", dir=os.path.dirname(self.cluster.ram))
            logs = os.path.join(self.cluster.folder, "logs-" + host)
            os.makedirs(logs)
            self.rams.append(ram)
            self.workers.append(subprocess.Popen(
                [os.path.join(BIN, "AlluxioWorker"), "-Dalluxio.worker.hostname=" + host,
                 "-Dalluxio.worker.bind.host=" + host, "-Dalluxio.worker.web.bind.host=" + host,
                 "-Dalluxio.worker.rpc.port=%d" % rpc, "-Dalluxio.worker.web.port=%d" % web,
                 "-Dalluxio.worker.tieredstore.level0.dirs.path=" + ram],
                env=dict(self.cluster.environment(), ALLUXIO_LOGS_DIR=logs),
                cwd=self.cluster.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def __enter__(self):
        self.zookeeper.__enter__()
        try:
            self.make_cluster()
            return self
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __exit__(self, *exc):
        for worker in self.workers:
            worker.kill()
            worker.wait()
        for ram in self.rams:
            shutil.rmtree(ram, ignore_errors=True)
        super().__exit__(*exc)


class SeedPageTest(unittest.TestCase):
    def hadoop(self, page, *words):
        """`hadoop fs` in a JVM of its own, which knows the addresses of ZooKeeper only."""
        options = page.cluster.java_options() + [
            "-Dalluxio.zookeeper.enabled=true",
            "-Dalluxio.zookeeper.address=" + page.zookeeper.address]
        shell = Batch("HadoopShellBatch", "client", options, ["alluxio:///"],
                      conf_dir=page.cluster.conf)
        try:
            code, out, err = shell.run(*words)
            self.assertEqual(code, 0, out + err)
            return out
        finally:
            shell.close()

    def web_names(self, page, path):
        query = urllib.parse.urlencode({"path": path, "offset": 0, "limit": 100})
        url = "http://%s:%d/api/v1/master/webui_browse?%s" % (page.leader(), page.web_port, query)
        with urllib.request.urlopen(url, timeout=30) as answer:
            return sorted(info["name"] for info in json.load(answer)["fileInfos"])

    def check_files(self, page, names, content):
        for uri in ("alluxio:///directory", "/directory"):
            out = self.hadoop(page, "-ls", uri)
            self.assertEqual(sorted(line.rsplit("/", 1)[1] for line in out.splitlines()
                                    if "/directory/" in line), names)
        self.assertEqual(self.hadoop(page, "-cat", "alluxio:///directory/" + names[0]), content)
        out = page.cli("fs", "ls", "/directory", check=True)[1]
        self.assertEqual(sorted(line.rsplit("/", 1)[1].strip() for line in out.splitlines()), names)
        for name in names:
            self.assertEqual(page.cli("fs", "cat", "/directory/" + name, check=True)[1], content)
        self.assertEqual(self.web_names(page, "/directory"), names)

    def test_the_page(self):
        with Hdfs() as hdfs:
            self.assertEqual(hdfs.dfs("-mkdir", "-p", "/data")[0], 0)
            with Page(hdfs) as page:
                for i in (2, 0, 1):  # in no order that matters
                    page.start(i)
                page.start_workers()
                wait_until("a primary", page.leader, 60)
                wait_until("two workers", lambda: "Live Workers: 2" in
                           page.cli("fsadmin", "report")[1], 60)
                content = "as it was written\n" * 1000
                local = os.path.join(page.cluster.folder, "content")
                with open(local, "w") as f:
                    f.write(content)
                page.cli("fs", "mkdir", "/directory", check=True)
                names = ["file-%d" % n for n in range(5)]
                for name in names:
                    page.cli("fs", "copyFromLocal", local, "/directory/" + name, check=True)
                self.check_files(page, names, content)
                for turn in range(2):
                    old = page.leader()
                    page.kill(MASTERS.index(old))
                    killed = time.monotonic()
                    page.cli("fs", "mkdir", "/edit-%d" % turn, check=True)
                    print("first edit after %.2f s" % (time.monotonic() - killed))
                    new = page.leader()
                    self.assertIn(new, MASTERS)
                    self.assertNotEqual(new, old)
                    self.check_files(page, names, content)
                    page.start(MASTERS.index(old))
                    wait_until("the old primary", lambda: page.cli(
                        "fsadmin", "report")[1].count("STANDBY") == 2, 60)
                # And in the under store, in Hadoop's own words.
                code, out = hdfs.dfs("-cat", "/data/directory/file-4")
                self.assertEqual((code, out.decode()[-len(content):]), (0, content))


if __name__ == "__main__":
    unittest.main(verbosity=2)
