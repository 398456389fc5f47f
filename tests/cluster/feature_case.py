"""What the features suites share: one cluster a class, the stock Java client, our command line and
the local under store seen straight.

ALLUXIO_FEATURES_ON=java runs the same tests on the Java servers (for what they can do without a
job service), to see what they answer.
"""
import hashlib
import os
import random
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, Batch, JavaCluster, NativeCluster, port_open, wait_until  # noqa: E402

MIB = 1024 * 1024
JAVA = os.environ.get("ALLUXIO_FEATURES_ON") == "java"
CLIENT_KEYS = ("alluxio.master.hostname", "alluxio.master.rpc.port", "alluxio.user.hostname",
               "alluxio.user.rpc.retry.max.sleep", "alluxio.security.authentication.type")

SUPER = os.environ.get("USER") or subprocess.check_output(["id", "-un"], text=True).strip()


class FeatureCase(unittest.TestCase):
    """One cluster for all tests of the class. Clients know only where the master is: everything
    else they must learn from it."""

    PROPERTIES = {}

    @classmethod
    def setUpClass(cls):
        cls.cluster = (JavaCluster if JAVA else NativeCluster)(cls.PROPERTIES)
        cls.java = None
        try:
            cls.client_conf = os.path.join(cls.cluster.folder, "client-conf")
            cls.write_client_conf()
            cls.local = os.path.join(cls.cluster.folder, "local")
            os.makedirs(cls.local)
            cls.cluster.start()
            cls.java = Batch("FileSystemBatch", "client", cls.java_options(),
                             conf_dir=cls.client_conf)
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        if cls.java is not None:
            cls.java.close()
        cls.cluster.close(keep=bool(os.environ.get("ALLUXIO_FEATURES_KEEP")))

    @classmethod
    def write_client_conf(cls):
        os.makedirs(cls.client_conf, exist_ok=True)
        with open(os.path.join(cls.client_conf, "alluxio-site.properties"), "w") as f:
            for key in CLIENT_KEYS:
                if key in cls.cluster.properties:
                    f.write("%s=%s\n" % (key, cls.cluster.properties[key]))
        shutil.copy(os.path.join(cls.cluster.conf, "log4j.properties"), cls.client_conf)

    @classmethod
    def java_options(cls):
        return [option.replace(cls.cluster.conf, cls.client_conf)
                for option in cls.cluster.java_options()]

    def setUp(self):
        name = self.id().rsplit(".", 1)[1][len("test_"):]
        self.home = "/" + name
        self.ufs_home = self.cluster.ufs + self.home

    # --- the Java client

    def call(self, *words, user="", conf=""):
        return self.java.run(user, conf, *[str(word) for word in words])

    def fs(self, *words, user="", conf=""):
        """The output of a call of the Java client that must succeed."""
        code, out, err = self.call(*words, user=user, conf=conf)
        self.assertEqual(code, 0, "%s as %s: %s" % (words, user or "superuser", err))
        return out

    def fails(self, *words, user="", conf=""):
        """The error of a call of the Java client that must fail."""
        code, out, err = self.call(*words, user=user, conf=conf)
        self.assertNotEqual(code, 0, "%s as %s: %s" % (words, user or "superuser", out))
        return err

    def stat(self, path, *options, **kw):
        return dict(line.split("=", 1) for line in
                    self.fs("stat", path, *options, **kw).splitlines())

    def is_there(self, path):
        return self.fs("exists", path, "loadMetadataType=NEVER") == "true"

    def data(self, size, seed=0):
        return random.Random(seed).randbytes(size)

    def put(self, path, content, write="MUST_CACHE", *options, **kw):
        name = os.path.join(self.local, "put")
        with open(name, "wb") as f:
            f.write(content)
        self.fs("create", path, name, "writeType=" + write, "recursive=true", *options, **kw)
        return content

    def read(self, path, kind="CACHE", **kw):
        return self.fs("read", path, "readType=" + kind, **kw)

    def digest(self, content):
        return "%d %s" % (len(content), hashlib.md5(content).hexdigest())

    def cached(self, path):
        return int(self.stat(path, "loadMetadataType=NEVER")["inAlluxio"])

    def await_cached(self, path, percent):
        wait_until("%s to be cached to %d %%" % (path, percent),
                   lambda: self.cached(path) == percent)

    def await_worker(self):
        def registered():
            code, out, _ = self.call("space", "/")
            return code == 0 and out != "0"
        wait_until("a worker", registered)

    def restart_master(self):
        self.cluster.stop_process(self.cluster.master)
        self.cluster.start_master()
        self.await_worker()

    def restart_worker(self):
        self.cluster.stop_process(self.cluster.worker)
        wait_until("the port to close", lambda: not port_open(self.cluster.worker_port))
        self.cluster.start_worker()
        self.await_worker()

    # --- the under store, behind our back

    def write_ufs(self, name, content):
        path = os.path.join(self.ufs_home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content)
        return path

    def read_ufs(self, name):
        with open(os.path.join(self.ufs_home, name), "rb") as f:
            return f.read()

    # --- our command line

    def cli(self, *words, user=None, code=0, conf=None):
        """Output of alluxio-cli with the client's own configuration."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("ALLUXIO_")}
        env.update(ALLUXIO_HOME=self.cluster.folder, ALLUXIO_CONF_DIR=conf or self.client_conf,
                   ALLUXIO_LOGS_DIR=self.cluster.logs, TZ="UTC")
        if user:
            words = (*words, "-Dalluxio.security.login.username=" + user)
        done = subprocess.run([os.path.join(BIN, "alluxio-cli"), *words], env=env, timeout=180,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL)
        out = done.stdout.decode("utf8", "replace")
        self.assertEqual(done.returncode != 0, code != 0, "%s: %s" % (words, out))
        return out
