"""The command line and a worker find the primary master through a real ZooKeeper and among several
addresses. Here the nodes in ZooKeeper are made by session-holder, for a master that is alone."""
import os
import signal
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from backends import ZooKeeper  # noqa: E402
from cluster import BIN, NativeCluster, free_port, wait_until  # noqa: E402


class LocatorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.zookeeper = ZooKeeper(nodes=1).__enter__()
        cls.cluster = NativeCluster().start()
        cls.port = cls.cluster.master_port

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()
        cls.zookeeper.close()

    def setUp(self):
        self.holders = []
        # The guardians of another test may not have closed its sessions yet.
        wait_until("no leader node", lambda: "Failed to get the leader master." in self.zk(
            "-Dalluxio.zookeeper.leader.inquiry.retry=1", "fs", "leader")[1])

    def tearDown(self):
        for holder in self.holders:
            holder.kill()
            holder.wait()
            holder.stdin.close()
            holder.stdout.close()

    def announce(self, port):
        holder = subprocess.Popen(
            [os.path.join(BIN, "session-holder"), "hold", self.zookeeper.address,
             "/alluxio/leader/localhost:%d" % port, "4000", "guardian"], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.holders.append(holder)
        self.assertTrue(holder.stdout.readline().startswith("holding"))
        return holder

    def zk(self, *words, check=False):
        """The command line, which knows ZooKeeper only."""
        return self.cluster.cli(
            "-Dalluxio.zookeeper.enabled=true", "-Dalluxio.master.hostname=",
            "-Dalluxio.zookeeper.address=" + self.zookeeper.address, *words, check=check)

    def test_without_a_leader_node_there_is_none(self):
        code, out, _ = self.zk("-Dalluxio.zookeeper.leader.inquiry.retry=1", "fs", "leader")
        self.assertEqual(code, 0)
        self.assertIn("Failed to get the leader master.", out)

    def test_the_leader_node_made_last_counts(self):
        self.announce(free_port())  # of a master that died without a guardian
        time.sleep(0.05)
        self.announce(self.port)
        code, out, err = self.zk("fs", "leader")
        self.assertEqual((code, out.splitlines()[-1], err), (0, "localhost", ""))
        code, out, _ = self.zk("fs", "masterInfo")
        self.assertIn("Current leader master: localhost:%d" % self.port, out)
        self.assertIn("All masters: []", out)
        code, out, err = self.zk("fs", "mkdir", "/through-zookeeper")
        self.assertEqual(code, 0, out + err)

    def test_a_call_waits_for_the_next_primary(self):
        stale = self.announce(free_port())
        began = time.monotonic()
        waiting = subprocess.Popen(
            [os.path.join(BIN, "alluxio-cli"), "-Dalluxio.zookeeper.enabled=true",
             "-Dalluxio.zookeeper.address=" + self.zookeeper.address,
             "-Dalluxio.user.rpc.retry.base.sleep=90s", "-Dalluxio.user.rpc.retry.max.sleep=90s",
             "-Dalluxio.user.rpc.retry.max.duration=300s", "fs", "ls", "/"],
            env=self.cluster.environment())
        time.sleep(1)
        stale.send_signal(signal.SIGKILL)
        self.announce(self.port)
        self.assertEqual(waiting.wait(120), 0)
        self.assertLess(time.monotonic() - began, 45)  # not the pause of 90 s

    def test_paths_may_name_the_cluster(self):
        self.announce(self.port)
        here, nobody = "localhost:%d" % self.port, "localhost:%d" % free_port()
        for authority in ("zk@" + self.zookeeper.address, here, here + "," + nobody,
                          nobody + "," + here, nobody + ";" + here, nobody + "+" + here, ""):
            code, out, err = self.cluster.cli("fs", "ls", "alluxio://%s/" % authority)
            self.assertEqual(code, 0, authority + ": " + out + err)
        code, out, _ = self.cluster.cli("fs", "ls", "alluxio://nonsense/")
        self.assertNotEqual(code, 0)
        self.assertIn("nonsense", out)


if __name__ == "__main__":
    unittest.main()
