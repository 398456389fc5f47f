#!/usr/bin/env python3
"""A master whose memory holds only a part of its namespace (alluxio.master.metastore=ROCKS).

  metastore.py FILES [CACHED [HEAP|ROCKS [FOLDER]]]     default: CACHED 1,000,000, ROCKS

Makes a journal of FILES files (bench-journal) in FOLDER, replays it, and prints one JSON line:
replay, memory, disk; GetStatus of 1,000 files again and again, and of files at random; a listing of
a directory that is not in memory; create + complete; a checkpoint, and the start from it.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pairs import load, rss_mb  # noqa: E402
from cluster import BIN, NativeCluster, port_open  # noqa: E402


def disk_mb(folder):
    out = subprocess.run(["du", "-sm", folder], stdout=subprocess.PIPE, check=False).stdout
    return int(out.split()[0]) if out else 0


def start(cluster):
    """Seconds until it serves, and what it says of the replay."""
    begin = time.monotonic()
    cluster.start_master(wait=False)
    while not port_open(cluster.master_port):
        if cluster.master.poll() is not None:
            raise RuntimeError("the master ended:\n" + cluster.tail("master"))
        time.sleep(0.05)
    took = time.monotonic() - begin
    line = re.findall(r"journal replayed.* entries=(\d+) .*seconds=([\d.]+) inodes=(\d+)",
                      cluster.tail("master", 100))[-1]
    return took, int(line[0]), float(line[1])


def list_seconds(cluster, path):
    begin = time.monotonic()
    out = cluster.cli("fs", "ls", path, check=True, timeout=600)[1]
    return time.monotonic() - begin, len(out.splitlines())


def main():
    files = int(sys.argv[1])
    cached = sys.argv[2] if len(sys.argv) > 2 else "1000000"
    metastore = sys.argv[3] if len(sys.argv) > 3 else "ROCKS"
    folder = tempfile.mkdtemp(prefix="alluxio-metastore-",
                              dir=sys.argv[4] if len(sys.argv) > 4 else None)
    cluster = NativeCluster({"alluxio.master.metastore": metastore,
                             "alluxio.master.metastore.inode.cache.max.size": cached,
                             "alluxio.security.authorization.permission.enabled": "false",
                             "alluxio.user.file.writetype.default": "MUST_CACHE"}, folder)
    row = {"files": files, "metastore": metastore, "cached": int(cached)}
    try:
        os.rmdir(cluster.journal)
        subprocess.run([os.path.join(BIN, "bench-journal"), cluster.journal, str(files)],
                       check=True, stdout=subprocess.DEVNULL)
        row["journal_mb"] = disk_mb(cluster.journal)
        row["start_s"], row["entries"], row["replay_s"] = start(cluster)
        row["entries_per_s"] = row["entries"] / row["replay_s"]
        row["rss_mb"] = rss_mb(cluster.master.pid)
        row["disk_mb"] = disk_mb(os.path.join(folder, "metastore"))
        load("journal-status", cluster, "--count", "1000")
        row["hot_per_s"] = load("journal-status", cluster, "--count", "1000")["per_second"]
        row["cold_per_s"] = load("journal-status", cluster, "--count", str(files))["per_second"]
        row["list_cold_s"], row["listed"] = list_seconds(cluster, "/d%07d" % (files // 20000))
        row["list_again_s"], _ = list_seconds(cluster, "/d%07d" % (files // 20000))
        row["create_per_s"] = load("create", cluster)["per_second"]
        row["rss_after_mb"] = rss_mb(cluster.master.pid)
        begin = time.monotonic()
        cluster.cli("fsadmin", "journal", "checkpoint", check=True, timeout=3600)
        row["checkpoint_s"] = time.monotonic() - begin
        cluster.stop_process(cluster.master, timeout=300)
        row["start_from_checkpoint_s"], _, _ = start(cluster)
        cluster.stop_process(cluster.master, timeout=300)
    finally:
        print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()}))
        cluster.close()


if __name__ == "__main__":
    main()
