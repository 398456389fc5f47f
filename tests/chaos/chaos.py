#!/usr/bin/env python3
"""Random faults under random clients, and the judgement of what the clients saw. See README.md.

  CHAOS_SECONDS=60 SEEDS=1 SEED=7 ZOOKEEPERS=3 CLIENTS=8 FAULTS=kill_primary python3 chaos.py

Ends with "N passed, N failed": one for each seed. A run that failed keeps its folder, and says so.
"""
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, os.pardir, "cluster"),
                os.path.join(HERE, os.pardir, "backends")]
from chaos_cluster import ChaosCluster  # noqa: E402
from chaos_faults import Faults  # noqa: E402
from cluster import BIN, wait_until  # noqa: E402
from faults import own_network  # noqa: E402

SECONDS = float(os.environ.get("CHAOS_SECONDS", "60"))
SEEDS = int(os.environ.get("SEEDS", "1"))
SEED = int(os.environ.get("SEED") or random.randrange(1 << 31))
ZOOKEEPERS = int(os.environ.get("ZOOKEEPERS", "3"))
CLIENTS = int(os.environ.get("CLIENTS", "8"))
HDFS = os.environ.get("JOURNAL") == "hdfs"
ONLY = [name for name in os.environ.get("FAULTS", "").split(",") if name]


def build_checker(folder):
    target = os.path.join(folder, "checker")
    env = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/local/go/bin", CGO_ENABLED="0")
    subprocess.run(["go", "build", "-o", target, "."], cwd=os.path.join(HERE, "checker"), env=env,
                   check=True)
    return target


