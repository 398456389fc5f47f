#!/usr/bin/env python3
"""Rate at which a master loads the metadata of one big folder, ours and Java 2.9.6.

  metadata_load.py [--entries 1000000] [--java-entries 1000000] [--store folder]

A local folder of empty files is mounted as the root; `ls` of it with load type ONCE is timed at the
master (the client takes metadata only), then a comparison with interval 0. One JSON line each.
"""
import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests",
                                "cluster"))
from cluster import JavaCluster, NativeCluster, wait_until  # noqa: E402


def rss_bytes(pid):
    with open("/proc/%d/status" % pid) as f:
        for line in f:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
    return 0


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def make_folder(folder, entries):
    os.makedirs(folder)
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    for n in range(entries):
        os.close(os.open("file-%07d" % n, os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=at))
    os.close(at)


def timed(cluster, native, step):
    """Both masters are asked by our command line, so that the client is the same."""
    before = time.monotonic()
    cpu = cpu_seconds(cluster.master.pid)
    args = ["fs", "loadMetadata"] + (["-F"] if step == "compare" else []) + ["/big"]
    code, out, err = native.cli(*args, timeout=3000)
    if code != 0:
        sys.exit("%s: %s%s" % (" ".join(args), out, err))
    return time.monotonic() - before, cpu_seconds(cluster.master.pid) - cpu


def run(kind, entries, store):
    cluster = (NativeCluster if kind == "ours" else JavaCluster)(
        {"alluxio.master.mount.table.root.ufs": store,
         "alluxio.user.metrics.collection.enabled": "false"})
    try:
        cluster.format()
        cluster.start_master()
        asker = cluster if kind == "ours" else NativeCluster(dict(cluster.properties))
        # A Java master listens before it serves.
        wait_until("the master to serve", lambda: asker.cli("fs", "ls", "/")[0] == 0, 120)
        idle = rss_bytes(cluster.master.pid)
        for step in ("load", "compare"):
            seconds, cpu = timed(cluster, asker, step)
            print(json.dumps({
                "who": kind, "step": step, "entries": entries, "seconds": round(seconds, 2),
                "entries_per_second": round(entries / seconds), "cpu_seconds": round(cpu, 2),
                "rss_mb": round(rss_bytes(cluster.master.pid) / 1e6, 1),
                "bytes_per_inode": round((rss_bytes(cluster.master.pid) - idle) / entries)}),
                flush=True)
        if asker is not cluster:
            asker.close()
    finally:
        cluster.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--java-entries", type=int, default=1_000_000)
    parser.add_argument("--store", default=os.path.join(os.getcwd(), "build", "bench", "store"))
    args = parser.parse_args()
    for kind, entries in (("ours", args.entries), ("java", args.java_entries)):
        if entries == 0:
            continue
        store = os.path.join(args.store, str(entries))
        if not os.path.isdir(store):
            make_folder(os.path.join(store, "big"), entries)
        run(kind, entries, store)


if __name__ == "__main__":
    main()
