"""The cluster of a chaos run: three masters, each with a valve of its own in front of every node of
ZooKeeper, two workers, and a journal on a small disk of its own."""
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir, "cluster"), os.path.join(HERE, os.pardir, "backends")]
from backends import Hdfs, ZooKeeper  # noqa: E402
from cluster import free_port, wait_until  # noqa: E402
from faults import Valve  # noqa: E402
from ill_machine import IllMachine  # noqa: E402
from masters import Masters  # noqa: E402

JOURNAL_MB = 192


class ChaosCluster(Masters):
    def __init__(self, zookeeper_nodes=3, properties=None, hdfs=False):
        super().__init__(3, dict({
            "alluxio.user.rpc.retry.max.duration": "30s",
            # Many logs and checkpoints in a short time.
            "alluxio.master.journal.log.size.bytes.max": "64KB",
            "alluxio.master.journal.checkpoint.period.entries": "3000",
        }, **(properties or {})))
        self.zookeeper = ZooKeeper(nodes=zookeeper_nodes)
        self.valves = [[Valve(port) for port in self.zookeeper.ports] for _ in range(self.count)]
        self.second_ram = None
        self.second = None
        self.disk = None
        self.ill = []
        self.gains, self.gained = 0, [(0, 0)] * self.count  # times of becoming primary, which last
        self.hdfs = Hdfs() if hdfs else None

    def __enter__(self):
        if self.hdfs is not None:
            self.hdfs.__enter__()
            files = ["%s/%s" % (self.hdfs.conf, name) for name in ("core-site.xml",
                                                                   "hdfs-site.xml")]
            self.more["alluxio.master.journal.folder"] = self.hdfs.uri + "/journal"
            self.more["alluxio.master.journal.ufs.option.alluxio.underfs.hdfs.configuration"] = \
                ":".join(files)
        return super().__enter__()

    def prepare(self):
        """A journal folder that can be full without anybody else noticing."""
        self.ill = [IllMachine(self.cluster.folder, self.cluster.journal, "ill%d" % i)
                    for i in range(self.count)]
        if self.hdfs is not None:
            return
        self.disk = self.cluster.journal
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % JOURNAL_MB, "chaos", self.disk],
                       check=True)

    def arguments(self, i):
        return ["-Dalluxio.zookeeper.address=" +
                ",".join("127.0.0.1:%d" % valve.port for valve in self.valves[i])]

    def launcher(self, i):
        return self.ill[i].launcher()

    def start_second_worker(self):
        folder = os.path.join(self.cluster.ram, "second")
        logs = os.path.join(self.cluster.folder, "logs-second")
        os.makedirs(folder)
        os.makedirs(logs)
        self.second = self.cluster._spawn("second", self.cluster.command("worker") + [
            "-Dalluxio.worker.rpc.port=%d" % free_port(),
            "-Dalluxio.worker.web.port=%d" % free_port(),
            "-Dalluxio.worker.hostname=127.0.0.2",
            "-Dalluxio.worker.tieredstore.level0.dirs.path=" + folder],
            dict(self.cluster.environment(), ALLUXIO_LOGS_DIR=logs))
        wait_until("the second worker",
                   lambda: "Live Workers: 2" in self.cli("fsadmin", "report")[1])

    def __exit__(self, *exc):
        for i in range(self.count):
            self.signal(i, signal.SIGCONT)
        if self.second is not None:
            self.second.kill()
            self.second.wait()
        if self.disk is not None:
            for process in self.masters:
                if process is not None:
                    process.kill()
                    process.wait()
            subprocess.run(["umount", "-l", self.disk], check=False)
        super().__exit__(*exc)
        if self.hdfs is not None:
            self.hdfs.close()
        for valve in sum(self.valves, []):
            valve.close()

    def alive(self, i):
        return self.masters[i] is not None and self.masters[i].poll() is None

    def acting(self):
        """Who said last that it is the primary, by the logs: they answer whatever is broken. Which
        of two came later is what we saw, for their clocks may be wrong."""
        who = None
        for i in range(self.count):
            said = re.findall(r"master: (primary|gives up|standby|stopping)", self.log(i))
            count = said.count("primary")
            if count != self.gained[i][0]:
                self.gains += 1
                self.gained[i] = (count, self.gains)
            if said and said[-1] == "primary" and (
                    who is None or self.gained[i][1] > self.gained[who][1]):
                who = i
        return who if who is not None and self.alive(who) else None

    def takeovers(self):
        """What each takeover took, in milliseconds, as the masters wrote it down."""
        return [int(ms) for i in range(self.count)
                for ms in re.findall(r"master: primary .*takeover_ms=(\d+)", self.log(i))]

    def signal(self, i, what):
        if self.alive(i):
            os.kill(self.masters[i].pid, what)

    def guardian(self, i):
        """The pid of the master's guardian, or None."""
        try:
            with open("/proc/%d/task/%d/children" % ((self.masters[i].pid,) * 2)) as f:
                children = f.read().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def shut(self, i, shut):
        for valve in self.valves[i]:
            (valve.shut if shut else valve.open)()

    def journal_files(self, *below):
        """Names in a folder of the journal; none when it is not there."""
        if self.hdfs is None:
            folder = os.path.join(self.cluster.journal, *below)
            return os.listdir(folder) if os.path.isdir(folder) else []
        url = "/".join([self.hdfs.web_uri, "webhdfs/v1/journal", *below]) + "?op=LISTSTATUS"
        try:
            with urllib.request.urlopen(url, timeout=240) as answer:
                files = json.load(answer)["FileStatuses"]["FileStatus"]
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return []
        return [file["pathSuffix"] for file in files]

    def logs_of_journal(self):
        """{component: [(start, end)]} of completed logs."""
        logs = {}
        for component in self.journal_files():
            found = []
            for name in self.journal_files(component, "v1", "logs"):
                span = re.fullmatch(r"0x([0-9a-f]+)-0x([0-9a-f]+)", name)
                if span and int(span.group(2), 16) != 2 ** 63 - 1:
                    found.append((int(span.group(1), 16), int(span.group(2), 16)))
            if found:
                logs[component] = sorted(found)
        return logs

    def checkpoint_of(self, component):
        """The sequence number after the newest checkpoint, 0 without one."""
        ends = [re.fullmatch(r"0x0-0x([0-9a-f]+)", name)
                for name in self.journal_files(component, "v1", "checkpoints")]
        return max([int(end.group(1), 16) for end in ends if end] or [0])
