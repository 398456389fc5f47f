"""Masters on a machine that is not well: the journal's disk is read-only for a while, answers EIO
for a while or for good, the wall clock jumps. What was acknowledged is there afterwards, and the
log says what was wrong."""
import errno
import os
import signal
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE]
from cluster import NativeCluster, wait_until  # noqa: E402
from edits import Edits  # noqa: E402
from ill_machine import DAMAGED_READS, IllMachine  # noqa: E402
from masters import Masters  # noqa: E402

DAY = 86400


class IllCluster(NativeCluster):
    def __init__(self, properties=None):
        super().__init__(dict({"alluxio.user.rpc.retry.max.duration": "60s"}, **properties or {}))
        self.ill = IllMachine(self.folder, self.journal)

    def command(self, role):
        command = super().command(role)
        return self.ill.launcher() + command if role == "master" else command


class IllMasters(Masters):
    def prepare(self):
        self.ill = [IllMachine(self.cluster.folder, self.cluster.journal, "ill%d" % i)
                    for i in range(self.count)]

    def launcher(self, i):
        return self.ill[i].launcher()


class IllMachineTest(unittest.TestCase):
    def begin(self, properties=None):
        cluster = IllCluster(properties)
        self.addCleanup(cluster.close)
        cluster.format()
        cluster.start_master()
        return cluster

    def check_all_there(self, cluster, paths):
        names = set(cluster.cli("fs", "ls", "/", check=True)[1].split())
        self.assertEqual([path for path in paths if path not in names], [])

    def restart(self, cluster):
        cluster.stop_process(cluster.master, signal.SIGKILL)
        cluster.start_master()

    def wait_through(self, error, text):
        """Edits wait while the disk answers so, and go on by themselves."""
        cluster = self.begin()
        edits = Edits(cluster, "d", 60)
        edits.more()
        cluster.ill.set(error)
        wait_until("the log to say it", lambda: text in cluster.tail("master", 200), 60)
        count = len(edits.done)
        time.sleep(2)
        self.assertLessEqual(len(edits.done), count + 1, "acknowledged without a journal")
        self.assertIn("journal: write failed", cluster.tail("master", 200))
        cluster.ill.set()
        edits.more()
        self.assertIn("journal: writing again", cluster.tail("master", 200))
        done = edits.stop()
        self.restart(cluster)
        self.check_all_there(cluster, done)

    def test_the_journal_is_read_only_for_a_while(self):
        self.wait_through(errno.EROFS, "Read-only file system")

    def test_the_journal_answers_with_errors_for_a_while(self):
        self.wait_through(errno.EIO, "Input/output error")

    def test_a_disk_that_stays_broken_ends_the_master(self):
        cluster = self.begin({"alluxio.master.journal.flush.timeout": "2s",
                              "alluxio.user.rpc.retry.max.duration": "1s"})
        cluster.cli("fs", "mkdir", "/before", check=True)
        cluster.ill.set(errno.EIO)
        self.assertNotEqual(cluster.cli("fs", "mkdir", "/during")[0], 0)
        self.assertEqual(cluster.master.wait(60), 2)
        said = cluster.tail("master", 200)
        self.assertIn("journal: failed for good", said)
        self.assertIn("Input/output error", said)
        # One that starts on it ends with the reason, and does not touch the journal.
        cluster.start_master(wait=False)
        self.assertNotEqual(cluster.master.wait(60), 0)
        self.assertRegex(cluster.tail("master", 200), "not started error=.*Input/output error")
        cluster.ill.set()
        cluster.start_master()
        self.check_all_there(cluster, ["/before"])

    def test_a_clock_that_jumps_changes_nothing_but_times(self):
        cluster = self.begin()
        edits = Edits(cluster, "d", 60)
        for off in (-40 * DAY, 40 * DAY, 3600, -3600, 0):
            edits.more()
            cluster.ill.set(clock_off=off)
        edits.more()
        done = edits.stop()
        self.assertTrue(cluster.master.poll() is None, cluster.tail("master"))
        self.restart(cluster)
        self.check_all_there(cluster, done)

    def test_a_primary_whose_clock_jumps_stays_the_primary(self):
        """The lease goes by the monotonic clock. The session is long: nobody else ends it."""
        with IllMasters(3, {"alluxio.zookeeper.session.timeout": "40s"}) as masters:
            edits = Edits(masters.cluster, "d", 60)
            edits.more()
            old = masters.primary()
            for off in (40 * DAY, -40 * DAY):
                masters.ill[old].set(clock_off=off)
                edits.more(3, 120)
                self.assertEqual(masters.primary(), old)
                self.assertNotIn("gives up its place", masters.log(old))
            # The next one's clock is right: times go back, and nothing else.
            masters.kill(old)
            edits.more(3, 120)
            self.check_all_there(masters, edits.stop())

    def with_an_ill_standby(self, error, reason):
        """The next in line has a bad disk: it gives up its place, and the one after it takes it."""
        with IllMasters(3, started=1) as masters:
            old, ill, well = 0, 1, 2
            for i in (ill, well):
                masters.start(i)
                wait_until("a candidate", lambda: "election: candidate" in masters.log(i), 60)
            edits = Edits(masters.cluster, "d", 60)
            edits.more()
            masters.ill[ill].set(error)
            edits.more(5)  # some that it cannot read
            masters.kill(old)
            edits.more(5)
            self.assertEqual(masters.primary(), well)
            # It began anew, could not read the journal then either, and said why.
            self.assertNotEqual(masters.masters[ill].wait(60), 0)
            said = masters.log(ill)
            self.assertRegex(said, "gives up its place and starts again .*" + reason)
            self.assertRegex(said, "not started error=.*" + reason)
            masters.ill[ill].set()
            masters.start(ill)
            wait_until("it to be well", lambda: "election: candidate" in
                       masters.log(ill).rpartition("not started")[2], 60)
            masters.kill(well)
            edits.more()
            self.assertEqual(masters.primary(), ill)
            self.check_all_there(masters, edits.stop())

    def test_a_standby_that_cannot_read_the_journal(self):
        self.with_an_ill_standby(errno.EIO, "Input/output error")

    def test_a_standby_that_reads_wrong_bytes(self):
        self.with_an_ill_standby(DAMAGED_READS, "DATA_LOSS")


if __name__ == "__main__":
    unittest.main(verbosity=2)
