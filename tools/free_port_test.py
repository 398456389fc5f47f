"""Ports of test clusters: processes that look for some at the same time get different ones."""
import itertools
import os
import subprocess
import sys
import unittest

CLUSTER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests",
                       "cluster")
sys.path.insert(0, CLUSTER)
import cluster  # noqa: E402

# Hands out two ports from the same place on, and keeps them until its input ends.
OTHER = """
import itertools, sys
sys.path.insert(0, %r)
import cluster
cluster._candidates = itertools.count(int(sys.argv[1]))
print(cluster.free_port(), cluster.free_port(), flush=True)
sys.stdin.read()
"""


class FreePort(unittest.TestCase):
    def setUp(self):
        self.addCleanup(setattr, cluster, "_candidates", cluster._candidates)

    def test_what_another_process_has_is_not_free(self):
        first = cluster.free_port()  # a place where some are free
        other = subprocess.Popen([sys.executable, "-c", OTHER % CLUSTER, str(first)],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        theirs = {int(word) for word in other.stdout.readline().split()}
        self.assertEqual(len(theirs), 2)
        self.assertNotIn(first, theirs)
        cluster._candidates = itertools.count(first)
        mine = {cluster.free_port() for _ in range(3)}
        self.assertFalse(mine & (theirs | {first}), "nobody has bound them, and they are taken")
        other.stdin.close()
        other.stdout.close()
        self.assertEqual(other.wait(60), 0)
        # It has ended: they are free again.
        cluster._candidates = itertools.chain(sorted(theirs), itertools.count(max(mine) + 1))
        self.assertIn(cluster.free_port(), theirs)


if __name__ == "__main__":
    unittest.main()
