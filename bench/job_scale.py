#!/usr/bin/env python3
"""How the job service and load jobs do with many files: speed, and memory of every process.

  job_scale.py load          distributedLoad of FILES (1,000,000) files of 100 bytes
  job_scale.py load-job      the same by `fs load --submit` without and with --partial-listing
  job_scale.py copies        setReplication of FILES (10,000) cached files from one copy to two
  job_scale.py copy          distributedCp of FILES (10,000) files of 64 KiB, CACHE_THROUGH

A local under store, two workers, two job workers. The files of a load are hard links, 1,000 a
folder.
"""
import os
import re
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import command_line  # noqa: E402
from pairs import rss_mb  # noqa: E402
from cluster import wait_until  # noqa: E402
from job_service_test import JobCluster  # noqa: E402
from load_job_test import progress  # noqa: E402

PATIENCE = 3600
A_FOLDER = 1000


class Watch:
    """The most memory that each process had."""

    def __init__(self, processes):
        self.processes = processes
        self.most = {name: 0 for name in processes}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ended.wait(0.2):
            for name, process in self.processes.items():
                self.most[name] = max(self.most[name], rss_mb(process.pid))

    def end(self):
        self.ended.set()
        self.thread.join()
        return ", ".join("%s %d MB" % (name, most) for name, most in self.most.items())


def processes_of(cluster):
    jobs = list(cluster.job_workers.values())
    return {"master": cluster.master, "worker": cluster.worker, "job master": cluster.job_master,
            "job worker": jobs[0]}


def make_links(cluster, files):
    seeds = os.path.join(cluster.folder, "seeds")
    os.makedirs(seeds)
    for folder in range((files + A_FOLDER - 1) // A_FOLDER):
        seed = os.path.join(seeds, str(folder))
        with open(seed, "wb") as f:
            f.write(b"x" * 100)
        at = os.path.join(cluster.ufs, "many", "d%04d" % folder)
        os.makedirs(at)
        for i in range(min(A_FOLDER, files - folder * A_FOLDER)):
            os.link(seed, os.path.join(at, "f%04d" % i))


def say(what, files, seconds, watch, before):
    print("%s: %d files in %.1f s, %.0f files/s; at rest %s; most %s"
          % (what, files, seconds, files / seconds, before, watch.end()), flush=True)


def timed(cluster, what, files, run):
    before = ", ".join("%s %d MB" % (name, rss_mb(process.pid))
                       for name, process in processes_of(cluster).items())
    watch = Watch(processes_of(cluster))
    begin = time.monotonic()
    try:
        run()
    finally:
        say(what, files, time.monotonic() - begin, watch, before)


def started(properties=None):
    return JobCluster({"alluxio.master.worker.timeout": "60s",
                       "alluxio.job.master.worker.timeout": "60s",
                       "alluxio.job.master.worker.heartbeat.interval": "1s", **(properties or {})})


def load(files):
    cluster = started()
    try:
        make_links(cluster, files)
        cluster.start()

        def run():
            _, out, _ = cluster.cli("fs", "distributedLoad", "--async", "/many", check=True)
            command = cluster.control_id(out)
            wait_until("the load", lambda: ended(cluster, command), PATIENCE, 1)
        timed(cluster, "distributedLoad", files, run)
    finally:
        cluster.close()


def ended(cluster, command):
    """The report of the job service says how many commands run; that of the command is long."""
    out = cluster.cli("fsadmin", "report", "jobservice", check=True)[1]
    running = re.search(r"Status: RUNNING\s+Count: (\d+)", out)
    created = re.search(r"Status: CREATED\s+Count: (\d+)", out)
    log = os.path.join(cluster.logs, "job_master.log")
    with open(log) as f:
        over = "job: command finished id=%s" % command in f.read()
    return over and running.group(1) == created.group(1) == "0"


def load_job(files):
    for words in ([], ["--partial-listing"]):
        cluster = started()
        try:
            make_links(cluster, files)
            cluster.start()

            def run(cluster=cluster, words=words):
                cluster.cli("fs", "load", "/many", "--submit", *words, check=True)
                wait_until("the load", lambda: progress(cluster, "/many")["mJobState"]
                           in ("SUCCEEDED", "FAILED"), PATIENCE, 1)
            timed(cluster, "load --submit %s" % " ".join(words), files, run)
            print({k: v for k, v in progress(cluster, "/many").items()
                   if k in ("mJobState", "mProcessedFileCount", "mFailedFileCount")}, flush=True)
        finally:
            cluster.close()


def copies(files):
    cluster = started({"alluxio.master.replication.check.interval": "1s"})
    try:
        cluster.put_ufs("small", files, 1000)
        cluster.start()
        cluster.cli("fs", "distributedLoad", "--hosts", "127.0.0.2", "/small", check=True)

        def copied():
            at = sum(len(names) for _, _, names in os.walk(cluster.second_ram))
            return at >= files

        def run():
            cluster.cli("fs", "setReplication", "-R", "--min", "2", "/small", check=True)
            wait_until("copies", copied, PATIENCE, 0.2)
        timed(cluster, "setReplication --min 2", files, run)
    finally:
        cluster.close()


def copy(files):
    cluster = started({"alluxio.user.file.writetype.default": "CACHE_THROUGH"})
    try:
        cluster.put_ufs("small", files, 65536)
        cluster.start()
        cluster.cli("fs", "ls", "/small", check=True)
        for words in ([], ["--batch-size", "50"]):
            to = "/to%d" % len(words)
            timed(cluster, "distributedCp %s" % " ".join(words), files,
                  lambda words=words, to=to: cluster.cli("fs", "distributedCp", *words, "/small",
                                                         to, check=True))
            there = len(os.listdir(os.path.join(cluster.ufs, to[1:])))
            assert there == files, there
    finally:
        cluster.close()


ROWS = {"load": (load, 1_000_000), "load-job": (load_job, 1_000_000), "copies": (copies, 10_000),
        "copy": (copy, 10_000)}

if __name__ == "__main__":
    for name in command_line.chosen(__doc__, ROWS)[0] or ROWS:
        row, count = ROWS[name]
        row(int(os.environ.get("FILES", count)))
