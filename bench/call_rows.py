"""Rows of calls and of block data: edits, single calls, waits beside other work, small reads,
writes, the stock Java client, reports of blocks. "limit" is what the machine does without servers,
taken in the same run."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from pairs import BIN, GIB, ROUNDS, SECONDS, CpuWatch, Pair, load, median
from cluster import JavaCluster, NativeCluster, wait_until

JAVA_WARM_SECONDS = os.environ.get("JAVA_WARM_SECONDS", "20")


def limit(row, *args):
    """One run of a row that needs no cluster."""
    done = subprocess.run([os.path.join(BIN, "bench-load"), row, "--seconds", SECONDS, *args],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=True)
    return json.loads(done.stdout.decode().strip().split("\n")[-1])


def warm_java(pair, row, *args):
    """Its compiler has seen the calls before they are timed."""
    Pair.signal(pair.clusters["ours"], "STOP")
    try:
        load(row, pair.clusters["java"], *args, "--seconds", JAVA_WARM_SECONDS)
    finally:
        Pair.signal(pair.clusters["ours"], "CONT")


def call_row(name, floor, unit, echo=False):
    def run(pair):
        warm_java(pair, name, "--outstanding", "64")
        results = pair.measure(lambda cluster: load(name, cluster, "--outstanding", "64"))
        java, ours = (median(results[s], "per_second") for s in ("java", "ours"))
        row = {"ours": ours, "java": java, "ratio": ours / java, "unit": unit, "floor": floor,
               "cpu_us_ours": median(results["ours"], "cpu_us_per_op"),
               "cpu_us_java": median(results["java"], "cpu_us_per_op")}
        if echo:
            row["limit"] = limit("limit-echo", "--outstanding", "64")["per_second"]
        return row
    return run


def list_blocks(pair):
    """What queries do again and again: list a folder of files that are in the cache."""
    where = ("--path", "/listed/cached", "--count", "100")
    with tempfile.TemporaryDirectory() as folder:
        for i in range(100):
            with open(os.path.join(folder, "part-%05d" % i), "w") as file:
                file.write("x" * 1000)
        for cluster in pair.clusters.values():
            # Our shell for both: Java's servers take it as their own.
            shell = dict(pair.clusters["ours"].environment(), ALLUXIO_CONF_DIR=cluster.conf)
            for words in (["mkdir", "/listed"], ["copyFromLocal", folder, "/listed/cached"]):
                subprocess.run([os.path.join(BIN, "alluxio-cli"), "fs", *words], env=shell,
                               check=True, stdout=subprocess.DEVNULL, timeout=120)
    warm_java(pair, "list", *where)
    results = pair.measure(lambda cluster: load("list", cluster, *where))
    java, ours = (median(results[s], "per_second") for s in ("java", "ours"))
    return {"ours": ours, "java": java, "ratio": ours / java, "unit": "entries/s", "floor": "5x",
            "cpu_us_ours": median(results["ours"], "cpu_us_per_op"),
            "cpu_us_java": median(results["java"], "cpu_us_per_op")}


def getstatus_single(pair):
    warm_java(pair, "getstatus", "--outstanding", "1")
    results = pair.measure(lambda cluster: load("getstatus", cluster, "--outstanding", "1"))
    ours, java = (median(results[s], "p50_us") for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": java / ours, "unit": "us, median",
            "floor": "3x lower, at most 3 ping-pongs",
            "limit": limit("limit-pingpong")["p50_us"]}


def mixed(pair):
    warm_java(pair, "mixed")
    results = pair.measure(lambda cluster: load("mixed", cluster))
    ours, java = (median(results[s], "p999_us") for s in ("ours", "java"))
    alone = [limit("limit-mixed") for _ in range(ROUNDS)]
    return {"ours": ours, "java": java, "ratio": java / ours, "unit": "us, p99.9",
            "floor": "a tenth, at most 10 medians",
            "medians": ours / median(results["ours"], "p50_us"),
            "limit": median(alone, "p999_us"),
            "limit_medians": median(alone, "p999_us") / median(alone, "p50_us"),
            "note": "limit: p99.9 of an echo beside as many busy threads",
            "detail": {side: {key: median(results[side], key)
                              for key in ("per_second", "p50_us", "p99_us", "max_us", "creates",
                                          "listings")} for side in results}}


def prepared(pair):
    for cluster in pair.clusters.values():
        load("prepare", cluster, "--bytes", str(GIB))


def random_remote(pair):
    prepared(pair)
    warm_java(pair, "random-remote", "--outstanding", "64")
    results = pair.measure(lambda cluster: load("random-remote", cluster, "--outstanding", "64"))
    ours, java = (median(results[s], "per_second") for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": ours / java, "unit": "reads/s",
            "floor": "6x, 0.4 of an echo",
            "limit": limit("limit-echo", "--outstanding", "64")["per_second"],
            "cpu_us_ours": median(results["ours"], "cpu_us_per_op"),
            "cpu_us_java": median(results["java"], "cpu_us_per_op")}


def write_remote(pair):
    prepared(pair)
    size = str(GIB // 2)
    warm_java(pair, "write-remote", "--bytes", size)
    results = pair.measure(lambda cluster: load("write-remote", cluster, "--bytes", size))
    ours, java = (median(results[s], "per_second") / GIB for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": ours / java, "unit": "GiB/s",
            "floor": "1.5x, 0.7 of raw TCP",
            "limit": limit("limit-stream", "--bytes", size)["per_second"] / GIB,
            "cpu_us_ours": median(results["ours"], "cpu_us_per_op") * 1e6,
            "cpu_us_java": median(results["java"], "cpu_us_per_op") * 1e6,
            "limit_file": limit("limit-stream-file", "--bytes", size)["per_second"] / GIB,
            "note": "CPU columns: microseconds of server CPU per MB; limit_file: TCP into a mapped "
                    "file of a tmpfs and one CRC32C of it"}


def stress(cluster, main, *args, jvm_args=()):
    """The summary of one of Alluxio's own StressBenches, in one JVM."""
    code, text = cluster.java_main("alluxio.stress.cli." + main, "--in-process", *args,
                                   jvm_args=jvm_args)
    begin = text.find("\n{\n")
    if code != 0 or begin < 0:
        raise RuntimeError("%s %s\n%s" % (main, args, text[-2000:]))
    return json.JSONDecoder().raw_decode(text, begin + 1)[0]


