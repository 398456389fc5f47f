"""The journal on a real HDFS: both ways with a Java 2.9.6 master, kill -9 at requests to the name
node, several masters while data nodes and primaries go, the name node away. What was acknowledged
is there afterwards.

CI runs the restart of the name node, ALL=1 everything (some minutes).

TURNS=n takes each step of the crash test n times (default 1), further on each time, and by turns
before the name node has seen the request and after it has answered.
"""
import os
import re
import signal
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from backends import Hdfs  # noqa: E402
from cluster import JavaCluster, NativeCluster, class_path, wait_until  # noqa: E402
from edits import Edits  # noqa: E402
from masters import SESSION_SECONDS, Masters  # noqa: E402
from steps import ANSWERED, ARRIVED, HdfsSteps, Trap  # noqa: E402

by_hand = unittest.skipUnless(os.environ.get("ALL"), "takes minutes: ALL=1")
TURNS = int(os.environ.get("TURNS", "1"))
# In the life of a master, and while it starts on what a killed one left.
LIVING = ["create", "addBlock", "fsync", "append", "complete", "rename2"]
STARTING = ["recoverLease", "create", "addBlock", "fsync", "complete", "rename2", "delete"]


class StoreJavaCluster(JavaCluster):
    """With the under stores that the servers' own class path does not have."""

    def command(self, role):
        command = super().command(role)
        command[command.index("-cp") + 1] += ":" + class_path("stores")
        return command


class JournalSteps(HdfsSteps):
    """The names of requests alone."""

    def at(self, moment, step):
        return super().at(moment, step.split(" ")[0])


class HdfsJournalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hdfs = Hdfs()
        cls.addClassCleanup(cls.hdfs.__exit__, None, None, None)
        cls.hdfs.__enter__()

    def properties(self, name, port=None):
        return {
            "alluxio.master.journal.folder":
                "hdfs://127.0.0.1:%d/%s" % (port or self.hdfs.port, name),
            "alluxio.underfs.hdfs.configuration":
                "%s/core-site.xml:%s/hdfs-site.xml" % (self.hdfs.conf, self.hdfs.conf),
            "alluxio.user.file.writetype.default": "CACHE_THROUGH",
            "alluxio.user.rpc.retry.max.duration": "1s",
        }

    def check_all_there(self, cluster, paths):
        names = set(cluster.cli("fs", "ls", "/", check=True)[1].split())
        self.assertEqual([path for path in paths if path not in names], [])

    def await_master(self, cluster):
        def serves():
            self.assertIsNone(cluster.master.poll(), cluster.tail("master"))
            return cluster.cli("fs", "ls", "/")[0] == 0
        wait_until("the master", serves, 180)

    def kill(self, cluster):
        for process in (cluster.master, cluster.worker):
            if process is not None:
                cluster.stop_process(process, signal.SIGKILL)
        cluster.worker = None

    @by_hand
    def test_java_and_our_masters_take_the_folder_from_each_other(self):
        """Each is killed, so that the next one finds an open log."""
        first = NativeCluster(self.properties("exchange"))
        self.addCleanup(first.close)
        first.format()
        first.start_master()
        for path in ("/a/b", "/c", "/d"):
            first.cli("fs", "mkdir", path, check=True)
        first.cli("fs", "mv", "/a/b", "/moved", check=True)
        first.cli("fs", "chmod", "700", "/c", check=True)
        listing = first.cli("fs", "ls", "-R", "/", check=True)[1]
        self.assertIn("/moved", listing)
        self.kill(first)
        java = StoreJavaCluster(dict(self.properties("exchange"), **{
            # Its port is open long before it serves.
            "alluxio.user.rpc.retry.max.duration": "60s",
            "alluxio.master.mount.table.root.ufs": first.ufs}))
        self.addCleanup(java.close)
        java.start_master()
        shell = java.hadoop()
        code, out, err = shell.run("-ls", "-R", "/")
        self.assertEqual(code, 0, err)
        for path in ("/a", "/c", "/d", "/moved"):
            self.assertRegex(out, "%s(\n|$)" % path)
        self.assertIn("drwx------", out)
        self.assertEqual(shell.run("-mkdir", "/by-java")[0], 0)
        shell.close()
        self.kill(java)
        first.start_master()
        self.check_all_there(first, ["/a", "/c", "/d", "/moved", "/by-java"])
        first.cli("fs", "mkdir", "/after", check=True)
        first.stop()
        # In order, too: no log is open then.
        logs = self.hdfs.dfs("-ls", "/exchange/FileSystemMaster/v1/logs")[1].decode()
        self.assertIn("/0x0-0x", logs)
        self.assertNotIn("0x7fffffffffffffff", logs)

    def crash(self, cluster, relay, step, moment, nth, starting):
        """One master that is killed at a step; the paths that were acknowledged before."""
        def spring():
            cluster.master.kill()
        trap = Trap(step, moment, nth, spring)
        if starting:
            relay.arm(trap)
        cluster.start_master(wait=not starting)
        if not starting:
            relay.arm(trap)
        edits = Edits(cluster, "%s-%s-%d-%d" % (step, moment, nth, starting), 10)
        sprung = trap.sprung.wait(6 if starting else 15)
        done = edits.stop()
        relay.arm(None)
        self.kill(cluster)
        return sprung, done

    @by_hand
    def test_a_master_is_killed_at_each_request_to_the_name_node(self):
        relay = JournalSteps(self.hdfs.port)
        self.addCleanup(relay.close)
        cluster = NativeCluster(dict(self.properties("crash", relay.port), **{
            "alluxio.master.journal.log.size.bytes.max": "400"}))  # logs rotate
        self.addCleanup(cluster.close)
        cluster.format()
        acknowledged, sprung, missed = [], 0, []
        cases = [(step, number + turn, starting) for turn in range(TURNS)
                 for starting, steps in ((False, LIVING), (True, STARTING))
                 for number, step in enumerate(steps)]
        for step, number, starting in cases:
            moment = (ARRIVED, ANSWERED)[number % 2]
            nth = 1 + number // 2 % 3 if starting else 2 + number // 2
            hit, done = self.crash(cluster, relay, step, moment, nth, starting)
            acknowledged += done
            sprung += hit
            if not hit:
                missed.append((step, moment, nth, starting))
        cluster.start_master()
        self.check_all_there(cluster, acknowledged)
        self.kill(cluster)
        print("kills=%d acknowledged=%d missed=%s" % (sprung, len(acknowledged), missed))
        self.assertGreaterEqual(sprung, len(cases) // 2, missed)
        self.assertGreater(len(acknowledged), len(LIVING))

    @by_hand
    def test_primaries_and_data_nodes_go(self):
        more = dict(self.properties("several"), **{"alluxio.user.rpc.retry.max.duration": "60s"})
        with Masters(properties=more) as masters:
            edits = Edits(masters.cluster, "d")
            edits.more()
            self.hdfs.kill("datanode1")
            edits.more(5)
            masters.kill(masters.primary())
            edits.more()
            self.hdfs.start_datanode(1)
            wait_until("the data node", self.hdfs.ready, 180)
            old = masters.primary()
            os.kill(masters.masters[old].pid, signal.SIGSTOP)
            edits.more(3, 90)
            time.sleep(2 * SESSION_SECONDS)
            os.kill(masters.masters[old].pid, signal.SIGCONT)
            wait_until("the old primary to step down",
                       lambda: "gives up its place" in masters.log(old), 60)
            edits.more()
            self.check_all_there(masters, edits.stop())

    def test_the_name_node_is_away_for_a_while(self):
        cluster = NativeCluster(dict(self.properties("away"), **{
            "alluxio.user.rpc.retry.max.duration": "60s"}))
        self.addCleanup(cluster.close)
        cluster.format()
        cluster.start_master()
        edits = Edits(cluster, "d", 60)
        edits.more()
        self.hdfs.kill("namenode")
        time.sleep(1)
        count = len(edits.done)
        time.sleep(3)
        self.assertLessEqual(len(edits.done), count + 1, "acknowledged without a journal")
        self.hdfs.start_namenode()
        wait_until("the name node", self.hdfs.ready, 180)
        edits.more(3)
        done = edits.stop()
        # A master that starts before the name node, and before the data nodes have reported, waits.
        self.kill(cluster)
        self.hdfs.kill("namenode")
        cluster.start_master(wait=False)
        wait_until("it to wait", lambda: "journal: waiting for the store" in cluster.tail(
            "master", 200), 60)
        self.hdfs.start_namenode()
        self.await_master(cluster)
        self.check_all_there(cluster, done)

    @by_hand
    def test_a_master_that_waits_for_the_name_node_can_be_stopped(self):
        cluster = NativeCluster(self.properties("waits"))
        self.addCleanup(cluster.close)
        cluster.format()
        self.hdfs.kill("namenode")
        try:
            cluster.start_master(wait=False)
            wait_until("it to wait", lambda: "journal: waiting for the store" in cluster.tail(
                "master", 200), 60)
            cluster.master.terminate()
            self.assertEqual(cluster.master.wait(60), 0, cluster.tail("master"))
            self.assertIn("stopped before it had started", cluster.tail("master", 200))
        finally:
            self.hdfs.start_namenode()
            wait_until("the name node", self.hdfs.ready, 180)

    @by_hand
    def test_a_name_node_that_stays_away_ends_the_master(self):
        cluster = NativeCluster(dict(self.properties("gone"), **{
            "alluxio.master.journal.flush.timeout": "3s"}))
        self.addCleanup(cluster.close)
        cluster.format()
        cluster.start_master()
        cluster.cli("fs", "mkdir", "/before", check=True)
        self.hdfs.kill("namenode")
        self.assertNotEqual(cluster.cli("fs", "mkdir", "/during")[0], 0)
        self.assertEqual(cluster.master.wait(60), 2)
        self.assertIn("journal: failed for good", cluster.tail("master", 200))
        self.hdfs.start_namenode()
        wait_until("the name node", self.hdfs.ready, 180)
        cluster.start_master()
        self.check_all_there(cluster, ["/before"])

    @by_hand
    def test_a_log_begun_beside_a_dead_data_node_gets_its_copies(self):
        """It is completed after a minute, and HDFS makes the second copy of what is closed."""
        cluster = NativeCluster(dict(self.properties("copies"), **{
            "alluxio.user.rpc.retry.max.duration": "60s"}))
        self.addCleanup(cluster.close)
        cluster.format()
        cluster.start_master()
        edits = Edits(cluster, "d", 90)
        edits.more()
        self.hdfs.kill("datanode0")
        edits.more(5)
        done = edits.stop()
        self.hdfs.start_datanode(0)
        wait_until("the data node", self.hdfs.ready, 120)
        wait_until("the log to be completed", lambda: (
            "while it is open component=FileSystemMaster" in cluster.tail("master", 500)), 180)
        listing = self.hdfs.dfs("-ls", "/copies/FileSystemMaster/v1/logs")[1].decode()
        begun = sorted(re.findall(r"/copies\S*/0x[1-9a-f]\S*", listing))
        self.assertTrue(begun, listing)
        # Returns when it has two. The log in which the data node died gets its second when HDFS has
        # given up the part that the data node came back with, minutes later.
        code, said = self.hdfs.dfs("-setrep", "-w", "2", begun[0])
        self.assertEqual(code, 0, said)
        self.kill(cluster)
        cluster.start_master()
        self.check_all_there(cluster, done)


if __name__ == "__main__":
    unittest.main(verbosity=2)
