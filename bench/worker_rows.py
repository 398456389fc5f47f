"""Rows of workers: the stock Java client over their streams, and many workers on one machine."""
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request

from call_rows import stress
from pairs import BIN, GIB, ROUNDS, SECONDS, cpu_seconds, median
from cluster import NativeCluster, free_port

WARM_SECONDS = 5
STREAMED = ["-Dalluxio.user.short.circuit.enabled=false"]


def stock_stream(cluster, operation):
    """One thread of the stock client, each byte through the worker's streams."""
    pids = [cluster.master.pid, cluster.worker.pid]
    before = cpu_seconds(pids)
    summary = stress(cluster, "client.StressClientIOBench", "--operation", operation, "--base",
                     cluster.uri + "/stream", "--threads", "1", "--file-size", "512m",
                     "--block-size", "64m", "--buffer-size", "1m", "--write-type", "MUST_CACHE",
                     "--warmup", "%ds" % WARM_SECONDS, "--duration", SECONDS + "s",
                     jvm_args=STREAMED)
    megabytes = sum(summary["threadCountIoMbps"].values())
    # The servers' CPU is of the warming too, which moves about as many bytes a second.
    moved = megabytes * (WARM_SECONDS + float(SECONDS)) * (1 << 20)
    return {"per_second": megabytes * (1 << 20),
            "cpu_us_per_mb": (cpu_seconds(pids) - before) * 1e12 / moved}


def stock_remote(operation, floor):
    def run(pair):
        if operation != "Write":
            for side, cluster in pair.clusters.items():
                other = pair.clusters["ours" if side == "java" else "java"]
                pair.signal(other, "STOP")
                stock_stream(cluster, "Write")
                pair.signal(other, "CONT")
        results = pair.measure(lambda cluster: stock_stream(cluster, operation))
        ours, java = (median(results[s], "per_second") / GIB for s in ("ours", "java"))
        return {"ours": ours, "java": java, "ratio": ours / java, "unit": "GiB/s", "floor": floor,
                "cpu_us_ours": median(results["ours"], "cpu_us_per_mb"),
                "cpu_us_java": median(results["java"], "cpu_us_per_mb"),
                "note": "StressClientIOBench %s, one thread, short circuit off; CPU columns: "
                        "microseconds of server CPU per MB" % operation}
    return run


class ManyWorkers(NativeCluster):
    """`count` workers that share 4 GB of memory."""

    def __init__(self, count, properties=None):
        self.count = count
        super().__init__({"alluxio.worker.ramdisk.size": "%dMB" % (4096 // count),
                          "alluxio.user.file.writetype.default": "MUST_CACHE",
                          **(properties or {})})
        self.others = []
        self.other_rams = []

    def start_worker(self, wait=True):
        super().start_worker(wait)
        for i in range(1, self.count):
            conf = os.path.join(self.folder, "conf%d" % i)
            logs = os.path.join(self.logs, str(i))
            ram = tempfile.mkdtemp(prefix="worker-", dir=os.path.dirname(self.ram))
            self.other_rams.append(ram)
            shutil.copytree(self.conf, conf)
            os.makedirs(logs)
            port = free_port()
            with open(os.path.join(conf, "alluxio-site.properties"), "a") as f:
                f.write("alluxio.worker.rpc.port=%d\nalluxio.worker.web.port=%d\n"
                        "alluxio.worker.tieredstore.level0.dirs.path=%s\n"
                        % (port, free_port(), ram))
            env = dict(self.environment(), ALLUXIO_CONF_DIR=conf, ALLUXIO_LOGS_DIR=logs)
            name = "worker%d" % i
            self.others.append(self._spawn(name, self.command("worker"), env))
            self._await(name, self.others[-1], port)

    def workers(self):
        return [self.worker, *self.others]

    def close(self, keep=False):
        for process in self.others:
            process.kill()
            process.wait()
        super().close(keep)
        for ram in self.other_rams:
            shutil.rmtree(ram, ignore_errors=True)


def driver(cluster, row, *args):
    command = [os.path.join(BIN, "bench-load"), row, "--port", str(cluster.master_port), "--bytes",
               str(GIB), *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def result_of(process):
    out, err = process.communicate(timeout=600)
    if process.returncode != 0:
        raise RuntimeError(err.decode()[-2000:])
    return json.loads(out.decode().strip().split("\n")[-1])


def read_all(cluster):
    """Bytes a second of four clients of ours that read the same file through streams."""
    readers = [driver(cluster, "read-remote", "--seconds", SECONDS) for _ in range(4)]
    return sum(result_of(reader)["per_second"] for reader in readers)


def heartbeats(cluster):
    """How many heartbeats of workers the master has answered."""
    port = cluster.properties["alluxio.master.web.port"]
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics/json/" % port) as answer:
        timers = json.load(answer)["timers"]
    return sum(timer["count"] for name, timer in timers.items() if name.endswith("BlockHeartbeat"))


def heartbeat_cpu(count):
    """Microseconds of the master's CPU a heartbeat of idle workers, with 20 ms between two."""
    cluster = ManyWorkers(count, {"alluxio.worker.block.heartbeat.interval": "20ms"})
    try:
        cluster.start()
        time.sleep(2)
        pids, beats = [cluster.master.pid], heartbeats(cluster)
        before = cpu_seconds(pids)
        time.sleep(5)
        used, beaten = cpu_seconds(pids) - before, heartbeats(cluster) - beats
    finally:
        cluster.close()
    return used * 1e6 / beaten


def workers8(_):
    rates = {1: [], 8: []}
    for _ in range(ROUNDS):
        for count in rates:
            cluster = ManyWorkers(count)
            try:
                cluster.start()
                time.sleep(1)
                result_of(driver(cluster, "prepare"))
                read_all(cluster)
                rates[count].append(read_all(cluster) / GIB)
            finally:
                cluster.close()
    one, eight = (statistics.median(rates[count]) for count in (1, 8))
    cpu = {str(count): heartbeat_cpu(count) for count in rates}
    return {"ours": eight, "java": None, "limit": one, "ratio": eight / one, "unit": "GiB/s",
            "floor": "0.9 of one worker", "detail": {"master_cpu_us_per_heartbeat": cpu},
            "note": "limit: one worker with as much memory; four clients"}


WORKER_ROWS = {
    "stock_read_remote": (True, stock_remote("ReadArray", "1.5x")),
    "stock_write_remote": (True, stock_remote("Write", "1.5x")),
    "workers8": (False, workers8),
}
