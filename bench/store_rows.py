"""Rows of `make bench` over real stores: an S3 server and HDFS on loopback (tests/backends), read
and written through a worker of ours, through a Java 2.9.6 one, and straight by the adapter alone.

The stores share the machine with what is measured, and their files are in the page cache.
"""
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "tests", "backends")]
from pairs import BIN, GIB, ROUNDS, Pair, load  # noqa: E402
from backends import Hdfs, VersityGateway  # noqa: E402
from cluster import NativeCluster, wait_until  # noqa: E402
from listed_s3 import ListedS3  # noqa: E402
from metadata_load import (ENTRIES, StoreJavaCluster, loaded, metadata_local,  # noqa: E402
                           metadata_result)

SMALL_FILES, SMALL_BYTES = int(os.environ.get("SMALL_FILES", "10000")), 64 * 1024
AT_ONCE = 5          # pieces of one file that a worker asks for at a time
READERS = 32


def address(store):
    """(URI of a folder in the store, properties)."""
    if store.name == "hdfs":
        files = ["%s/%s" % (store.conf, name) for name in ("core-site.xml", "hdfs-site.xml")]
        return store.uri + "/bench", {"alluxio.underfs.hdfs.configuration": ":".join(files)}
    return "s3://%s/bench" % store.bucket, {
        "alluxio.underfs.s3.endpoint": store.endpoint,
        "alluxio.underfs.s3.region": store.region,
        "alluxio.underfs.s3.disable.dns.buckets": "true",
        "s3a.accessKeyId": store.access,
        "s3a.secretKey": store.secret}


def root_mount(store):
    uri, options = address(store)
    prefix = "alluxio.master.mount.table.root."
    return {prefix + "ufs": uri,
            **{prefix + "option." + name: value for name, value in options.items()}}


