#!/usr/bin/env python3
"""The journal on HDFS (one name node, two data nodes, this machine): edits a second at 64 clients,
ours and Java 2.9.6 on the same HDFS, and how far a standby is behind.

  hdfs_journal.py [edits] [lag]     default: both
      ROUNDS=5 SECONDS_PER_RUN=4 CLIENTS=64

An edit is one turn of bench-load's row "create": a file is created and completed. Prints one JSON
line each.
"""
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "tests", "cluster"),
                os.path.join(os.path.dirname(HERE), "tests", "backends")]
import command_line  # noqa: E402
from backends import Hdfs  # noqa: E402
from cluster import BIN, NativeCluster  # noqa: E402
from masters import Masters  # noqa: E402
from metadata_load import StoreJavaCluster  # noqa: E402
from pairs import Pair, load, median  # noqa: E402

CLIENTS = os.environ.get("CLIENTS", "64")


def properties(hdfs, name):
    return {"alluxio.master.journal.folder": "%s/%s" % (hdfs.uri, name),
            "alluxio.underfs.hdfs.configuration":
                "%s/core-site.xml:%s/hdfs-site.xml" % (hdfs.conf, hdfs.conf)}


class JavaOnHdfs(StoreJavaCluster):
    def format(self):
        """By our command line: the class path of Java's own has no HDFS in it."""
        env = dict(self.environment(), ALLUXIO_CONF_DIR=self.conf, ALLUXIO_LOGS_DIR=self.logs)
        subprocess.run([os.path.join(BIN, "alluxio-cli"), "formatMaster"], env=env, check=True,
                       stdout=subprocess.DEVNULL)
        self.java_main("alluxio.cli.Format", "worker")


class HdfsPair(Pair):
    """Each with a journal folder of its own."""

    def __init__(self, hdfs):
        more = {"alluxio.user.file.writetype.default": "MUST_CACHE"}
        self.clusters = {
            "java": JavaOnHdfs(dict(more, **properties(hdfs, "java"))),
            "ours": NativeCluster(dict(more, **properties(hdfs, "ours")))}


def edits(hdfs):
    with HdfsPair(hdfs) as pair:
        results = pair.measure(lambda cluster: load("create", cluster, "--outstanding", CLIENTS))
    java, ours = (median(results[side], "per_second") for side in ("java", "ours"))
    return {"row": "hdfs_edits64", "ours": ours, "java": java, "ratio": ours / java,
            "runs": {side: [run["per_second"] for run in results[side]] for side in results}}


def marks(values):
    values = sorted(values)
    return {"median": values[len(values) // 2], "p99": values[len(values) * 99 // 100],
            "most": values[-1], "of": len(values)}


def lag(hdfs, seconds=30):
    with Masters(properties=dict(properties(hdfs, "lag"), **{
            "alluxio.user.metrics.collection.enabled": "false"})) as masters:
        primary = masters.primary()
        with open(os.path.join(masters.cluster.folder, "edits.out"), "w+") as out:
            clients = subprocess.Popen(
                [os.path.join(BIN, "bench-failover"), "edits", CLIENTS, str(seconds + 4)],
                env=masters.cluster.environment(), cwd=masters.cluster.folder, stdout=out)
            time.sleep(2)
            done = subprocess.run(
                [os.path.join(BIN, "bench-failover"), "lag", str(seconds),
                 *("localhost:%d" % port for i, port in enumerate(masters.ports)
                   if i != primary)],
                env=masters.cluster.environment(), stdout=subprocess.PIPE, check=True)
            clients.wait()
            out.seek(0)
            count = int(out.read().rpartition("edits ")[2].split()[0])
    samples = [line.split() for line in done.stdout.decode().splitlines()]
    return {"row": "hdfs_standby_lag", "lag_ms": marks([float(s[0]) for s in samples]),
            "lag_entries": marks([float(s[1]) for s in samples]),
            "edits_per_second": count / (seconds + 4), "clients": int(CLIENTS)}


def main():
    names = ["edits", "lag"]
    wanted = command_line.chosen(__doc__, names)[0] or names
    with Hdfs() as hdfs:
        for name, row in (("edits", edits), ("lag", lag)):
            if name in wanted:
                print(json.dumps(row(hdfs)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
