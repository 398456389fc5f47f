"""Copies of blocks over real servers: setReplication and pins make and remove copies on two workers
and move them to another medium; beside a dead worker, and across a kill -9 of the master and of the
job master.
"""
import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import wait_until  # noqa: E402
from job_service_test import JobCluster  # noqa: E402
from two_workers_test import NEAR_FIRST, NEAR_SECOND  # noqa: E402

PATIENCE = 60
DATA = os.urandom(2_500_000)  # three blocks


class ReplicationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = JobCluster({"alluxio.master.replication.check.interval": "200ms"})
        try:
            cls.with_two_media(cls.cluster)
            cls.cluster.start()
        except BaseException:
            cls.cluster.close()
            raise

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.cluster.second_ram + "-ssd", ignore_errors=True)
        cls.cluster.close()

    @staticmethod
    def with_two_media(cluster):
        """The second worker has an SSD beside its memory."""
        ssd = cluster.second_ram + "-ssd"
        os.makedirs(ssd, exist_ok=True)
        with open(os.path.join(cluster.second_conf, "alluxio-site.properties"), "a") as f:
            f.write("alluxio.worker.tieredstore.level0.dirs.path=%s,%s\n"
                    "alluxio.worker.tieredstore.level0.dirs.mediumtype=MEM,SSD\n"
                    "alluxio.worker.tieredstore.level0.dirs.quota=512MB,512MB\n"
                    % (cluster.second_ram, ssd))

    def held(self, path):
        blocks = self.cluster.blocks(path)
        return (self.cluster.count(blocks, self.cluster.ram),
                self.cluster.count(blocks, self.cluster.second_ram) + self.on_ssd(path))

    def on_ssd(self, path):
        return self.cluster.count(self.cluster.blocks(path), self.cluster.second_ram + "-ssd")

    def await_held(self, path, *allowed):
        wait_until("%s to have copies %s" % (path, allowed), lambda: self.held(path) in allowed,
                   PATIENCE)

    def set_replication(self, path, low, high):
        self.cluster.cli("fs", "setReplication", "--min", str(low), "--max", str(high), path,
                         check=True)

    def test_1_more_and_fewer_copies(self):
        cluster = self.cluster
        cluster.write(NEAR_FIRST, "/memory", DATA)
        self.assertEqual(self.held("/memory"), (3, 0))
        self.set_replication("/memory", 2, 2)
        self.await_held("/memory", (3, 3))
        self.assertEqual(cluster.read(NEAR_SECOND, "/memory"), DATA)
        self.set_replication("/memory", 0, 1)
        wait_until("one copy of each block", lambda: sum(self.held("/memory")) == 3, PATIENCE)
        self.assertEqual(cluster.read(NEAR_FIRST, "/memory"), DATA)
        # Nothing else has it, so that a copy stays.
        self.set_replication("/memory", 0, 0)
        cluster.write(NEAR_FIRST, "/stored", DATA, "CACHE_THROUGH")
        self.set_replication("/stored", 0, 0)
        self.await_held("/stored", (0, 0))
        self.assertEqual(sum(self.held("/memory")), 3)
        self.assertEqual(cluster.read(NEAR_FIRST, "/memory"), DATA)
        _, out, _ = cluster.cli("job", "ls", check=True)
        self.assertRegex(out, r"(?m)^\d{13}   Replicate +COMPLETED *$")

    def test_2_written_with_bounds(self):
        cluster = self.cluster
        local = os.path.join(cluster.folder, "bounds")
        with open(local, "wb") as f:
            f.write(DATA)
        cluster.fs(NEAR_FIRST, "copyFromLocal", local, "/bounds",
                   **{"alluxio.user.file.replication.min": 2,
                      "alluxio.user.file.writetype.default": "CACHE_THROUGH"})
        self.await_held("/bounds", (3, 3))

    def test_3_a_pin_brings_in_and_moves(self):
        cluster = self.cluster
        cluster.put_ufs("pins", 1)
        cluster.cli("fs", "pin", "/pins/f00000", check=True)
        wait_until("the pinned file", lambda: sum(self.held("/pins/f00000")) == 1, PATIENCE)
        cluster.write(NEAR_SECOND, "/medium", DATA)
        for medium, on_ssd in (("SSD", 3), ("MEM", 0), ("SSD", 3)):
            cluster.cli("fs", "pin", "/medium", medium, check=True)
            wait_until("the blocks in " + medium, lambda: self.on_ssd("/medium") == on_ssd,
                       PATIENCE)
            self.assertEqual(self.held("/medium"), (0, 3))
        self.assertEqual(cluster.read(NEAR_FIRST, "/medium"), DATA)

    def test_4_the_masters_are_killed(self):
        cluster = self.cluster
        for i in range(5):
            cluster.write(NEAR_FIRST, "/kill%d" % i, DATA)
        cluster.kill(cluster.job_master)
        for i in range(5):
            self.set_replication("/kill%d" % i, 2, -1)
        cluster.kill(cluster.master)
        cluster.start_master()
        cluster.start_job_master()
        for i in range(5):
            self.await_held("/kill%d" % i, (3, 3))

    def test_5_beside_a_dead_worker(self):
        cluster = self.cluster
        cluster.write(NEAR_FIRST, "/dead", DATA, "CACHE_THROUGH")
        self.set_replication("/dead", 2, 2)
        self.await_held("/dead", (3, 3))
        cluster.kill(cluster.second)
        cluster.kill(cluster.job_workers[NEAR_SECOND])
        wait_until("the loss of the worker",
                   lambda: "Lost Workers: 1" in cluster.cli("fsadmin", "report")[1], PATIENCE)
        # The one that is left is brought what only the other one had.
        self.set_replication("/stored", 1, -1)
        wait_until("copies on the first worker", lambda: self.held("/stored")[0] == 3, PATIENCE)
        self.assertEqual(self.held("/dead")[0], 3)
        self.assertEqual(cluster.read(NEAR_FIRST, "/dead"), DATA)
        # Back again, it is made whole from what it lacks.
        shutil.rmtree(cluster.second_ram)
        os.makedirs(cluster.second_ram)
        cluster.start_second()
        cluster.start_job_worker(NEAR_SECOND)
        self.await_held("/dead", (3, 3))


if __name__ == "__main__":
    unittest.main(verbosity=2)
