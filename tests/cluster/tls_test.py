"""A cluster that speaks TLS: our command line, the job service and grpcurl; who does not trust it,
who does not speak TLS, and files that are not what they should be."""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "interop"))
from cluster import NativeCluster, wait_until  # noqa: E402
from interop_test import make_certificates  # noqa: E402

KEYS = "alluxio.network.tls."


class TlsTest(unittest.TestCase):
    transport = "LEAN"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        make_certificates(cls.folder.name)

    def properties(self, **changes):
        found = {"enabled": "true", "certificate": "server.pem", "key": "server.key",
                 "ca": "ca.pem", **changes}
        paths = {KEYS + name + ".path": os.path.join(self.folder.name, found[name])
                 for name in ("certificate", "key", "ca")}
        return {KEYS + "enabled": found["enabled"], "alluxio.network.transport": self.transport,
                **paths}

    def make(self, **changes):
        cluster = NativeCluster(self.properties(**changes))
        self.addCleanup(cluster.close)
        return cluster

    def test_everything_is_encrypted_and_who_does_not_trust_it_is_told(self):
        cluster = self.make()
        cluster.start()
        # Its port is open before that.
        wait_until("the worker to register",
                   lambda: "worker: registered" in cluster.tail("worker", lines=1000))
        data = os.path.join(self.folder.name, "data")
        with open(data, "wb") as file:
            file.write(os.urandom(5 << 20))
        cluster.cli("fs", "copyFromLocal", data, "/data", check=True)
        back = os.path.join(self.folder.name, "back")
        cluster.cli("fs", "-Dalluxio.user.short.circuit.enabled=false", "copyToLocal", "/data",
                    back, check=True)
        with open(data, "rb") as first, open(back, "rb") as second:
            self.assertEqual(first.read(), second.read())
        # The port speaks TLS 1.2 and 1.3 and nothing older.
        for version, works in (("-tls1_3", True), ("-tls1_2", True), ("-tls1_1", False)):
            done = subprocess.run(
                ["openssl", "s_client", version, "-alpn", "h2", "-connect",
                 "127.0.0.1:%d" % cluster.master_port, "-CAfile",
                 os.path.join(self.folder.name, "ca.pem")],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            self.assertEqual(b"ALPN protocol: h2" in done.stdout, works, (version, done))
        code, out, _ = cluster.cli("fs", "-D%sca.path=/etc/ssl/certs/ca-certificates.crt" % KEYS,
                                   "-Dalluxio.user.rpc.retry.max.duration=1s", "ls", "/")
        self.assertNotEqual(code, 0)
        self.assertIn(KEYS + "ca.path" if self.transport == "LEAN" else "verify failed", out)
        code, _, _ = cluster.cli("fs", "-D%senabled=false" % KEYS,
                                 "-Dalluxio.user.rpc.retry.max.duration=1s", "ls", "/")
        self.assertNotEqual(code, 0)
        cluster.stop()

    def test_a_start_without_its_files_says_which(self):
        cluster = self.make(key="ca.key")
        cluster.format()
        process = cluster._spawn("master", cluster.command("master"), cluster.environment())
        self.assertNotEqual(process.wait(60), 0)
        said = cluster.tail("master", 100)
        self.assertIn(KEYS + "key.path=" + self.folder.name + "/ca.key", said)
        self.assertIn("is not the key of", said)


class GrpcTest(TlsTest):
    transport = "GRPC"


if __name__ == "__main__":
    unittest.main()