def stock_io(cluster, operation, *args):
    """MB/s of the stock Java client in one thread."""
    summary = stress(cluster, "client.StressClientIOBench", "--operation", operation, "--base",
                     cluster.uri + "/io", "--threads", "1", "--file-size", "1g", "--block-size",
                     "64m", "--write-type", "MUST_CACHE", "--warmup", "5s", "--duration",
                     SECONDS + "s", *args)
    return sum(summary["threadCountIoMbps"].values())


def random_local(pair):
    """The whole of both: our client and worker, the Java client and worker."""
    prepared(pair)
    java_cluster = pair.clusters["java"]
    Pair.signal(pair.clusters["ours"], "STOP")
    try:
        stock_io(java_cluster, "Write", "--buffer-size", "1m")
        reads = stock_io(java_cluster, "PosRead", "--buffer-size", "4k", "--read-random")
    finally:
        Pair.signal(pair.clusters["ours"], "CONT")
    java = reads * (1 << 20) / 4096
    results = pair.measure(lambda cluster: load("random-local", cluster), only="ours")
    ours, plain = (median(results["ours"], k) for k in ("per_second", "plain_per_second"))
    return {"ours": ours, "java": java, "limit": plain, "ratio": ours / java, "unit": "reads/s",
            "floor": "10x, 0.85 of mapped copies", "note": "Java: its own client, once"}


def read_local(pair):
    """The whole of both: our client and worker, the Java client and worker."""
    java_cluster = pair.clusters["java"]
    load("prepare", pair.clusters["ours"], "--bytes", str(GIB))
    Pair.signal(pair.clusters["ours"], "STOP")
    try:
        stock_io(java_cluster, "Write", "--buffer-size", "1m")
        java = stock_io(java_cluster, "ReadArray", "--buffer-size", "1m") / 1024
    finally:
        Pair.signal(pair.clusters["ours"], "CONT")
    results = pair.measure(lambda cluster: load("read-local", cluster, "--bytes", str(GIB)),
                           only="ours")
    ours, plain = (median(results["ours"], k) / GIB for k in ("per_second", "plain_per_second"))
    return {"ours": ours, "java": java, "limit": plain, "ratio": ours / java, "unit": "GiB/s",
            "floor": "3x, 0.95 of a plain mapped read", "note": "Java: its own client, once"}


