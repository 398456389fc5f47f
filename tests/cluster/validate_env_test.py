"""`alluxio validateEnv` on this host and, through a stand-in for ssh, on others: each check in the
good and in the bad case, with what it advises."""
import os
import shutil
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, ROOT, NativeCluster  # noqa: E402

# "ssh ... -- host words": runs them here, with a configuration of the host's own if it has one.
SSH = r"""#!/usr/bin/env bash
while [[ "$1" != "--" ]]; do shift; done
host="$2"; shift 2
if [[ "$host" == dead* ]]; then
  echo "ssh: connect to host $host port 22: Connection refused"
  exit 255
fi
[[ ! -d "$HOSTS/$host" ]] || export ALLUXIO_CONF_DIR="$HOSTS/$host"
exec bash -c "$*"
"""


class ValidateEnvTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.cluster = NativeCluster()
        self.addCleanup(self.cluster.close)
        home = os.path.join(self.cluster.folder, "home")
        for folder in ("bin", "libexec"):
            shutil.copytree(os.path.join(ROOT, folder), os.path.join(home, folder))
        path = os.path.join(home, "path")
        os.makedirs(path)
        with open(os.path.join(path, "ssh"), "w") as file:
            file.write(SSH)
        os.chmod(os.path.join(path, "ssh"), 0o755)
        self.hosts("localhost", "localhost")
        self.home = home
        self.env = dict(self.cluster.environment(), ALLUXIO_PROGRAM_DIR=BIN, ALLUXIO_HOME=home,
                        HOSTS=os.path.join(self.cluster.folder, "hosts"),
                        PATH=path + ":" + os.environ["PATH"])

    def hosts(self, masters, workers):
        for name, text in (("masters", masters), ("workers", workers)):
            with open(os.path.join(self.cluster.conf, name), "w") as file:
                file.write(text + "\n")

    def set(self, **properties):
        for key, value in properties.items():
            self.cluster.properties["alluxio." + key.replace("_", ".")] = value
        self.cluster.write_conf()

    def validate(self, *words, code=0):
        done = subprocess.run([os.path.join(self.home, "bin", "alluxio"), "validateEnv", *words],
                              env=self.env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def of(self, check, code=0, target="local"):
        """What is said below the line of one check."""
        out = self.validate(target, check, code=code)[0]
        return out.split("Validating %s...\n" % check, 1)[1]

    def test_all_checks_run_and_java_s_are_not_applicable(self):
        out, err = self.validate("local")
        self.assertIn("Validation succeeded.\n", out)
        self.assertNotIn("FAILED", out)
        self.assertIn("SKIPPED\n    not applicable: there is no JVM\n", out)
        self.assertRegex(err, r"\d+ skipped ")
        listed = self.validate("list")[0]
        for name in ("ufs.path.accessible", "worker.storage.space", "cluster.conf.consistent"):
            self.assertIn(name + ": validate ", listed)
        self.assertIn("Invalid target.", self.validate("nobody", code=254)[1])

    def test_ports(self):
        self.assertTrue(self.of("master.rpc.port.available").startswith("OK\n"))
        with socket.socket() as taken:
            taken.bind(("0.0.0.0", 0))
            taken.listen()
            # With a master of somebody else on this machine the port might be its.
            self.set(worker_web_port=taken.getsockname()[1])
            out = self.of("worker.web.port.available", code=self.code_of_taken())
            self.assertIn("port %d is in use" % taken.getsockname()[1]
                          if out.startswith("FAILED") else "AlluxioWorker runs", out)

    def code_of_taken(self):
        """Whether a worker of anybody runs on this machine decides what a taken port means."""
        runs = subprocess.run(["ps", "-eo", "comm"], capture_output=True, text=True).stdout
        return 0 if "AlluxioWorker" in runs.split() else 255

    def test_the_under_store(self):
        self.assertTrue(self.of("ufs.path.accessible").startswith("OK\n"))
        self.set(master_mount_table_root_ufs=os.path.join(self.cluster.folder, "nowhere"))
        out = self.of("ufs.path.accessible", code=255)
        self.assertTrue(out.startswith("FAILED\n"), out)
        self.assertIn("nowhere", out)
        self.assertIn("What to do: check alluxio.master.mount.table.root.ufs", out)

    def test_space(self):
        self.set(worker_ramdisk_size="900TB")
        out = self.of("worker.storage.space")
        self.assertTrue(out.startswith("WARNING\n"), out)
        self.assertIn("900.00TB are configured, the disk has", out)
        self.assertIn("lower alluxio.worker.tieredstore.level*.dirs.quota", out)

    def test_limits(self):
        out = subprocess.run(["bash", "-c", "ulimit -n 1000; exec %s/bin/alluxio validateEnv local "
                              "ulimit.nofile" % self.home], env=self.env, capture_output=True,
                             text=True).stdout
        self.assertIn("WARNING\n    ulimit -n is 1000, at least 16384 are recommended\n"
                      "    What to do: raise it", out)

    def test_ssh(self):
        self.hosts("localhost", "w1\ndead2")
        out = self.of("ssh.nodes.reachable", code=255)
        self.assertTrue(out.startswith("FAILED\n    dead2: ssh: connect to host dead2"), out)
        self.assertNotIn("w1", out)
        self.assertIn("authorized_keys", out)

    def test_hosts_that_do_not_agree(self):
        self.hosts("localhost", "w1\nw2")
        for host in ("w1", "w2"):
            shutil.copytree(self.cluster.conf, os.path.join(self.env["HOSTS"], host))
        self.assertTrue(self.of("cluster.conf.consistent", target="cluster").startswith("OK\n"))
        site = os.path.join(self.env["HOSTS"], "w2", "alluxio-site.properties")
        with open(site, "a") as file:
            file.write("alluxio.worker.block.heartbeat.interval=3s\n"
                       "alluxio.worker.hostname=w2\n")
        out = self.of("cluster.conf.consistent", target="cluster", code=255)
        self.assertIn("alluxio.worker.block.heartbeat.interval: 3s (w2) no value set "
                      "(localhost, w1)", out)
        self.assertNotIn("worker.hostname", out)
        self.assertIn("copyDir", out)

    def test_other_hosts_are_asked_and_a_dead_one_is_named(self):
        self.hosts("localhost", "w1\ndead2")
        out = self.validate("workers", "ufs.path", code=255)[0]
        self.assertIn("Validating worker environment on 2 hosts...", out)
        self.assertIn("[w1] done in ", out)
        self.assertIn("[dead2] FAILED (exit 255)", out)
        self.assertIn("==> dead2\n", out)
        self.hosts("localhost", "w1")
        self.assertIn("[w1] done in ", self.validate("all", "ufs.path")[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
