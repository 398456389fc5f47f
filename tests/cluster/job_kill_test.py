"""kill -9 of the master, the job master and a job worker in the midst of distributedLoad,
distributedCp, distributedMv and jobs that persist: every file is where it belongs afterwards, whole
and once, and who waited for the command was told so. A job worker that is paused meanwhile takes
nothing away when it goes on.

ROUNDS=20 SEED=7 FILES=2000 does that with other commands, victims and moments. With ALL=1 also
files of ASYNC_THROUGH of a Java master, which asks our job service to persist them.
"""
import os
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, Batch, JavaCluster, NativeCluster, free_port, wait_until  # noqa: E402
from job_service_test import JobCluster  # noqa: E402
from two_workers_test import NEAR_FIRST, NEAR_SECOND  # noqa: E402

FILES = int(os.environ.get("FILES", "300"))
ROUNDS = int(os.environ.get("ROUNDS", "0"))
SEED = int(os.environ.get("SEED", "1"))
PATIENCE = 120
VICTIMS = ("master", "job_master", "job_worker")


def cpu_ticks(process):
    with open("/proc/%d/stat" % process.pid) as f:
        return sum(map(int, f.read().rpartition(")")[2].split()[11:13]))


class JobKillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # One thread, so that there is something to cut off.
        cls.cluster = JobCluster({"alluxio.job.worker.threadpool.size": "1",
                                  "alluxio.user.rpc.retry.max.duration": "60s",
                                  "alluxio.user.file.writetype.default": "CACHE_THROUGH"})
        try:
            cls.cluster.start()
        except BaseException:
            cls.cluster.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()

    def kill(self, victim):
        cluster = self.cluster
        if victim == "master":
            cluster.kill(cluster.master)
            cluster.start_master()
            wait_until("two workers", lambda: cluster.capacity() == 2 << 30, PATIENCE)
        elif victim == "job_master":
            cluster.kill(cluster.job_master)
            cluster.start_job_master()
        else:
            cluster.kill(cluster.job_workers[NEAR_FIRST])
            cluster.start_job_worker(NEAR_FIRST)

    def contents(self, folder):
        found = {}
        top = os.path.join(self.cluster.ufs, folder)
        for at, _, names in os.walk(top):
            for name in names:
                try:
                    with open(os.path.join(at, name), "rb") as f:
                        found[os.path.relpath(os.path.join(at, name), top)] = f.read()
                except FileNotFoundError:
                    pass  # a temporary of the master that has been renamed since it was listed
        return found

    def cut_off(self, verb, name, victims, wait=0.0):
        """Runs the command while the victims are killed, one after the other."""
        cluster = self.cluster
        cluster.put_ufs(name + "/deep", FILES)
        expected = self.contents(name)
        words = [verb, "/" + name] + ([] if verb == "distributedLoad" else ["/%s-to" % name])
        waiting = subprocess.Popen(
            [os.path.join(BIN, "alluxio-cli"), "fs", *words], env=cluster.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cluster.folder)
        self.addCleanup(waiting.stdout.close)
        self.addCleanup(waiting.kill)

        def begun():
            if waiting.poll() is not None:
                return True
            if verb == "distributedLoad":
                code, out, _ = cluster.cli("fs", "ls", "/%s/deep" % name)
                return code == 0 and " 100%" in out
            return bool(self.contents(name + "-to"))
        wait_until("the first files", begun, PATIENCE)
        time.sleep(wait)
        for victim in victims:
            self.kill(victim)
        out = waiting.communicate(timeout=300)[0].decode()
        said = "%s, seed %d: %s" % (words, SEED, out)
        self.assertEqual(waiting.returncode, 0, said)
        self.assertIn("Finished running the command", out, said)
        if verb == "distributedLoad":
            wait_until("all files of " + name,
                       lambda: cluster.cached("/" + name) == FILES, PATIENCE)
            return
        copied = self.contents(name + "-to")
        self.assertEqual(sorted(copied), sorted(expected), said)
        self.assertEqual(copied, expected, said)
        if verb == "distributedMv":
            self.assertFalse(os.path.exists(os.path.join(cluster.ufs, name)), said)

    def test_load(self):
        self.cut_off("distributedLoad", "load", ("master",))

    def test_copy(self):
        self.cut_off("distributedCp", "copy", VICTIMS)

    def test_move(self):
        self.cut_off("distributedMv", "move", reversed(VICTIMS))

    def test_persist(self):
        cluster = self.cluster
        plans = Batch("JobPlans", "server", cluster.java_options(), conf_dir=cluster.conf)
        self.addCleanup(plans.close)
        data = os.urandom(16 << 20)
        cluster.write(NEAR_FIRST, "/big", data)

        def kept():
            return sum(name.isdigit() for _, _, names in os.walk(cluster.journal)
                       for name in names)
        for victim in VICTIMS:
            to = os.path.join(cluster.ufs, "big-" + victim)
            before = kept()
            plans.process.stdin.write(
                ("submit\tpersist\t/big\t1\tfalse\t%s\n" % to).encode())
            plans.process.stdin.flush()
            wait_until("the command to be kept", lambda: kept() > before, PATIENCE)
            self.kill(victim)
            # The stock client gives up on a job master that is away; what was kept is done.
            plans.process.stdout.readline()
            wait_until("the file, after the death of the " + victim,
                       lambda: os.path.exists(to), PATIENCE)
            with open(to, "rb") as f:
                self.assertEqual(f.read(), data)

    # The one that was paused goes on where it was, after the other one has copied all of it.
    def test_who_was_paused_takes_nothing_away(self):
        cluster = self.cluster
        data = b"".join(bytes([i % 251]) * (1 << 20) for i in range(192))
        os.makedirs(os.path.join(cluster.ufs, "pause"))
        with open(os.path.join(cluster.ufs, "pause", "big"), "wb") as f:
            f.write(data)
        waiting = subprocess.Popen(
            [os.path.join(BIN, "alluxio-cli"), "fs", "distributedCp", "/pause", "/pause-to"],
            env=cluster.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd=cluster.folder)
        self.addCleanup(waiting.stdout.close)
        self.addCleanup(waiting.kill)
        before = {worker: cpu_ticks(worker) for worker in cluster.job_workers.values()}
        copying = wait_until("one that copies", lambda: next(
            (worker for worker in before if cpu_ticks(worker) > before[worker] + 8), None),
            PATIENCE, interval=0.002)
        copying.send_signal(signal.SIGSTOP)
        self.addCleanup(copying.send_signal, signal.SIGCONT)
        self.assertIsNone(waiting.poll(), "nothing was left to copy")
        out = waiting.communicate(timeout=300)[0].decode()
        self.assertEqual(waiting.returncode, 0, out)
        self.assertTrue(self.contents("pause-to")["big"] == data, out)
        copying.send_signal(signal.SIGCONT)
        cluster.await_job_workers(2)
        time.sleep(3)
        # What it had written of its own is gone, too.
        wait_until("its temporary to go", lambda: list(self.contents("pause-to")) == ["big"])
        self.assertTrue(self.contents("pause-to")["big"] == data, out)
        code, listed, err = cluster.cli("fs", "ls", "-R", "/pause-to")
        self.assertEqual(code, 0, err)
        self.assertEqual([line.split()[-1] for line in listed.splitlines()], ["/pause-to/big"])

    @unittest.skipUnless(ROUNDS, "by hand: ROUNDS=20")
    def test_rounds(self):
        dice = random.Random(SEED)
        for i in range(ROUNDS):
            victims = [dice.choice(VICTIMS) for _ in range(dice.randint(1, 3))]
            verb = dice.choice(("distributedLoad", "distributedCp", "distributedMv"))
            wait = dice.random() * FILES / 300
            print("seed %d round %d: %s, %s after %.2f s" % (SEED, i, verb, victims, wait),
                  flush=True)
            self.cut_off(verb, "round%d" % i, victims, wait)


