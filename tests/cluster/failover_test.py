"""Several masters: one dies, one is paused for longer than its session, ZooKeeper goes away. What
was acknowledged is there afterwards, and clients go on by themselves.
"""
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import wait_until  # noqa: E402
from masters import SESSION_SECONDS, Masters  # noqa: E402


class FailoverTest(unittest.TestCase):
    def edit_until(self, masters, prefix, done, acknowledged):
        """Makes directories one after the other until `done` is set."""
        number = 0
        while not done.is_set():
            path = "/%s-%d" % (prefix, number)
            try:
                # A call that a paused master has taken is answered when it wakes up.
                if masters.cli("fs", "mkdir", path, timeout=5)[0] == 0:
                    acknowledged.append(path)
            except subprocess.TimeoutExpired:
                pass
            number += 1

    def check_all_there(self, masters, acknowledged):
        names = set(masters.cli("fs", "ls", "/", check=True)[1].split())
        self.assertEqual([path for path in acknowledged if path not in names], [])

    def test_the_primary_is_killed_again_and_again(self):
        session = 60
        with Masters(properties={"alluxio.zookeeper.session.timeout": "%ds" % session}) as masters:
            masters.cli("fs", "copyFromLocal", "/etc/passwd", "/file", check=True)
            shell = masters.cluster.java_shell()
            for turn in range(3):
                old = masters.wait_for_primary()
                masters.kill(old)
                killed = time.monotonic()
                masters.cli("fs", "mkdir", "/ours-%d" % turn, check=True)
                seconds = time.monotonic() - killed
                print("a primary killed: next edit after %.2f s" % seconds)
                # The guardian closed the session: nobody waited for its timeout.
                self.assertLess(seconds, session / 2)
                code, out, err = shell.run("mkdir", "/java-%d" % turn)
                self.assertEqual(code, 0, out + err)
                self.assertNotEqual(masters.wait_for_primary(), old)
                masters.start(old)
                with open("/etc/passwd") as f:
                    self.assertEqual(masters.cli("fs", "cat", "/file", check=True)[1], f.read())
            shell.close()
            self.check_all_there(masters, ["/file"] + ["/%s-%d" % (who, turn) for turn in range(3)
                                                       for who in ("ours", "java")])
            wait_until("standbys in the report", lambda: masters.cli(
                "fsadmin", "report", check=True)[1].count("STANDBY") == 2)

    def test_the_new_primary_knows_where_blocks_are(self):
        with Masters(properties={"alluxio.user.file.writetype.default": "MUST_CACHE"}) as masters:
            files = ["/dir/%d" % i for i in range(100)]
            local = os.path.join(masters.cluster.folder, "dir")
            os.mkdir(local)
            for i in range(100):
                with open(os.path.join(local, str(i)), "w") as f:
                    f.write("content %d" % i)
            masters.cli("fs", "copyFromLocal", local, "/dir", check=True)
            for turn in range(2):
                masters.wait_for_worker_everywhere()
                old = masters.wait_for_primary()
                masters.kill(old)
                # The first answer has them: nobody waited for a worker to come back.
                listing = masters.cli("fs", "ls", "/dir", check=True)[1]
                self.assertEqual(listing.count("100%"), 100, listing)
                self.assertIn("Live Workers: 1", masters.cli("fsadmin", "report", check=True)[1])
                self.assertEqual(masters.cli("fs", "cat", files[-1], check=True)[1], "content 99")
                masters.start(old)
            # Written after the last takeover, known to the next one.
            masters.wait_for_worker_everywhere()
            masters.cli("fs", "copyFromLocal", os.path.join(local, "7"), "/last", check=True)
            masters.kill(masters.wait_for_primary())
            self.assertIn("100%", masters.cli("fs", "ls", "/last", check=True)[1])
            self.assertEqual(masters.cli("fs", "cat", "/last", check=True)[1], "content 7")

    def test_a_primary_that_wakes_up_too_late_gives_up_its_place(self):
        with Masters() as masters:
            old = masters.wait_for_primary()
            done, acknowledged = threading.Event(), []
            thread = threading.Thread(
                target=self.edit_until, args=(masters, "d", done, acknowledged))
            thread.start()
            self.addCleanup(thread.join)
            self.addCleanup(done.set)
            wait_until("the first edit", lambda: acknowledged)
            os.kill(masters.masters[old].pid, signal.SIGSTOP)
            before = len(acknowledged)
            time.sleep(3 * SESSION_SECONDS)
            # One more may have been acknowledged and not counted yet when the primary stopped.
            wait_until("somebody to take over", lambda: len(acknowledged) > before + 1)
            os.kill(masters.masters[old].pid, signal.SIGCONT)
            wait_until("the old primary to step down", lambda: "gives up its place" in
                       masters.log(old) and masters.log(old).count("master: standby") >= 2)
            self.assertIsNone(masters.masters[old].poll(), "it goes on under the same process id")
            time.sleep(0.5)
            done.set()
            thread.join()
            self.assertNotEqual(masters.wait_for_primary(), old)
            self.check_all_there(masters, acknowledged)
            # What it reads of the journal as a standby is what the others have.
            masters.kill(masters.wait_for_primary())
            masters.cli("fs", "mkdir", "/last", check=True)
            self.check_all_there(masters, acknowledged + ["/last"])

    def test_zookeeper_is_away_for_a_while(self):
        with Masters() as masters:
            masters.cli("fs", "mkdir", "/before", check=True)
            for node in range(3):
                masters.zookeeper.kill_node(node)
            time.sleep(2 * SESSION_SECONDS)
            for node in range(3):
                masters.zookeeper.start_node(node)
            wait_until("a primary again", lambda: masters.cli("fs", "mkdir", "/after")[0] == 0,
                       timeout=180)
            self.check_all_there(masters, ["/before", "/after"])

    def test_the_order_of_starting_does_not_matter(self):
        masters = Masters(count=2)
        self.addCleanup(masters.__exit__, None, None, None)
        masters.make_cluster()
        masters.cluster.start_worker(wait=False)
        time.sleep(0.5)
        for i in range(2):
            masters.start(i)
        for i in range(2):
            wait_until("a standby", lambda i=i: "master: standby" in masters.log(i))
        time.sleep(SESSION_SECONDS)
        self.assertEqual([process.poll() for process in masters.masters], [None, None])
        self.assertIsNone(masters.cluster.worker.poll())
        masters.zookeeper.__enter__()
        wait_until("the worker", lambda: "Live Workers: 1" in
                   masters.cli("fsadmin", "report")[1], timeout=120)
        masters.wait_for_worker_everywhere()
        masters.cli("fs", "copyFromLocal", "/etc/passwd", "/file", check=True)
        masters.kill(masters.wait_for_primary())
        with open("/etc/passwd") as f:
            self.assertEqual(masters.cli("fs", "cat", "/file", check=True)[1], f.read())

    def test_a_master_that_starts_late_is_elected_when_it_has_read_everything(self):
        with Masters(count=2, started=1) as masters:
            made = 0
            for folder in range(4):
                names = ["/d%d/%d" % (folder, i) for i in range(500)]
                masters.cli("fs", "mkdir", *names, check=True)
                made += len(names)
            masters.start(1)
            masters.kill(0)
            counted = masters.cli("fs", "count", "/", check=True)[1].split()
            self.assertIn(str(made + 4), counted, "folders, with those around them")
            self.assertEqual(masters.wait_for_primary(), 1)
            log = masters.log(1)
            self.assertLess(log.index("journal replayed"), log.index("master: elected"))


if __name__ == "__main__":
    unittest.main()
