#!/usr/bin/env python3
"""A master whose memory holds only a part of its namespace (alluxio.master.metastore=ROCKS).

  metastore.py FILES [--cached N] [--later N] [--metastore HEAP|ROCKS] [--folder F] [--journal J]
               [--port P] [--keep]

Makes a journal of FILES files (bench-journal) in F, or takes the one of J away, replays it, and
prints one JSON line: replay, memory, disk; GetStatus of 1,000 files again and again, and of files
at random; listings of directories at random; create + complete; deletes at random; a checkpoint,
and the start from it, then with --later inodes in memory. The folder is removed at the end (--keep:
is not); it takes about 220 bytes a file. Each figure is also printed to stderr as it comes.
"""
import argparse
import glob
import json
import os
import re
import shutil
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
    log = os.path.join(cluster.logs, "master.log")
    before = os.path.getsize(log) if os.path.exists(log) else 0
    begin = time.monotonic()
    cluster.start_master(wait=False)
    lines = []
    while not lines or not port_open(cluster.master_port):
        if cluster.master.poll() is not None:
            raise RuntimeError("the master ended:\n" + cluster.tail("master"))
        time.sleep(0.05)
        if os.path.exists(log):
            with open(log, errors="replace") as f:
                f.seek(before)
                lines = re.findall(r"journal replayed.* entries=(\d+) .*seconds=([\d.]+)", f.read())
    took = time.monotonic() - begin
    line = lines[-1]
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


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=int)
    parser.add_argument("--cached", type=int, default=1000000, help="0: as many as by default")
    parser.add_argument("--later", type=int)
    parser.add_argument("--metastore", default="ROCKS")
    parser.add_argument("--folder")
    parser.add_argument("--journal")
    parser.add_argument("--port", type=int, help="one that nobody takes during a long replay")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def limit_memory(cluster, cached):
    if cached:
        cluster.properties["alluxio.master.metastore.inode.cache.max.size"] = cached
    cluster.write_conf()


def calls(row, cluster, files):
    load("journal-status", cluster, "--count", "1000")
    row.take("hot", load("journal-status", cluster, "--count", "1000"))
    row.take("cold", load("journal-status", cluster, "--count", str(files)))
    row.take("cold_single", load("journal-status", cluster, "--count", str(files),
                                 "--outstanding", "1"))
    row.take("list", load("journal-list", cluster, "--count", str(files)))
    row.take("create", load("create", cluster))


def main():
    args = arguments()
    files = args.files
    kept = files * 9 // 10  # by journal-delete
    folder = tempfile.mkdtemp(prefix="alluxio-metastore-", dir=args.folder)
    cluster = NativeCluster({"alluxio.master.metastore": args.metastore,
                             "alluxio.security.authorization.permission.enabled": "false",
                             # The one there is is asked for.
                             "alluxio.master.journal.checkpoint.period.entries": "2000000000",
                             "alluxio.user.file.writetype.default": "MUST_CACHE"}, folder)
    if args.port:
        cluster.master_port = cluster.properties["alluxio.master.rpc.port"] = args.port
        cluster.properties["alluxio.master.web.port"] = args.port + 1
    limit_memory(cluster, args.cached)
    row = Row({"files": files, "metastore": args.metastore, "cached": args.cached})
    try:
        os.rmdir(cluster.journal)
        if args.journal:
            shutil.move(args.journal, cluster.journal)
        else:
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
        calls(row, cluster, files)
        row.take("delete", load("journal-delete", cluster, "--count", str(files)))
        row["rss_after_mb"] = rss_mb(cluster.master.pid)
        begin = time.monotonic()
        cluster.cli("fsadmin", "journal", "checkpoint", check=True, timeout=3600)
        row["checkpoint_s"] = time.monotonic() - begin
        row["rss_after_checkpoint_mb"] = rss_mb(cluster.master.pid)
        row["journal_after_mb"] = disk_mb(cluster.journal)
        cluster.stop_process(cluster.master, timeout=300)
        limit_memory(cluster, args.later)
        row["start_from_checkpoint_s"], _, _ = start(cluster)
        row["rss_from_checkpoint_mb"] = rss_mb(cluster.master.pid)
        row.take("cold_again", load("journal-status", cluster, "--count", str(kept)))
        cluster.stop_process(cluster.master, timeout=300)
    finally:
        print(json.dumps(row))
        cluster.close(keep=args.keep)


if __name__ == "__main__":
    main()
