#!/usr/bin/env python3
"""A master whose memory holds only a part of its namespace (alluxio.master.metastore=ROCKS).

  metastore.py FILES [CACHED [HEAP|ROCKS [FOLDER]]]     default: CACHED 1,000,000, ROCKS

Makes a journal of FILES files (bench-journal) in FOLDER, replays it, and prints one JSON line:
replay, memory, disk; GetStatus of 1,000 files again and again, and of files at random; listings of
directories at random; create + complete; a checkpoint, and the start from it. The folder is removed
at the end; it takes about 250 bytes a file. Each figure is also printed to stderr as it comes.
"""
import glob
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


class Row(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key, round(value, 3) if isinstance(value, float) else value)
        print(key, self[key], file=sys.stderr, flush=True)

    def take(self, name, run):
        """Operations a second and their percentiles."""
        for key in ("per_second", "cpu_us_per_op", "p50_us", "p99_us", "max_us"):
            if key in run:
                self["%s_%s" % (name, key)] = run[key]


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
    row = Row({"files": files, "metastore": metastore, "cached": int(cached)})
    try:
        os.rmdir(cluster.journal)
        subprocess.run([os.path.join(BIN, "bench-journal"), cluster.journal, str(files)],
                       check=True, stdout=subprocess.DEVNULL)
        row["journal_mb"] = disk_mb(cluster.journal)
        row["start_s"], row["entries"], row["replay_s"] = start(cluster)
        row["entries_per_s"] = row["entries"] / row["replay_s"]
        # What was replayed goes, so that the disk never has it beside the checkpoint.
        for log in glob.glob(os.path.join(cluster.journal, "*Master", "v1", "logs", "0x0-0x*")):
            os.remove(log)
        row["rss_mb"] = rss_mb(cluster.master.pid)
        row["disk_mb"] = disk_mb(os.path.join(folder, "metastore"))
        load("journal-status", cluster, "--count", "1000")
        row.take("hot", load("journal-status", cluster, "--count", "1000"))
        row.take("cold", load("journal-status", cluster, "--count", str(files)))
        row.take("cold_single", load("journal-status", cluster, "--count", str(files),
                                     "--outstanding", "1"))
        row.take("list", load("journal-list", cluster, "--count", str(files)))
        row.take("create", load("create", cluster))
        row["rss_after_mb"] = rss_mb(cluster.master.pid)
        begin = time.monotonic()
        cluster.cli("fsadmin", "journal", "checkpoint", check=True, timeout=3600)
        row["checkpoint_s"] = time.monotonic() - begin
        row["rss_after_checkpoint_mb"] = rss_mb(cluster.master.pid)
        row["journal_after_mb"] = disk_mb(cluster.journal)
        cluster.stop_process(cluster.master, timeout=300)
        row["start_from_checkpoint_s"], _, _ = start(cluster)
        row["rss_from_checkpoint_mb"] = rss_mb(cluster.master.pid)
        row.take("cold_again", load("journal-status", cluster, "--count", str(files)))
        cluster.stop_process(cluster.master, timeout=300)
    finally:
        print(json.dumps(row))
        cluster.close()


if __name__ == "__main__":
    main()
