"""Instructions that a call takes in the master, counted by callgrind: unlike times they are the
same on a busy machine, so a change that makes calls dearer fails here.

instructions.txt holds the most that each may take; somebody who makes calls cheaper lowers it.
"""
import glob
import json
import os
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from cluster import BIN, CHECK_LOCK_RANKS, NativeCluster  # noqa: E402

CALLS = 4000
LISTINGS = {"list": 1, "relist": 20}  # of a folder of CALLS entries: written, and kept from then


def limits():
    found = {}
    with open(os.path.join(HERE, "instructions.txt")) as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, most = line.split()
                found[name] = int(most)
    return found


class CountedCluster(NativeCluster):
    """Its master runs under callgrind, which leaves its counts in the folder."""

    def command(self, role):
        command = super().command(role)
        if role != "master":
            return command
        return ["valgrind", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no",
                "--callgrind-out-file=" + os.path.join(self.folder, "counts"), *command]

    def environment(self):
        env = super().environment()
        env.pop(CHECK_LOCK_RANKS, None)  # nobody pays for that outside tests
        return env

    def counted(self):
        """Instructions since the last look."""
        before = set(glob.glob(os.path.join(self.folder, "counts.*")))
        subprocess.run(["callgrind_control", "--dump", str(self.master.pid)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        total = 0
        for path in set(glob.glob(os.path.join(self.folder, "counts.*"))) - before:
            with open(path, errors="replace") as lines:
                total += sum(int(n) for n in re.findall(r"^totals: (\d+)", lines.read(), re.M))
        if total == 0:
            raise AssertionError("callgrind counted nothing:\n" + self.tail("master"))
        return total


class InstructionsTest(unittest.TestCase):
    def test_no_call_takes_more_than_it_may(self):
        cluster = CountedCluster({"alluxio.user.file.writetype.default": "MUST_CACHE"})
        self.addCleanup(cluster.close)
        cluster.format()
        cluster.start_master()
        self.run_row(cluster, "create", 1)  # what only the first call does
        self.run_row(cluster, "rename", 1)
        self.run_row(cluster, "delete", 1)
        took = {}
        for name in ("create", "getstatus", "list", "relist", "rename", "delete"):
            count = LISTINGS.get(name, CALLS)
            if name == "relist":
                self.run_row(cluster, "list", 1)  # which is kept
            cluster.counted()
            self.run_row(cluster, name.removeprefix("re") if name in LISTINGS else name, count)
            took[name] = cluster.counted() // (count * CALLS if name in LISTINGS else count)
        print(json.dumps({"row": "instructions", **took}), flush=True)
        for name, most in limits().items():
            with self.subTest(name):
                self.assertLessEqual(took[name], most)
                self.assertGreater(took[name], most * 0.8, "the limit is too loose now: lower it")

    def run_row(self, cluster, name, count):
        done = subprocess.run([os.path.join(BIN, "bench-load"), "exact", "--port",
                               str(cluster.master_port), "--path", name, "--count", str(count)],
                              capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
