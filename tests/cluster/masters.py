"""A cluster of several masters on one journal folder, with a real ZooKeeper ensemble."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "backends"))
from backends import ZooKeeper  # noqa: E402
from cluster import BIN, NativeCluster, free_port, wait_until  # noqa: E402

SESSION_SECONDS = 4


class Masters:
    """`count` masters, of which `started` start at once, and one worker; everybody knows ZooKeeper
    only. Use as a context."""

    def __init__(self, count=3, properties=None, started=None):
        self.zookeeper = ZooKeeper()
        self.started = count if started is None else started
        self.count, self.more = count, properties or {}
        self.ports = [free_port() for _ in range(count)]
        self.web_ports = [free_port() for _ in range(count)]
        self.masters = [None] * count

    def __enter__(self):
        self.zookeeper.__enter__()
        try:
            self.make_cluster()
            for i in range(self.started):
                self.start(i)
            self.wait_for_primary()
            self.cluster.start_worker(wait=False)
            wait_until("the worker", lambda: "Live Workers: 1" in self.cli("fsadmin", "report")[1])
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def make_cluster(self):
        self.cluster = NativeCluster(dict({
            "alluxio.zookeeper.enabled": "true",
            "alluxio.zookeeper.address": self.zookeeper.address,
            "alluxio.zookeeper.session.timeout": "%ds" % SESSION_SECONDS,
            "alluxio.user.rpc.retry.max.duration": "60s",
            "alluxio.user.file.writetype.default": "CACHE_THROUGH",
        }, **self.more))
        self.prepare()
        self.cluster.format()

    def __exit__(self, *exc):
        for process in self.masters:
            if process is not None:
                process.kill()
                process.wait()
        if hasattr(self, "cluster"):
            self.cluster.close()
        self.zookeeper.__exit__(*exc)

    @property
    def uri(self):
        """For the stock client; its masters come from ZooKeeper, as ours do."""
        return "alluxio://zk@" + self.zookeeper.address + "/"

    def logs(self, i):
        return os.path.join(self.cluster.folder, "logs%d" % i)

    def metastore(self, i):
        """A folder of its own, as on its own machine (with alluxio.master.metastore=ROCKS)."""
        return os.path.join(self.cluster.folder, "metastore%d" % i)

    def prepare(self):
        """Called once, before the journal is formatted."""

    def arguments(self, i):
        """What this master is told beside its port."""
        return []

    def launcher(self, i):
        """What its command line begins with."""
        return []

    @staticmethod
    def program(name):
        return [os.path.join(BIN, name)]

    def start(self, i):
        os.makedirs(self.logs(i), exist_ok=True)
        env = dict(self.cluster.environment(), ALLUXIO_LOGS_DIR=self.logs(i))
        with open(os.path.join(self.logs(i), "out"), "ab") as out:
            self.masters[i] = subprocess.Popen(
                [*self.launcher(i), *self.program("AlluxioMaster"),
                 "-Dalluxio.master.rpc.port=%d" % self.ports[i],
                 "-Dalluxio.master.web.port=%d" % self.web_ports[i],
                 "-Dalluxio.master.metastore.dir=" + self.metastore(i), *self.arguments(i)],
                env=env, cwd=self.cluster.folder, stdout=out, stderr=subprocess.STDOUT)

    def log(self, i):
        path = os.path.join(self.logs(i), "master.log")
        if not os.path.exists(path):
            return ""
        with open(path) as f:
            return f.read()

    def wait_for_worker_everywhere(self):
        """Until every running master, as it runs now, has taken the worker in."""
        def known():
            return all("block: worker registered" in self.log(i).rpartition("master: standby")[2]
                       for i in range(self.count)
                       if self.masters[i] is not None and self.masters[i].poll() is None)
        wait_until("the worker at every master", known)

    def cli(self, *args, **kw):
        return self.cluster.cli(*args, **kw)

    def primary(self):
        """The number of the master that ZooKeeper names as the primary; None when there is none."""
        out = self.cli("fs", "masterInfo")[1]
        found = re.match(r"Current leader master: .*:(\d+)", out)
        return self.ports.index(int(found.group(1))) if found else None

    def wait_for_primary(self):
        """Its number."""
        return wait_until("a primary", lambda: [i for i in [self.primary()] if i is not None])[0]

    def kill(self, i):
        self.masters[i].kill()
        self.masters[i].wait()
