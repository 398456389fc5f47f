"""A cluster with a real store mounted, and the judge of what is in it."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, os.pardir, "backends")]
from cluster import Batch, wait_until  # noqa: E402
from contract_test import address  # noqa: E402
from feature_case import MIB, FeatureCase  # noqa: E402, F401

BLOCK = MIB
SIZES = {"empty": 0, "byte": 1, "blocks": 2 * BLOCK + 77}
QUICK = {
    "alluxio.user.block.size.bytes.default": "1MB",
    "alluxio.worker.ramdisk.size": "512MB",
    "alluxio.underfs.listing.length": "50",
    "alluxio.user.file.metadata.sync.interval": "-1",
    "alluxio.master.persistence.scheduler.interval": "100ms",
    "alluxio.master.persistence.checker.interval": "100ms",
    "alluxio.master.persistence.initial.interval": "200ms",
    "alluxio.worker.block.heartbeat.interval": "200ms",
}


class StoreCase(FeatureCase):
    """Subclasses name the store. Every test works in a folder of its own."""

    STORE = None  # a class of backends.py
    INTERFACE = None  # as contract_test.py calls it, when it is not the store's name
    PROPERTIES = QUICK

    @classmethod
    def setUpClass(cls):
        cls.store = cls.STORE()
        cls.hadoop = None
        try:
            cls.store.start()
            super().setUpClass()
            cls.uri, cls.options = address(cls.INTERFACE or cls.store.name, cls.store.environment())
            cls.mount("/store", cls.options)
            cls.hadoop = cls.cluster.hadoop()
        except BaseException:
            cls.stop_all()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.stop_all()

    @classmethod
    def stop_all(cls):
        if cls.hadoop is not None:
            cls.hadoop.close()
        if hasattr(cls, "cluster"):
            FeatureCase.tearDownClass.__func__(cls)
        cls.store.close()

    @classmethod
    def mount(cls, path, options, uri=None, more=(), code=0):
        words = [w for k, v in options.items() for w in ("--option", "%s=%s" % (k, v))]
        got, out, err = cls.cluster.cli("fs", "mount", *words, *more, path, uri or cls.uri)
        if (got == 0) != (code == 0):
            raise AssertionError("mount %s: exit %d\n%s%s" % (path, got, out, err))
        return out + err

    def setUp(self):
        super().setUp()
        self.name = self.home[1:]
        self.home = "/store/" + self.name

    # --- the truth

    @property
    def prefix(self):
        """What keys of the judge begin with: where in the store the mount is."""
        return "try/" if self.uri.endswith("/try") else ""

    def judge(self):
        return self.store.content()

    def key(self, name):
        return "%s%s/%s" % (self.prefix, self.name, name)

    def truth(self, name):
        """The bytes under this name in the folder of this test."""
        return self.judge().read(self.key(name))

    def true_files(self):
        """Names and lengths of the files in the folder of this test; markers of folders apart."""
        base = self.key("")
        return {k[len(base):]: size for k, size in self.judge().keys(base).items()
                if not k.endswith("/") and k != base}

    def put_behind(self, name, content):
        self.judge().write(self.key(name), content)
        return content

    def listed(self, *options):
        base = self.home + "/"
        return sorted(p[len(base):] for p in self.fs("ls", self.home, *options).splitlines())

    def await_persisted(self, path):
        wait_until(path + " to be persisted",
                   lambda: self.stat(path)["persistence"] == "PERSISTED")

    def shell(self, *words, code=0, write="THROUGH"):
        """`hadoop fs`: its output."""
        # A client that is kept would keep the write type of the first command.
        got, out, err = self.hadoop.run("-D", "fs.alluxio.impl.disable.cache=true", "-D",
                                        "alluxio.user.file.writetype.default=" + write, *words)
        self.assertEqual(got, code, "%s: %s%s" % (words, out, err))
        return out if code == 0 else err