def summary(values, form):
    values = sorted(values)
    marks = [values[len(values) // 2], values[len(values) * 99 // 100], values[-1]]
    return "median %s, p99 %s, most %s, of %d" % (*(form % mark for mark in marks), len(values))


class Run:
    def __init__(self, seed, folder, checker):
        self.seed, self.folder, self.checker = seed, folder, checker
        self.history = os.path.join(folder, "history.jsonl")
        self.log = open(os.path.join(folder, "faults.log"), "w")
        self.began = time.monotonic()
        self.wrong = []
        self.spans, self.takeovers = {}, []

    def say(self, text):
        self.log.write("%7.2f %s\n" % (time.monotonic() - self.began, text))
        self.log.flush()

    def client(self, cluster, *args, **kw):
        return subprocess.Popen([os.path.join(BIN, "chaos-client"), *map(str, args)],
                                env=cluster.cluster.environment(), cwd=self.folder,
                                stderr=subprocess.STDOUT, text=True, **kw)

    def ask(self, cluster, name, *args):
        """Runs a client to its end; what it printed."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as out:
            process = self.client(cluster, *args, stdout=out)
            if process.wait(300) != 0:
                self.wrong.append("%s: ended with %s" % (name, process.returncode))
        with open(path) as f:
            return f.read()

    def run(self):
        with ChaosCluster(zookeeper_nodes=ZOOKEEPERS, hdfs=HDFS) as cluster:
            try:
                cluster.start_second_worker()
                groups = self.disturb(cluster)
                self.look_at_everything(cluster, groups)
                self.look_at_the_journal(cluster)
                self.failover_times(cluster)
            except BaseException:
                self.keep(cluster)
                raise
            self.judge()
            if self.wrong:
                self.keep(cluster)
        for text in self.wrong:
            print("  WRONG: " + text)
        return not self.wrong

    def disturb(self, cluster):
        rng = random.Random(self.seed)
        with open(os.path.join(self.folder, "client.out"), "w") as out:
            client = self.client(cluster, "run", self.seed, int(SECONDS), CLIENTS, self.history,
                                 ",".join(map(str, cluster.ports)), stdout=out)
            faults = Faults(cluster, rng, self.say)
            if ONLY:
                faults.kinds = [(w or 1, k) for w, k in faults.kinds if k.__name__ in ONLY]
            while time.monotonic() - self.began < SECONDS and client.poll() is None:
                faults.tick()
                time.sleep(0.02)
            faults.heal_all()
            if HDFS:
                wait_until("HDFS after its faults", cluster.hdfs.ready, 120)
            if client.wait(240) != 0:
                raise AssertionError("the clients ended with %s" % client.returncode)
        # One that started on a bad disk may have ended when the last fault was over.
        faults.restart_ended()
        self.wrong += faults.broken
        self.faults = faults
        with open(os.path.join(self.folder, "client.out")) as f:
            text = f.read()
        self.count_files("while the faults came", text)
        return int(re.search(r"^groups (\d+)", text, re.M).group(1))

    def count_files(self, when, text):
        line = re.search(r"^files: (.*)", text, re.M).group(1)
        print("  files %s: %s" % (when, line))
        counts = dict(re.findall(r"(\w[\w ]*?) (\d+)", line))
        if int(counts["wrong"]):
            self.wrong.append("%s files are wrong %s" % (counts["wrong"], when))
        return counts

    def look_at_everything(self, cluster, groups):
        """Every master becomes the primary once, and everything is read there."""
        dumps = []
        for turn in range(cluster.count):
            primary = wait_until("a primary at the end", lambda: [
                i for i in [cluster.acting()] if i is not None], timeout=120)[0]
            # One that has just come up knows no worker yet, and so no block that has no copy.
            wait_until("both workers at the primary", lambda: "Live Workers: 2" in cluster.cli(
                "fsadmin", "report")[1])
            counts = self.count_files(
                "at master %d" % primary,
                self.ask(cluster, "read%d.out" % turn, "read", groups, self.history))
            if int(counts["read errors"]):
                self.wrong.append("files cannot be read at master %d" % primary)
            dumps.append(self.ask(cluster, "dump%d" % turn, "dump"))
            if turn + 1 < cluster.count:
                cluster.kill(primary)
        print("  inodes at the end: %d" % dumps[0].count("\n"))
        if len(set(dumps)) != 1 or not dumps[0]:
            self.wrong.append("the masters do not have the same tree: see dump0, dump1, dump2")

    def look_at_the_journal(self, cluster):
        journal = cluster.logs_of_journal()
        for component in ("FileSystemMaster", "BlockMaster", "MetaMaster"):
            if not journal.get(component):
                self.wrong.append("%s has no completed log" % component)
        for component, logs in journal.items():
            for (_, end), (start, later) in zip(logs, logs[1:]):
                if start < end:
                    self.wrong.append("%s: logs overlap at %x..%x" % (component, start, end))
            last = cluster.checkpoint_of(component)
            for start, end in logs:
                if end > last:
                    if start > last:
                        self.wrong.append("%s: nothing from %x to %x" % (component, last, start))
                    last = end
            out = os.path.join(self.folder, "journal-" + component)
            code, text, err = cluster.cli("readJournal", "-master", component, "-outputDir", out)
            if code != 0:
                self.wrong.append("readJournal: " + text + err)

    def failover_times(self, cluster):
        """From the moment the primary is taken away to the end of the first edit begun after it."""
        ends = []
        with open(self.history) as lines:
            for line in lines:
                call = json.loads(line)
                if call["result"] == "ok" and call["op"] not in ("list", "status"):
                    ends.append((call["call"], call["return"]))
        for lost, how in self.faults.lost_primary:
            after = [end for begin, end in ends if begin > lost]
            if after:
                self.spans.setdefault(how, []).append((min(after) - lost) / 1e9)
        self.takeovers = cluster.takeovers()

    def judge(self):
        done = subprocess.run([self.checker, "-folder", self.folder, self.history], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print("  " + done.stdout.strip().replace("\n", "\n  "))
        if done.returncode != 0:
            self.wrong.append("the checker ended with %d" % done.returncode)
        print("  faults: " + ", ".join("%s %d" % item for item in sorted(
            self.faults.counts.items())))

    def keep(self, cluster):
        """What one needs to find the reason."""
        for i in range(cluster.count):
            shutil.copytree(cluster.logs(i), os.path.join(self.folder, "logs%d" % i))
        if HDFS:
            return
        shutil.copytree(cluster.cluster.journal, os.path.join(self.folder, "journal"),
                        ignore=shutil.ignore_patterns("filler"))


def main():
    own_network(mounts=True)
    passed = failed = 0
    kinds, spans, takeovers = collections.Counter(), {}, []
    folder = tempfile.mkdtemp(prefix="alluxio-chaos-")
    checker = build_checker(folder)
    for seed in range(SEED, SEED + SEEDS):
        where = os.path.join(folder, str(seed))
        os.makedirs(where)
        print("seed %d: %g s, %d clients, ZooKeeper of %d" % (seed, SECONDS, CLIENTS, ZOOKEEPERS),
              flush=True)
        run = Run(seed, where, checker)
        try:
            good = run.run()
        except Exception as error:
            print("  WRONG: %s: %s" % (type(error).__name__, error))
            good = False
        passed, failed = passed + good, failed + (not good)
        if good:
            shutil.rmtree(where)
        else:
            print("  SEED=%d failed; what it left is in %s" % (seed, where))
        kinds.update(run.faults.counts if hasattr(run, "faults") else {})
        takeovers += run.takeovers
        for how, seconds in run.spans.items():
            spans.setdefault(how, []).extend(seconds)
        sys.stdout.flush()
    if not failed:
        shutil.rmtree(folder)
    print("%d faults: %s" % (sum(kinds.values()), dict(kinds)))
    for how, seconds in sorted(spans.items()):
        print("next edit after %s: %s s" % (how, summary(seconds, "%.2f")))
    if takeovers:
        print("takeover: %s ms" % summary(takeovers, "%d"))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
