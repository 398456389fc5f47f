"""Rows of `make bench` over job services: ours, and the one of Java 2.9.6 with a job master and a
job worker, each beside servers of its kind."""
import os
import re
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "tests", "backends")]
from pairs import BIN, ROUNDS  # noqa: E402
from backends import VersityGateway  # noqa: E402
from cluster import free_port, wait_until  # noqa: E402
from store_rows import (READERS, SMALL_BYTES, SMALL_FILES, StorePair, medians,  # noqa: E402
                        straight)

JAVA_MAIN = {"job_master": "alluxio.master.AlluxioJobMaster",
             "job_worker": "alluxio.worker.AlluxioJobWorker"}
NATIVE_MAIN = {"job_master": "AlluxioJobMaster", "job_worker": "AlluxioJobWorker"}


class JobPair(StorePair):
    """With a job master and a job worker on either side."""

    def __init__(self, store):
        super().__init__(store)
        self.jobs = {side: [] for side in self.clusters}
        for side, cluster in self.clusters.items():
            ports = {"alluxio.job.%s.%s.port" % (role, kind): free_port()
                     for role in ("master", "worker") for kind in ("rpc", "web")}
            ports["alluxio.job.worker.data.port"] = free_port()
            for one in {id(c): c for c in (cluster, self.askers[side])}.values():
                one.properties.update(ports)
                one.write_conf()

    def __enter__(self):
        super().__enter__()
        for side, cluster in self.clusters.items():
            for role in ("job_master", "job_worker"):
                self.start_job(side, cluster, role)
            wait_until("a job worker of " + side, lambda s=side: self.registered(s), 120, 0.5)
        return self

    def registered(self, side):
        done = self.askers[side].cli("fsadmin", "report", "jobservice")[1]
        return re.search(r"(?m)^localhost ", done) is not None

    def start_job(self, side, cluster, role):
        if side == "java":
            command = cluster.command("master")
            command[-1] = JAVA_MAIN[role]
        else:
            command = [os.path.join(BIN, NATIVE_MAIN[role])]
        process = cluster._spawn(role, command, cluster.environment())
        if command[-1] == JAVA_MAIN["job_worker"]:
            # It ends when the job master's port is open and its services are not there yet.
            while process.poll() is None and not self.registered(side):
                time.sleep(0.5)
            if process.poll() is not None:
                return self.start_job(side, cluster, role)
        port = cluster.properties["alluxio.%s.rpc.port" % role.replace("_", ".")]
        cluster._await(role, process, port)
        self.jobs[side].append(process)

    def freeze(self, *sides):
        super().freeze(*sides)
        for side, processes in self.jobs.items():
            for process in processes:
                process.send_signal(signal.SIGSTOP if side in sides else signal.SIGCONT)

    def __exit__(self, *args):
        for processes in self.jobs.values():
            for process in processes:
                process.kill()
                process.wait()
        super().__exit__(*args)

    def load(self, side, path):
        """Files a second of one distributedLoad of everything below `path`."""
        begin = time.monotonic()
        out = self.cli(side, "fs", "distributedLoad", path)
        seconds = time.monotonic() - begin
        counts = re.search(r"completed file count is (\d+), failed file count is (\d+)", out)
        if counts is None or counts.groups() != (str(SMALL_FILES), "0"):
            raise RuntimeError("distributedLoad of %s: %s" % (side, out[-2000:]))
        return SMALL_FILES / seconds


def distributed_load(_):
    """10,000 files of 64 KiB in an S3 server, loaded by the job service with everything at its
    default, until the command says that all are there."""
    runs = {}
    note = lambda name, value: runs.setdefault(name, []).append(value)  # noqa: E731
    with VersityGateway() as store:
        straight(store, "write-many", "small", "--count", str(SMALL_FILES), "--bytes",
                 str(SMALL_BYTES), "--at-once", str(READERS))
        with JobPair(store) as pair:
            for side in pair.clusters:
                pair.cli(side, "fs", "ls", "/small")
            for _ in range(ROUNDS):
                for side, other in (("java", "ours"), ("ours", "java")):
                    pair.freeze(other)
                    pair.drop_cache(side)
                    note(side, pair.load(side, "/small"))
    middle = medians(runs)
    return {"ours": middle["ours"], "java": middle["java"], "unit": "files/s",
            "ratio": middle["ours"] / middle["java"], "floor": "5x Java", "detail": middle,
            "runs": runs}


JOB_ROWS = {"distributed_load_s3": distributed_load}
