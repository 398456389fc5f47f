#!/usr/bin/env python3
"""Rate at which a master loads the metadata of one big folder, ours and Java 2.9.6.

  metadata_load.py [ours|java]...      default: both, a local folder of ENTRIES (1,000,000) files

`fs loadMetadata` of it is timed at the master (the client takes no listing), then a comparison in
which nothing changed. The rows metadata_local and metadata_s3 of bench.py are made of this.
"""
import json
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import command_line  # noqa: E402
from pairs import ROOT, ROUNDS, rss_mb  # noqa: E402
from cluster import JavaCluster, NativeCluster, class_path, wait_until  # noqa: E402

ENTRIES = int(os.environ.get("ENTRIES", "1000000"))


class StoreJavaCluster(JavaCluster):
    """With the under stores that the servers' own class path does not have."""

    def command(self, role):
        command = super().command(role)
        command[command.index("-cp") + 1] += ":" + class_path("stores")
        return command


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def make_folder(folder, entries):
    """Empty files; a folder that is there already is taken as it is."""
    if os.path.isdir(folder):
        return
    os.makedirs(folder + ".new")
    at = os.open(folder + ".new", os.O_RDONLY | os.O_DIRECTORY)
    for n in range(entries):
        os.close(os.open("file-%07d" % n, os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=at))
    os.close(at)
    os.rename(folder + ".new", folder)


def loaded(kind, properties, entries):
    """What the first listing of /big by a new master takes, and then a comparison."""
    cluster = (NativeCluster if kind == "ours" else StoreJavaCluster)(
        {**properties, "alluxio.user.metrics.collection.enabled": "false"})
    # Both masters are asked by our command line, so that the client is the same.
    asker = cluster if kind == "ours" else NativeCluster(dict(cluster.properties))
    try:
        cluster.format()
        cluster.start_master()
        # A Java master listens before it serves.
        wait_until("the master to serve", lambda: asker.cli("fs", "ls", "/")[0] == 0, 120)
        idle = rss_mb(cluster.master.pid)
        found = {}
        for step, args in (("load", ["/big"]), ("compare", ["-F", "/big"])):
            begin, cpu = time.monotonic(), cpu_seconds(cluster.master.pid)
            asker.cli("fs", "loadMetadata", *args, check=True, timeout=3000)
            rss = rss_mb(cluster.master.pid)
            found[step] = round(entries / (time.monotonic() - begin))
            found[step + "_cpu_seconds"] = round(cpu_seconds(cluster.master.pid) - cpu, 2)
            found[step + "_rss_mb"] = round(rss)
            found[step + "_bytes_a_file"] = round((rss - idle) * 1048576 / entries)
        return found
    finally:
        cluster.close()
        if asker is not cluster:
            asker.close()


def local_store():
    store = os.path.join(ROOT, "build", "bench", "store", str(ENTRIES))
    make_folder(os.path.join(store, "big"), ENTRIES)
    return {"alluxio.master.mount.table.root.ufs": store}


def metadata_local(_):
    """Java once: it takes a minute and more a run."""
    properties = local_store()
    return metadata_result({"java": [loaded("java", properties, ENTRIES)],
                            "ours": [loaded("ours", properties, ENTRIES) for _ in range(ROUNDS)]})


def metadata_result(runs):
    detail = {side: {key: statistics.median(run[key] for run in found) for key in found[0]}
              for side, found in runs.items()}
    ours, java = (detail[side]["load"] for side in ("ours", "java"))
    return {"ours": ours, "java": java, "unit": "entries/s", "ratio": ours / java,
            "floor": "10x Java", "detail": detail,
            "runs": [run["load"] for run in runs["ours"]]}


SIDES = ("ours", "java")


def main():
    for kind in command_line.chosen(__doc__, SIDES)[0] or SIDES:
        print(json.dumps({"who": kind, "entries": ENTRIES,
                          **loaded(kind, local_store(), ENTRIES)}), flush=True)


if __name__ == "__main__":
    main()