class JavaServersOurJobs(JavaCluster):
    def __init__(self):
        self.job_port = free_port()
        super().__init__({"alluxio.user.file.writetype.default": "ASYNC_THROUGH",
                          "alluxio.job.master.rpc.port": self.job_port,
                          "alluxio.job.master.web.port": free_port(),
                          "alluxio.job.worker.rpc.port": free_port(),
                          "alluxio.job.worker.web.port": free_port()})
        self.jobs = []

    def start_jobs(self):
        for name, port in (("JobMaster", self.job_port),
                           ("JobWorker", int(self.properties["alluxio.job.worker.rpc.port"]))):
            self.jobs.append(self._spawn(name, [os.path.join(BIN, "Alluxio" + name)],
                                         NativeCluster.environment(self)))
            self._await(name, self.jobs[-1], port)

    def close(self, keep=False):
        for process in self.jobs:
            process.kill()
            process.wait()
        super().close(keep)


@unittest.skipUnless(os.environ.get("ALL"), "by hand: ALL=1")
class JavaMasterTest(unittest.TestCase):
    def test_its_files_are_persisted_by_our_job_service(self):
        cluster = JavaServersOurJobs()
        self.addCleanup(cluster.close)
        cluster.start()
        cluster.start_jobs()
        local = os.path.join(cluster.folder, "local")
        with open(local, "wb") as f:
            f.write(b"bytes" * 100000)
        shell = cluster.java_shell()
        self.addCleanup(shell.close)
        shell.run("mkdir", "/a/b")
        for name in ("x", "y"):
            code, out, err = shell.run("copyFromLocal", local, "/a/b/" + name)
            self.assertEqual(code, 0, out + err)
            code, out, err = shell.run("persist", "/a/b/" + name)
            self.assertEqual(code, 0, out + err)
        for name in ("x", "y"):
            at = os.path.join(cluster.ufs, "a/b", name)
            wait_until(at, lambda at=at: os.path.exists(at), PATIENCE)
            with open(at, "rb") as f:
                self.assertEqual(f.read(), b"bytes" * 100000)


if __name__ == "__main__":
    unittest.main(verbosity=2)
