#!/usr/bin/env python3
"""The names of 2.9's metrics on running servers, as metric_names.txt says, and that they count."""
import fnmatch
import json
import os
import sys
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import wait_until  # noqa: E402
from job_service_test import JobCluster, PATIENCE  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def table():
    """name or pattern -> "yes" or the reason why there is none."""
    rows = {}
    with open(os.path.join(HERE, "metric_names.txt")) as file:
        for line in file:
            if line.startswith("#"):
                continue
            name, what = line.rstrip("\n").split("\t")
            assert name not in rows, name
            rows[name] = what
    return rows


class MetricNamesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = JobCluster({"alluxio.worker.block.heartbeat.interval": "200ms"})
        cls.addClassCleanup(cls.cluster.close)
        cls.cluster.start()
        cls.ports = {role: [int(cls.cluster.properties["alluxio.%s.web.port" % role])]
                     for role in ("master", "job.master")}
        # Either worker may be the one that a client chooses.
        wait_until("both workers", lambda: len(cls.worker_ports()) == 2, PATIENCE)
        cls.ports["worker"] = cls.worker_ports()

    @classmethod
    def worker_ports(cls):
        url = "http://localhost:%d/api/v1/master/webui_workers" % cls.ports["master"][0]
        with urllib.request.urlopen(url, timeout=60) as answer:
            return [node["webPort"] for node in json.loads(answer.read())["normalNodeInfos"]]

    def metrics(self, *roles):
        """name -> sum of the counters and gauges there, names without a store's tag."""
        values = {}
        for port in [port for role in roles or self.ports for port in self.ports[role]]:
            url = "http://localhost:%d/metrics/json" % port
            with urllib.request.urlopen(url, timeout=60) as answer:
                page = json.loads(answer.read())
            for name, value in page["gauges"].items():
                values[name] = values.get(name, 0) + value["value"]
            for kind in ("counters", "timers"):
                for name, value in page[kind].items():
                    plain = name.split(".UFS:")[0]
                    values[plain] = values.get(plain, 0) + value["count"]
        return values

    def fs(self, *words):
        return self.cluster.cli("fs", *words, check=True)[1]

    def work(self):
        """One of each kind of operation, so that what is made at its first use is there."""
        local = os.path.join(self.cluster.folder, "local")
        with open(local, "wb") as file:
            file.write(os.urandom(1 << 20))
        self.fs("mkdir", "/m/a/b")
        for kind in ("MUST_CACHE", "CACHE_THROUGH", "ASYNC_THROUGH", "THROUGH"):
            self.fs("-Dalluxio.user.file.writetype.default=" + kind, "copyFromLocal", local,
                    "/m/" + kind)
        for name in ("CACHE_THROUGH", "THROUGH"):
            self.fs("-Dalluxio.user.short.circuit.enabled=false", "cat", "/m/" + name)
        self.fs("cat", "/m/MUST_CACHE")
        self.fs("ls", "-R", "/m")
        for _ in range(3):  # a third listing is a kept one
            self.fs("ls", "/m/a")
        self.fs("mv", "/m/MUST_CACHE", "/m/moved")
        self.fs("chmod", "700", "/m/moved")
        self.fs("setfacl", "-m", "user:eve:r-x", "/m/moved")
        self.fs("free", "/m/CACHE_THROUGH")
        store = os.path.join(self.cluster.folder, "store")
        os.makedirs(store)
        self.fs("mount", "/m/store", store)
        self.fs("unmount", "/m/store")
        self.fs("rm", "-R", "/m/a")
        self.fs("distributedLoad", "/m/CACHE_THROUGH")  # which was freed
        self.cluster.cli("fsadmin", "backup", os.path.join(self.cluster.folder, "backups"),
                         "--local", check=True)

    def test_every_name_is_there_or_has_its_reason(self):
        before = self.metrics()
        self.work()
        rows = table()
        there = [name for name, what in rows.items() if what == "yes"]
        self.assertGreater(len(there), 100)
        # What workers counted comes with their next heartbeats.
        wait_until("the sums of the cluster",
                   lambda: self.metrics().get("Cluster.BytesReadUfsAll", 0) > 0, PATIENCE)
        now = self.metrics()
        self.assertEqual([name for name in there if name not in now], [])
        absent = [name for name, what in rows.items() if what != "yes"]
        wrong = [name for name in now for pattern in absent if fnmatch.fnmatchcase(name, pattern)
                 and name not in there]
        self.assertEqual(wrong, [], "they are there, and the table says why not")
        self.check_counts(before)

    def check_counts(self, before):
        def grown(name):
            return self.metrics().get(name, 0) - before.get(name, 0)
        for name, least in (("Master.CreateFileOps", 4), ("Master.FilesCreated", 4),
                            ("Master.FilesCompleted", 4), ("Master.DirectoriesCreated", 3),
                            ("Master.PathsDeleted", 2), ("Master.PathsRenamed", 1),
                            ("Master.RenamePathOps", 1), ("Master.DeletePathOps", 1),
                            ("Master.MountOps", 1), ("Master.PathsMounted", 1),
                            ("Master.UnmountOps", 1), ("Master.PathsUnmounted", 1),
                            ("Master.SetAttributeOps", 1), ("Master.SetAclOps", 1),
                            ("Master.FreeFileOps", 1), ("Master.FilesFreed", 1),
                            ("Master.GetFileInfoOps", 5), ("Master.FileInfosGot", 5),
                            ("Master.ListingCacheHits", 1), ("Master.ListingCacheMisses", 2),
                            ("Master.GetNewBlockOps", 2), ("Master.NewBlocksGot", 2),
                            ("Master.LastBackupEntriesCount", 5),
                            ("Master.JobDistributedLoadSuccess", 1),
                            ("Master.JobDistributedLoadFileCount", 1)):
            self.assertGreaterEqual(grown(name), least, name)
        wait_until("the file of ASYNC_THROUGH",
                   lambda: grown("Master.AsyncPersistSuccess") == 1, PATIENCE)
        self.assertEqual(grown("Master.AsyncPersistFileSize"), 1 << 20)
        self.assertEqual(grown("Master.FilesPersisted"), 1)
        wait_until("the room of the root store",
                   lambda: self.metrics()["Cluster.RootUfsCapacityTotal"] > 0, PATIENCE)
        # Over both workers, since the file may be on either.
        totals = self.metrics("master")
        self.assertGreaterEqual(totals["Cluster.BytesReadUfsAll"], 1 << 20)
        self.assertGreaterEqual(totals["Cluster.BytesReadRemote"], 1 << 20)


if __name__ == "__main__":
    unittest.main(verbosity=1)