def straight(store, row, key, *args):
    """One run of bench-store; its JSON."""
    uri, options = address(store)
    done = subprocess.run(
        [os.path.join(BIN, "bench-store"), row, uri, key, *args,
         *("%s=%s" % item for item in options.items())],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    if done.returncode != 0:
        raise RuntimeError("bench-store %s: %s" % (row, done.stderr.decode()[-2000:]))
    return json.loads(done.stdout.decode().strip().split("\n")[-1])


class StorePair(Pair):
    """Both clusters over one store; while nothing of theirs is measured both are stopped."""

    def __init__(self, store):
        super().__init__({**root_mount(store), "alluxio.worker.ramdisk.size": "3GB"},
                         StoreJavaCluster)
        # Both are asked by our command line.
        self.askers = {"ours": self.clusters["ours"],
                       "java": NativeCluster(dict(self.clusters["java"].properties))}

    def __exit__(self, *args):
        super().__exit__(*args)
        self.askers["java"].close()

    def cli(self, side, *args):
        return self.askers[side].cli(*args, check=True, timeout=900)[1]

    def freeze(self, *sides):
        for side, cluster in self.clusters.items():
            self.signal(cluster, "STOP" if side in sides else "CONT")

    def drop_cache(self, side):
        self.cli(side, "fs", "free", "-f", "/")
        wait_until("%s to free its blocks" % side,
                   lambda: "Used Bytes: 0" in self.cli(side, "fs", "getUsedBytes"), 60, 0.5)


def medians(runs):
    return {name: statistics.median(values) for name, values in runs.items()}


def cat_per_second(hdfs, size):
    """`hdfs dfs -cat`, the start of its JVM not counted (a second file, an empty one, tells it)."""
    def seconds(name):
        begin = time.monotonic()
        done = subprocess.run(hdfs.java(hdfs.conf, "org.apache.hadoop.fs.FsShell", "-cat",
                                        "/bench/" + name),
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
        if done.returncode != 0:
            raise RuntimeError("hdfs dfs -cat: " + done.stderr.decode()[-1000:])
        return time.monotonic() - begin
    return size / (seconds("big") - seconds("empty"))


def cold_big(kind):
    """A file of 1 GiB, read from beginning to end by one reader with nothing cached, then again."""
    def run(_):
        runs = {}
        note = lambda name, value: runs.setdefault(name, []).append(value / GIB)  # noqa: E731
        with kind() as store:
            straight(store, "write", "big", "--bytes", str(GIB))
            straight(store, "write", "empty", "--bytes", "0")
            with StorePair(store) as pair:
                for side in pair.clusters:
                    pair.cli(side, "fs", "ls", "/")
                for _ in range(ROUNDS):
                    pair.freeze("ours", "java")
                    note("one", straight(store, "read", "big")["per_second"])
                    note("five", straight(store, "read", "big", "--at-once",
                                          str(AT_ONCE))["per_second"])
                    if store.name == "hdfs":
                        note("cat", cat_per_second(store, GIB))
                    for side, other in (("java", "ours"), ("ours", "java")):
                        pair.freeze(other)
                        pair.drop_cache(side)
                        cluster = pair.clusters[side]
                        note(side, load("read-file", cluster, "--path", "/big")["per_second"])
                        if side == "ours":
                            warm = load("read-local", cluster, "--path", "/big")
                            note("warm", warm["per_second"])
                            note("plain", warm["plain_per_second"])
        middle = medians(runs)
        return {"ours": middle["ours"], "java": middle["java"], "unit": "GiB/s",
                "straight": middle["one"], "ratio": middle["ours"] / middle["java"],
                "floor": "0.85 of straight", "detail": middle, "runs": runs}
    return run


def cold_small(_):
    """10,000 files of 64 KiB, each read once by one of 32 readers."""
    runs = {}
    note = lambda name, value: runs.setdefault(name, []).append(value)  # noqa: E731
    many = ("--count", str(SMALL_FILES), "--bytes", str(SMALL_BYTES))
    with VersityGateway() as store:
        straight(store, "write-many", "small", *many, "--at-once", str(READERS))
        with StorePair(store) as pair:
            for side in pair.clusters:
                pair.cli(side, "fs", "ls", "/small")
            for _ in range(ROUNDS):
                pair.freeze("ours", "java")
                note("straight", straight(store, "read-many", "small", *many, "--at-once",
                                          str(READERS))["per_second"])
                for side, other in (("java", "ours"), ("ours", "java")):
                    pair.freeze(other)
                    pair.drop_cache(side)
                    got = load("read-many", pair.clusters[side], "--path", "/small", *many,
                               "--outstanding", str(READERS))
                    note(side, got["per_second"])
                    note(side + "_cpu_us", got["cpu_us_per_op"])
    middle = medians(runs)
    return {"ours": middle["ours"], "java": middle["java"], "unit": "files/s",
            "straight": middle["straight"], "ratio": middle["ours"] / middle["java"],
            "floor": "0.7 of straight, 3x Java", "detail": middle, "runs": runs}


def drain(_):
    """10,000 small files written with ASYNC_THROUGH by 32 writers, until the last is persisted. No
    Java column: there it takes a job master and job workers as well."""
    runs = {}
    note = lambda name, value: runs.setdefault(name, []).append(value)  # noqa: E731
    many = ("--count", str(SMALL_FILES), "--bytes", str(SMALL_BYTES))
    with VersityGateway() as store:
        cluster = NativeCluster({**root_mount(store), "alluxio.worker.ramdisk.size": "3GB"})
        try:
            cluster.start()
            for i in range(ROUNDS):
                Pair.signal(cluster, "STOP")
                note("straight", straight(store, "write-many", "put%d" % i, *many, "--at-once",
                                          str(READERS))["per_second"])
                Pair.signal(cluster, "CONT")
                got = load("write-many", cluster, "--path", "/drain%d" % i, *many,
                           "--outstanding", str(READERS))
                note("ours", got["per_second"])
                note("cpu_us", got["cpu_us_per_op"])
                note("write_seconds", got["write_seconds"])
                cluster.cli("fs", "rm", "-R", "/drain%d" % i, check=True, timeout=300)
                straight(store, "remove", "put%d" % i)
        finally:
            cluster.close()
    middle = medians(runs)
    return {"ours": middle["ours"], "unit": "files/s", "straight": middle["straight"],
            "ratio": middle["ours"] / middle["straight"], "floor": "0.7 of straight",
            "detail": middle, "runs": runs}


def metadata_s3(_):
    """The first listing of a prefix of many objects, which a server names as it is asked: one that
    looked at files would be what is measured. Java once: it takes a minute and more."""
    with ListedS3("bench/big/", ENTRIES) as store:
        listed = [straight(store, "list", "big")["per_second"] for _ in range(ROUNDS)]
        runs = {"java": [loaded("java", root_mount(store), ENTRIES)],
                "ours": [loaded("ours", root_mount(store), ENTRIES) for _ in range(ROUNDS)]}
    return {**metadata_result(runs), "straight": statistics.median(listed)}


STORE_ROWS = {
    "cold_1g_s3": cold_big(VersityGateway),
    "cold_1g_hdfs": cold_big(Hdfs),
    "cold_small_s3": cold_small,
    "drain_s3": drain,
    "metadata_local": metadata_local,
    "metadata_s3": metadata_s3,
}
