"""Two job masters elected through ZooKeeper: the primary is killed in the midst of a load, the
other one goes on with it, and the stock shell finds it.
"""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, JAVA_FLAGS, class_path, free_port, wait_until  # noqa: E402
from masters import Masters  # noqa: E402

FILES = int(os.environ.get("FILES", "400"))
PATIENCE = 120


class JobMasters(Masters):
    """One master and worker, two job masters and a job worker."""

    def __init__(self):
        super().__init__(1, {"alluxio.job.worker.threadpool.size": "1",
                             "alluxio.job.master.worker.timeout": "3s",
                             "alluxio.user.rpc.retry.max.duration": "30s",
                             "alluxio.job.worker.rpc.port": free_port(),
                             "alluxio.job.worker.web.port": 0,
                             "alluxio.job.master.web.port": 0})
        self.job_ports = [free_port(), free_port()]
        self.jobs = {}

    def __exit__(self, *exc):
        for process in self.jobs.values():
            process.kill()
            process.wait()
        super().__exit__(*exc)

    def start_job(self, name, program, *arguments):
        logs = os.path.join(self.cluster.logs, name)
        os.makedirs(logs, exist_ok=True)
        with open(os.path.join(logs, "out"), "ab") as out:
            self.jobs[name] = subprocess.Popen(
                [os.path.join(BIN, program), *arguments], cwd=self.cluster.folder, stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(self.cluster.environment(), ALLUXIO_LOGS_DIR=logs))

    def start_job_master(self, i):
        self.start_job("job_master%d" % i, "AlluxioJobMaster",
                       "-Dalluxio.job.master.hostname=127.0.0.%d" % (i + 2),
                       "-Dalluxio.job.master.rpc.port=%d" % self.job_ports[i])

    def leader(self):
        """The number of the primary job master, None when there is none."""
        code, out, _ = self.cli("job", "leader")
        return int(out.strip()[-1]) - 2 if code == 0 and out.startswith("127.0.0.") else None

    def cached(self, folder):
        return sum(" 100%" in line
                   for line in self.cli("fs", "ls", "-R", folder, check=True)[1].splitlines())


class JobFailoverTest(unittest.TestCase):
    def test_the_other_job_master_goes_on(self):
        with JobMasters() as cluster:
            folder = os.path.join(cluster.cluster.ufs, "many")
            os.makedirs(folder)
            for i in range(FILES):
                with open(os.path.join(folder, str(i)), "w") as f:
                    f.write("file %d" % i)
            for i in range(2):
                cluster.start_job_master(i)
            cluster.start_job("job_worker", "AlluxioJobWorker")
            first = wait_until("a primary job master", lambda: [
                leader for leader in [cluster.leader()] if leader is not None], PATIENCE)[0]
            out = cluster.cli("fs", "distributedLoad", "--async", "/many", check=True)[1]
            control_id = re.search(r"jobControlId = (\d+)", out).group(1)
            wait_until("the first files", lambda: cluster.cached("/many") > 0, PATIENCE)
            killed = cluster.jobs.pop("job_master%d" % first)
            killed.kill()
            killed.wait()
            wait_until("the other one", lambda: cluster.leader() == 1 - first, PATIENCE)
            wait_until("all files", lambda: cluster.cached("/many") == FILES, PATIENCE)
            wait_until("the command to be known", lambda: cluster.cli(
                "job", "getCmdStatus", control_id)[0] == 0, PATIENCE)
            done = subprocess.run(
                ["java", *JAVA_FLAGS, *cluster.cluster.java_options(), "-cp",
                 cluster.cluster.conf + ":" + class_path("server"), "alluxio.cli.job.JobShell",
                 "leader"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
            self.assertIn("127.0.0.%d" % (3 - first), done.stdout.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
