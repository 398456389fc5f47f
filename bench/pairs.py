"""What the rows of `make bench` share: a Java and a native cluster side by side, their driver."""
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "cluster"))
from cluster import BIN, JavaCluster, NativeCluster  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = os.environ.get("SECONDS_PER_RUN", "4")
GIB = 1 << 30


def rss_mb(pid):
    with open("/proc/%d/status" % pid) as f:
        for line in f:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024.0
    return 0.0


def cpu_seconds(pids):
    """What these processes have run, to the nanosecond, threads that ended included."""
    # Their CPU clocks, as clock_getcpuclockid makes them.
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


class CpuWatch:
    """What processes use while a driver runs that does not say when it measures."""

    def __init__(self, pids, interval=0.25):
        self.pids, self.interval, self.samples = pids, interval, []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.sample)

    def sample(self):
        while not self.over.wait(self.interval):
            self.samples.append((time.monotonic(), cpu_seconds(self.pids)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def rate(self, begin, end):
        """Seconds of CPU a second, from `begin` to `end` seconds before the driver was done."""
        last = self.samples[-1][0]
        inside = [s for s in self.samples if last - begin <= s[0] <= last - end]
        return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0])


class MountedCluster(NativeCluster):
    """Ours, its memory tier mounted by bin/alluxio-mount.sh, as its users have it, where that is
    permitted; else a folder on /dev/shm."""

    def __init__(self, properties=None):
        super().__init__(properties)
        self.mounted = os.geteuid() == 0 and self.mount("Mount")
        if self.mounted:  # larger than the worker's quota: a plain file lies beside the blocks
            subprocess.run(["mount", "-o", "remount,size=5g", self.ram], check=True)

    def mount(self, what):
        done = subprocess.run([os.path.join(ROOT, "bin", "alluxio-mount.sh"), what],
                              env=dict(self.environment(), ALLUXIO_PROGRAM_DIR=BIN),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            print("the memory tier is not mounted: %s" % done.stdout.decode().strip(),
                  file=sys.stderr)
        return done.returncode == 0

    def close(self, keep=False):
        if self.mounted:
            for process in (self.worker, self.master):
                self.stop_process(process, signal.SIGKILL)
            self.mount("Umount")
        super().close(keep)


def load(row, cluster, *args):
    """One run of bench-load against a cluster; its JSON."""
    command = [os.path.join(BIN, "bench-load"), row, "--port", str(cluster.master_port),
               "--seconds", SECONDS, "--plain-folder", cluster.ram, *args]
    for process in (cluster.master, cluster.worker):
        if process is not None:
            command += ["--pid", str(process.pid)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=900)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (row, done.stderr.decode()[-2000:]))
    return json.loads(done.stdout.decode().strip().split("\n")[-1])


def median(runs, key):
    return statistics.median(run[key] for run in runs)


class Pair:
    """A Java and a native cluster, both up at once; the one not measured is stopped by SIGSTOP so
    that it takes no CPU."""

    def __init__(self, properties=None, java=JavaCluster):
        properties = dict({"alluxio.worker.ramdisk.size": "3GB",
                           "alluxio.user.file.writetype.default": "MUST_CACHE"}, **properties or {})
        self.clusters = {"java": java(properties), "ours": MountedCluster(properties)}

    def __enter__(self):
        for cluster in self.clusters.values():
            cluster.start()
        time.sleep(3)
        return self

    def __exit__(self, *_):
        for cluster in self.clusters.values():
            self.signal(cluster, "CONT")
            cluster.close()

    @staticmethod
    def signal(cluster, name):
        for process in (cluster.master, cluster.worker):
            if process is not None and process.poll() is None:
                subprocess.run(["kill", "-" + name, str(process.pid)], check=False)

    def measure(self, run, only=None):
        """run(cluster) per side (or of one), ROUNDS times, alternating; {side: [results]}."""
        results = {"java": [], "ours": []}
        for _ in range(ROUNDS):
            for side, other in (("java", "ours"), ("ours", "java")):
                if only not in (None, side):
                    continue
                self.signal(self.clusters[other], "STOP")
                try:
                    results[side].append(run(self.clusters[side]))
                finally:
                    self.signal(self.clusters[other], "CONT")
                time.sleep(0.5)
        return results
