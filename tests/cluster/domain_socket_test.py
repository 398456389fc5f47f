"""The worker's socket that is a file: the stock Java client and our command line read and write
through it, by a fixed name and by a new one each start; files that a killed worker left."""
import contextlib
import os
import signal
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, NativeCluster, wait_until  # noqa: E402

SOCKET = "alluxio.worker.data.server.domain.socket."


def connections(path):
    """Of the file, both ends counted once: the server's ends carry its name."""
    with open("/proc/net/unix") as lines:
        fields = [line.split() for line in lines]
    return sum(1 for each in fields if each[-1] == path and each[5] == "03")


class DomainSocketTest(unittest.TestCase):
    transport = "LEAN"

    def make(self, **more):
        cluster = NativeCluster({"alluxio.user.short.circuit.enabled": "false",
                                 "alluxio.network.transport": self.transport})
        self.addCleanup(cluster.close)
        self.path = os.path.join(cluster.folder, "s")
        cluster.properties[SOCKET + "address"] = self.path
        cluster.properties.update(more)
        cluster.write_conf()
        return cluster

    def walk(self, cluster, path):
        mode = os.stat(path).st_mode
        self.assertTrue(stat.S_ISSOCK(mode) and mode & 0o777 == 0o777, oct(mode))
        data = os.path.join(cluster.folder, "data")
        with open(data, "wb") as file:
            file.write(os.urandom(3 << 20))
        with open(data, "rb") as file:
            wanted = file.read()
        with contextlib.closing(cluster.hadoop()) as hadoop:
            for name in ("/java", "/java2"):
                code, _, out = hadoop.run("-put", data, name)
                self.assertEqual(code, 0, out)
            self.assertGreater(connections(path), 0)  # it is kept, and it is this one
            back = os.path.join(cluster.folder, "back")
            code, _, out = hadoop.run("-get", "/java", back)
            self.assertEqual(code, 0, out)
        with open(back, "rb") as file:
            self.assertEqual(file.read(), wanted)
        wait_until("the client's end", lambda: connections(path) == 0)
        cluster.cli("fs", "copyFromLocal", data, "/ours", check=True)
        # Nobody takes its output for a while, so it stays connected.
        with subprocess.Popen([os.path.join(BIN, "alluxio-cli"), "fs", "cat", "/ours"],
                              env=cluster.environment(), stdout=subprocess.PIPE) as reader:
            wait_until("our client on the socket", lambda: connections(path) > 0)
            self.assertEqual(reader.stdout.read(), wanted)
        self.assertEqual(reader.returncode, 0)

    def test_a_fixed_name(self):
        cluster = self.make().start()
        self.walk(cluster, self.path)
        # A killed worker leaves its file; the next one takes the place.
        cluster.stop_process(cluster.worker, signal.SIGKILL)
        self.assertTrue(os.path.exists(self.path))
        cluster.start_worker()
        wait_until("a registered worker",
                   lambda: "Live Workers: 1" in cluster.cli("fsadmin", "report")[1])
        code, out, err = cluster.cli("fs", "cat", "/ours")
        self.assertEqual(code, 0, out[-300:] + err)
        cluster.stop()
        self.assertFalse(os.path.exists(self.path))

    def test_a_name_of_its_own(self):
        cluster = self.make(**{SOCKET + "as.uuid": "true"})
        os.mkdir(self.path)
        cluster.start()
        names = os.listdir(self.path)
        self.assertEqual(len(names), 1)
        self.walk(cluster, os.path.join(self.path, names[0]))
        cluster.stop_process(cluster.worker, signal.SIGKILL)
        cluster.start_worker()
        after = os.listdir(self.path)
        self.assertEqual(len(after), 1)
        self.assertNotEqual(after, names)
        cluster.stop()
        self.assertEqual(os.listdir(self.path), [])


class GrpcTest(DomainSocketTest):
    transport = "GRPC"


if __name__ == "__main__":
    unittest.main()
