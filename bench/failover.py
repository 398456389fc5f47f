#!/usr/bin/env python3
"""How long a failover takes, ours and Java 2.9.6, with a big namespace and clients that edit.

  failover.py [kill] [death] [freeze] [lag] [java]     default: all but java
      FILES=1000000 BLOCKS=10000 CLIENTS=16 ROUNDS=20 SESSION=4

  kill    kill -9 of the primary: until the first edit that another master has acknowledged
  death   of the machine: its guardian is killed first, so that the session has to run out
  freeze  the primary is stopped (SIGSTOP) for longer than its session
  lag     what the standbys say they are behind while the clients edit as fast as they can
  java    `kill` with masters and workers of Alluxio 2.9.6 and the same clients, JAVA_ROUNDS=5

Three masters, two workers with BLOCKS blocks each, an ensemble of three ZooKeeper servers, all on
this machine. Prints one JSON line each.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "tests", "cluster")]
import command_line  # noqa: E402
import masters as several  # noqa: E402
from cluster import BIN, JavaCluster, free_port, wait_until  # noqa: E402

FILES = int(os.environ.get("FILES", "1000000"))
BLOCKS = int(os.environ.get("BLOCKS", "10000"))
CLIENTS = int(os.environ.get("CLIENTS", "16"))
ROUNDS = int(os.environ.get("ROUNDS", "20"))
SESSION = int(os.environ.get("SESSION", "4"))
FIRST_CONTAINER = 1  # of bench-journal: file n has the one block (n + 1) << 24, of 1,024 bytes
JAVA_ROUNDS = int(os.environ.get("JAVA_ROUNDS", "5"))
PAUSE = 3            # between rounds, when everybody is back


def fill(folder, first):
    """The blocks of BLOCKS files of the journal, as a worker finds them when it starts."""
    place = os.path.join(folder, "alluxioworker")
    os.makedirs(place, exist_ok=True)
    for n in range(first, first + BLOCKS):
        with open(os.path.join(place, str((n + FIRST_CONTAINER) << 24)), "wb") as f:
            f.write(bytes(1024))


class BigMasters(several.Masters):
    """With a namespace and blocks that were there before."""

    patience = 60 + 3 * SESSION  # for the first edit of a successor

    def __init__(self, count=3):
        super().__init__(count, {
            "alluxio.zookeeper.session.timeout": "%ds" % SESSION,
            "alluxio.user.rpc.retry.max.duration": "120s",
            "alluxio.worker.hostname": "127.0.0.1",
            "alluxio.user.metrics.collection.enabled": "false"})
        self.second = None

    def start(self, i):
        if all(process is None for process in self.masters):  # formatted, nobody runs yet
            shutil.rmtree(self.cluster.journal)
            subprocess.run([os.path.join(BIN, "bench-journal"), self.cluster.journal, str(FILES)],
                           check=True, stdout=subprocess.DEVNULL)
            fill(self.cluster.ram, 0)
        super().start(i)

    def worker_command(self, *more):
        return [*self.cluster.command("worker"), *more]

    def start_second_worker(self):
        self.ram = tempfile.mkdtemp(prefix="alluxio-second-", dir=os.path.dirname(self.cluster.ram))
        fill(self.ram, BLOCKS)
        logs = os.path.join(self.cluster.folder, "logs-second")
        os.makedirs(logs)
        self.second = self.cluster._spawn("second", self.worker_command(
            "-Dalluxio.worker.rpc.port=%d" % free_port(),
            "-Dalluxio.worker.web.port=%d" % free_port(),
            "-Dalluxio.worker.hostname=127.0.0.2",
            "-Dalluxio.worker.tieredstore.level0.dirs.path=" + self.ram),
            dict(self.cluster.environment(), ALLUXIO_LOGS_DIR=logs))

    def __exit__(self, *exc):
        if self.second is not None:
            self.second.kill()
            self.second.wait()
            shutil.rmtree(self.ram, ignore_errors=True)
        super().__exit__(*exc)

    def both_workers_everywhere(self):
        """Until every master, as it runs now, has taken both workers in."""
        def known():
            return all(self.log(i).rpartition("master: standby")[2].count(
                "block: worker registered") >= 2 for i in range(self.count))
        wait_until("both workers at every master", known, 120)

    def guardian(self, i):
        with open("/proc/%d/task/%d/children" % ((self.masters[i].pid,) * 2)) as f:
            return int(f.read().split()[0])

    def takeovers(self):
        """Milliseconds of every takeover since the start, as the masters say."""
        return [int(line.rpartition("takeover_ms=")[2]) for i in range(self.count)
                for line in self.log(i).splitlines() if "takeover_ms=" in line]


class JavaMasters(BigMasters):
    """The same with servers of Alluxio 2.9.6; the clients and the command line are ours."""

    patience = 300

    def make_cluster(self):
        super().make_cluster()
        self.cluster.command = lambda role: JavaCluster.command(self.cluster, role)

    def program(self, name):
        assert name == "AlluxioMaster"
        return self.cluster.command("master")[:-1]

    def arguments(self, i):
        return self.cluster.command("master")[-1:]

    def worker_command(self, *more):
        command = self.cluster.command("worker")
        return [*command[:-1], *more, command[-1]]

    def wait_for_primary(self):
        """It has its place long before it serves."""
        wait_until("a primary that serves", lambda: self.cli(
            "fsadmin", "report", timeout=600)[0] == 0, self.patience)
        return super().wait_for_primary()

    def both_workers_everywhere(self):
        """Until the primary has both, and a master that was started anew has read the journal."""
        wait_until("both workers", lambda: "Live Workers: 2" in self.cli(
            "fsadmin", "report", timeout=600)[1], self.patience)
        for process in self.masters:
            self.wait_until_idle(process.pid)

    @staticmethod
    def wait_until_idle(pid):
        """A standby of Java says nothing of how far it is."""
        def ticks():
            with open("/proc/%d/stat" % pid) as f:
                fields = f.read().rpartition(")")[2].split()
            return int(fields[11]) + int(fields[12])

        def idle():
            before = ticks()
            time.sleep(5)
            return ticks() - before < 50  # of 500
        wait_until("a master to be idle", idle, JavaMasters.patience)

    def takeovers(self):
        return []


class Clients:
    """Edits for a while; `after(when)` says how long the first answer took that came later."""

    def __init__(self, cluster, seconds):
        self.path = os.path.join(cluster.folder, "edits.out")
        with open(self.path, "w") as out:
            self.process = subprocess.Popen(
                [os.path.join(BIN, "bench-failover"), "edits", str(CLIENTS), str(seconds)],
                env=cluster.environment(), cwd=cluster.folder, stdout=out)

    def slow(self):
        """(begin, end, outcome) of slow edits, in seconds of the monotonic clock."""
        with open(self.path) as f:
            lines = [line.split(" ", 2) for line in f if line[0].isdigit()]
        return [(int(b) / 1e9, int(e) / 1e9, outcome.strip()) for b, e, outcome in lines]

    def after(self, when):
        """Seconds of every edit that was on its way at `when` or began soon after and waited."""
        return sorted(end - when for begin, end, outcome in self.slow()
                      if outcome == "OK" and end > when and begin < when + 0.5
                      and end - begin > 0.02)

    def failed(self):
        return [outcome for _, _, outcome in self.slow() if outcome != "OK"]

    def close(self):
        self.process.kill()
        self.process.wait()


def marks(values):
    values = sorted(values)
    return {"median": values[len(values) // 2], "p99": values[len(values) * 99 // 100],
            "most": values[-1], "of": len(values)}


def take_away(masters, i, how):
    """The moment from which the primary is gone."""
    if how == "death":
        os.kill(masters.guardian(i), signal.SIGKILL)
    when = time.monotonic()
    if how == "freeze":
        os.kill(masters.masters[i].pid, signal.SIGSTOP)
    else:
        masters.masters[i].kill()
    return when


def bring_back(masters, i, how):
    if how == "freeze":
        time.sleep(SESSION)
        os.kill(masters.masters[i].pid, signal.SIGCONT)
        wait_until("the old primary to stand by", lambda: "standby" in masters.log(i).rpartition(
            "gives up its place")[2], 60)
    else:
        masters.masters[i].wait()
        masters.start(i)


def failovers(masters, how, rounds):
    """Kills, `rounds` times, the primary under the clients."""
    first, every, errors = [], [], []
    before = len(masters.takeovers())
    for _ in range(rounds):
        masters.both_workers_everywhere()
        clients = Clients(masters.cluster, 3600)
        try:
            time.sleep(PAUSE)
            old = masters.primary()
            when = take_away(masters, old, how)
            wait_until("edits again", lambda: len(clients.after(when)) >= CLIENTS // 2,
                       masters.patience)
            time.sleep(1)
            waits = clients.after(when)
            errors += clients.failed()
        finally:
            clients.close()
        first.append(waits[0])
        every += waits
        bring_back(masters, old, how)
        sys.stderr.write("%s: %.3f s\n" % (how, waits[0]))
    row = {"row": "failover_" + how, "first_edit_s": marks(first), "every_client_s": marks(every),
           "errors": len(errors), "session_s": SESSION}
    if masters.takeovers():
        row["takeover_ms"] = marks(masters.takeovers()[before:])
    return row


def lag(masters, seconds=30):
    masters.both_workers_everywhere()
    primary = masters.primary()
    clients = Clients(masters.cluster, seconds + 4)
    time.sleep(2)
    done = subprocess.run(
        [os.path.join(BIN, "bench-failover"), "lag", str(seconds),
         *("localhost:%d" % port for i, port in enumerate(masters.ports) if i != primary)],
        env=masters.cluster.environment(), stdout=subprocess.PIPE, check=True)
    clients.process.wait()
    with open(clients.path) as f:
        edits = int(f.read().rpartition("edits ")[2].split()[0])
    samples = [line.split() for line in done.stdout.decode().splitlines()]
    return {"row": "standby_lag", "lag_ms": marks([float(s[0]) for s in samples]),
            "lag_entries": marks([float(s[1]) for s in samples]),
            "edits_per_second": edits / (seconds + 4), "clients": CLIENTS}


def ours(wanted):
    if wanted == ["java"]:
        return
    with BigMasters() as masters:
        masters.start_second_worker()
        for how in ("kill", "death", "freeze"):
            if how in wanted:
                yield failovers(masters, how, ROUNDS)
        if "lag" in wanted:
            yield lag(masters)


def java():
    with JavaMasters() as masters:
        masters.start_second_worker()
        return dict(failovers(masters, "kill", JAVA_ROUNDS), row="failover_kill_java")


def main():
    names = ["kill", "death", "freeze", "lag", "java"]
    wanted = command_line.chosen(__doc__, names)[0] or names[:-1]
    for row in ours(wanted):
        print(json.dumps(row), flush=True)
    if "java" in wanted:
        print(json.dumps(java()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
