"""kill -9 of master and worker at random points while the stock client writes: nothing
acknowledged is lost, and the cluster always starts again. ROUNDS and SEED come from the
environment; the seed is printed."""
import os
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import JAVA_FLAGS, NativeCluster, class_path  # noqa: E402


class Hammer:
    """The writer of tests/java/src/client/Hammer.java as a process."""

    def __init__(self, cluster, seed, threads=4):
        self.process = subprocess.Popen(
            ["java", *JAVA_FLAGS, "-Xmx512m", *cluster.java_options(),
             "-cp", cluster.conf + ":" + class_path("client"), "Hammer", cluster.uri, str(seed),
             str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=open(os.path.join(cluster.logs, "hammer.out"), "wb"))
        self.expect("READY")

    def expect(self, start):
        while True:
            line = self.process.stdout.readline().decode()
            if not line:
                raise AssertionError("the writer ended")
            if line.startswith(start) or line.startswith("LOST"):
                return line.strip()

    def check(self):
        self.process.stdin.write(b"check\n")
        self.process.stdin.flush()
        return self.expect("CHECKED")

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class KillTest(unittest.TestCase):
    def hammer(self, write_type, rounds, seed):
        print("seed=%d rounds=%d write type=%s" % (seed, rounds, write_type), flush=True)
        rng = random.Random(seed)
        cluster = NativeCluster({
            "alluxio.user.file.writetype.default": write_type,
            "alluxio.master.journal.log.size.bytes.max": "64KB",
            "alluxio.master.journal.checkpoint.period.entries": "500",
            "alluxio.user.rpc.retry.base.sleep": "20ms",
            "alluxio.user.rpc.retry.max.sleep": "200ms",
        })
        self.addCleanup(cluster.close)
        cluster.start()
        writer = Hammer(cluster, seed)
        self.addCleanup(writer.stop)
        for round_number in range(1, rounds + 1):
            time.sleep(rng.uniform(0.05, 0.8))
            victims = rng.choice([("master",), ("worker",), ("master", "worker")])
            for role in victims:
                process = getattr(cluster, role)
                process.send_signal(signal.SIGKILL)
                process.wait()
            for role in victims:
                getattr(cluster, "start_" + role)()
            if round_number % 10 == 0 or round_number == rounds:
                verdict = writer.check()
                print("round %d: %s" % (round_number, verdict), flush=True)
                self.assertTrue(verdict.startswith("CHECKED"),
                                "seed %d round %d: %s\n%s" % (seed, round_number, verdict,
                                                             cluster.tail("master")))
        self.assertGreater(int(verdict.split("edits=")[1].split()[0]), rounds)

    def test_kill_while_writing(self):
        rounds = int(os.environ.get("ROUNDS", "50"))
        seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
        self.hammer("CACHE_THROUGH", rounds - rounds // 2, seed)
        self.hammer("MUST_CACHE", rounds // 2, seed + 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