def write_local(pair):
    java_cluster = pair.clusters["java"]
    Pair.signal(pair.clusters["ours"], "STOP")
    try:
        stock_io(java_cluster, "Write", "--buffer-size", "1m")
        java = stock_io(java_cluster, "Write", "--buffer-size", "1m") / 1024
    finally:
        Pair.signal(pair.clusters["ours"], "CONT")
    results = pair.measure(lambda cluster: load("write-local", cluster, "--bytes", str(GIB // 2)),
                           only="ours")
    ours, plain = (median(results["ours"], k) / GIB for k in ("per_second", "plain_per_second"))
    return {"ours": ours, "java": java, "limit": plain, "ratio": ours / java, "unit": "GiB/s",
            "floor": "2x, 0.9 of plain tmpfs", "note": "Java: its own client, once"}


def getstatus_stock(pair):
    """The same stock Java client, 64 threads, on both."""
    def files(cluster):
        cluster.cli("fs", "mkdir", "/stock") if isinstance(cluster, NativeCluster) else None
        stress(cluster, "StressMasterBench", "--operation", "CreateFile", "--base",
               cluster.uri + "/stock", "--threads", "4", "--fixed-count", "100", "--stop-count",
               "100", "--target-throughput", "2000", "--warmup", "0s", "--duration", "2s")

    def ask(cluster):
        with CpuWatch([cluster.master.pid]) as watch:
            summary = stress(cluster, "StressMasterBench", "--operation", "GetFileStatus",
                             "--base", cluster.uri + "/stock", "--threads", "64", "--fixed-count",
                             "100", "--target-throughput", "1000000", "--warmup", "10s",
                             "--duration", "10s")
        return {"per_second": summary["throughput"],
                "cpu_us_per_op": watch.rate(8, 2) * 1e6 / summary["throughput"]}
    for cluster in pair.clusters.values():
        files(cluster)
    results = pair.measure(ask)
    ours, java = (median(results[s], "per_second") for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": ours / java, "unit": "ops/s",
            "floor": "1.3x, a tenth of the CPU",
            "cpu_us_ours": median(results["ours"], "cpu_us_per_op"),
            "cpu_us_java": median(results["java"], "cpu_us_per_op"),
            "note": "StressMasterBench GetFileStatus, one JVM with 64 threads"}


def booted(kind, journal):
    cluster = kind({})
    shutil.rmtree(cluster.journal)
    shutil.copytree(journal, cluster.journal)
    cluster.start_master(wait=False)
    return cluster


def report1m(_):
    """A worker registers with a million blocks that the master knows."""
    journal = tempfile.mkdtemp(prefix="alluxio-bench-journal-")
    count = "1000000"
    runs = {"java": [], "ours": []}
    try:
        subprocess.run([os.path.join(BIN, "bench-journal"), journal, count], check=True,
                       stdout=subprocess.DEVNULL)
        for side, kind in (("java", JavaCluster), ("ours", NativeCluster)):
            cluster = booted(kind, journal)
            try:
                def answers(at=cluster):
                    return subprocess.run([os.path.join(BIN, "bench-load"), "ping", "--port",
                                           str(at.master_port)], stdout=subprocess.DEVNULL,
                                          stderr=subprocess.DEVNULL, timeout=60,
                                          check=False).returncode == 0
                wait_until("the master", answers, 300)
                if side == "java":
                    load("getstatus", cluster, "--seconds", JAVA_WARM_SECONDS)
                for _ in range(ROUNDS):
                    runs[side].append(load("register-blocks", cluster, "--count", count))
                    time.sleep(1)
            finally:
                cluster.close()
    finally:
        shutil.rmtree(journal)
    ours, java = (median(runs[s], "seconds") for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": java / ours, "unit": "s",
            "floor": "under 1 s, p99 of GetStatus at most 2x beside it",
            "detail": {side: {key: median(runs[side], key)
                              for key in ("quiet_p99_us", "beside_p99_us", "beside_max_us")}
                       for side in runs}}


CALL_ROWS = {
    "getstatus64": (True, call_row("getstatus", "6x ops/s, a tenth of the CPU", "ops/s", True)),
    "getstatus1": (True, getstatus_single),
    "getstatus_stock": (True, getstatus_stock),
    "create64": (True, call_row("create", "8x", "creates/s")),
    "delete64": (True, call_row("delete", "8x", "deletes/s")),
    "rename64": (True, call_row("rename", "8x", "renames/s")),
    "list10k": (True, call_row("list", "5x", "entries/s")),
    "list100": (True, list_blocks),
    "mixed": (True, mixed),
    "read_local": (True, read_local),
    "random_local": (True, random_local),
    "random_remote": (True, random_remote),
    "write_local": (True, write_local),
    "write_remote": (True, write_remote),
    "report1m": (False, report1m),
}
