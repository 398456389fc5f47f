"""A real ZooKeeper: the ensemble starts, loses servers and comes back; the contract of Coordinator
over it (tests/contract/coordinator_contract.h)."""
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from backends import ZooKeeper  # noqa: E402
from cluster import BIN, wait_until  # noqa: E402


class ZooKeeperTest(unittest.TestCase):
    def contract(self, zookeeper, chroot=""):
        program = os.path.join(BIN, "coord-contract")
        done = subprocess.run(
            [program, "--gtest_brief=1"], timeout=300, capture_output=True, text=True,
            env={**os.environ, "ZOOKEEPER": zookeeper.address + chroot,
                 "ZOOKEEPER_PIDS": ",".join(map(str, zookeeper.pids))})
        self.assertEqual(done.returncode, 0, (done.stdout + done.stderr)[-6000:])
        self.assertIn("[  PASSED  ] ", done.stdout)

    def test_the_contract_over_one_server_below_a_chroot_that_is_not_there_yet(self):
        with ZooKeeper(nodes=1) as zookeeper:
            self.contract(zookeeper, "/not/there")

    def test_an_ensemble_keeps_the_contract_and_survives_any_server(self):
        with ZooKeeper() as zookeeper:
            self.contract(zookeeper)
            first = zookeeper.leader()
            self.assertIsNotNone(first)
            zookeeper.kill_node(first)
            wait_until("a leader", lambda: zookeeper.leader() is not None, 60)
            self.assertNotEqual(zookeeper.leader(), first)
            zookeeper.start_node(first)
            wait_until("the old leader", lambda: zookeeper.mode(first) == "follower", 60)
            follower = (zookeeper.leader() + 1) % 3
            zookeeper.pause_node(follower)
            self.assertEqual(zookeeper.mode(follower), "")
            zookeeper.resume_node(follower)
            wait_until("the follower", lambda: zookeeper.mode(follower) == "follower", 60)


if __name__ == "__main__":
    unittest.main()
