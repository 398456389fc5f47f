"""The job service over real servers: distributedLoad, distributedCp and distributedMv from our
command line and the stock shells, the verbs of "job", and kill -9 of a job worker and of the job
master meanwhile.

FILES=10000 makes the loads that are cut off that long.
"""
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, Batch, JAVA_FLAGS, class_path, free_port, wait_until  # noqa: E402
from two_workers_test import NEAR_FIRST, NEAR_SECOND, TwoWorkers  # noqa: E402

FILES = int(os.environ.get("FILES", "400"))
PATIENCE = 120


class JobCluster(TwoWorkers):
    """Two workers on different hosts, a job master, and a job worker on each host."""

    def __init__(self, properties=None):
        self.job_port = free_port()
        super().__init__({
            "alluxio.job.master.rpc.port": self.job_port,
            "alluxio.job.master.web.port": free_port(),
            "alluxio.job.master.worker.timeout": "2s",
            "alluxio.job.master.lost.worker.interval": "200ms",
            "alluxio.job.master.worker.heartbeat.interval": "100ms",
            "alluxio.user.file.metadata.sync.interval": "-1",
            **(properties or {})})
        self.job_master = None
        self.job_workers = {}
        self.job_web = {}  # ports of job workers

    def start(self, format_first=True):
        super().start(format_first)
        self.start_job_master()
        for host in (NEAR_FIRST, NEAR_SECOND):
            self.start_job_worker(host)
        self.await_job_workers(2)
        return self

    def start_job_master(self):
        self.job_master = self._spawn("job_master", [os.path.join(BIN, "AlluxioJobMaster")],
                                      self.environment())
        self._await("job_master", self.job_master, self.job_port)

    def start_job_worker(self, host):
        logs = os.path.join(self.logs, "job-" + host)
        os.makedirs(logs, exist_ok=True)
        port = free_port()
        self.job_web[host] = free_port()
        process = self._spawn("job_worker-" + host, [
            os.path.join(BIN, "AlluxioJobWorker"), "-Dalluxio.job.worker.hostname=" + host,
            "-Dalluxio.user.hostname=" + host, "-Dalluxio.job.worker.rpc.port=%d" % port,
            "-Dalluxio.job.worker.web.port=%d" % self.job_web[host]],
            dict(self.environment(), ALLUXIO_LOGS_DIR=logs))
        self._await("job_worker-" + host, process, port)
        self.job_workers[host] = process

    def await_job_workers(self, count):
        def there():
            code, out, _ = self.cli("fsadmin", "report", "jobservice")
            return code == 0 and sum(out.count("\n" + host) for host in self.job_workers) == count
        wait_until("%d job workers" % count, there, PATIENCE)

    @staticmethod
    def kill(process):
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self):
        for process in (*self.job_workers.values(), self.job_master):
            self.stop_process(process)
        super().stop()

    def close(self, keep=False):
        for process in (*self.job_workers.values(), self.job_master):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        super().close(keep)

    # --- what the tests look at

    def control_id(self, out):
        return re.search(r"jobControlId = (\d+)", out).group(1)

    def cmd_status(self, control_id):
        return self.cli("job", "getCmdStatus", control_id)

    def counts(self, out):
        return tuple(map(int, re.search(
            r"Total completed file count is (\d+), failed file count is (\d+)", out).groups()))

    def await_counts(self, control_id, total):
        """(completed, failed) once they add up."""
        def done():
            code, out, _ = self.cmd_status(control_id)
            return code == 0 and sum(self.counts(out)) >= total and out
        return self.counts(wait_until("%d files of %s" % (total, control_id), done, PATIENCE))


class JobServiceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = JobCluster()
        try:
            cls.cluster.start()
        except BaseException:
            cls.cluster.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()

    def fs(self, *words, ok=True):
        code, out, err = self.cluster.cli("fs", *words)
        self.assertEqual(code == 0, ok, "%s: %s%s" % (words, out, err))
        return out + err

    def test_load_of_a_tree(self):
        cluster = self.cluster
        cluster.put_ufs("tree/a", 7)
        cluster.put_ufs("tree/b/c", 5)
        out = self.fs("distributedLoad", "--batch-size", "3", "/tree")
        self.assertEqual(cluster.counts(out), (12, 0))
        self.assertIn("Please wait for command submission to finish..\nSubmitted successfully, "
                      "jobControlId = ", out)
        self.assertIn("Waiting for the command to finish ...\n"
                      "Get command status information below:\n", out)
        self.assertIn("Successfully loaded path /tree/b/c/f00004\n", out)
        self.assertTrue(out.endswith("Finished running the command, jobControlId = %s\n"
                                     % cluster.control_id(out)))
        self.assertEqual(cluster.cached("/tree"), 12)
        # Once more there is nothing to do.
        self.assertEqual(cluster.counts(self.fs("distributedLoad", "/tree")), (0, 0))

    def test_replication_and_hosts(self):
        cluster = self.cluster
        cluster.put_ufs("hosts", 6)
        self.fs("distributedLoad", "--hosts", NEAR_SECOND, "/hosts")
        held = [cluster.held("/hosts/f%05d" % i) for i in range(6)]
        self.assertEqual(held, [(0, 1)] * 6)
        self.fs("distributedLoad", "--replication", "2", "/hosts")
        held = [cluster.held("/hosts/f%05d" % i) for i in range(6)]
        self.assertEqual(held, [(1, 1)] * 6)
        out = self.fs("distributedLoad", "--replication", "3", "/hosts", ok=False)
        self.assertEqual(cluster.counts(out), (0, 6))
        self.assertIn("Failed: /hosts/f00000: Failed to find enough block workers to replicate to. "
                      "Needed 1 but only found 0.", out)
        self.assertIn("Check out ./logs/user/distributedLoad_hosts_failures.csv", out)
        listed = os.path.join(cluster.folder, "logs/user/distributedLoad_hosts_failures.csv")
        with open(listed) as f:
            self.assertEqual(f.read().splitlines(), ["/hosts/f%05d" % i for i in range(6)])

    def test_host_file_excluded_and_index(self):
        cluster = self.cluster
        cluster.put_ufs("index/a", 2)
        cluster.put_ufs("index/b", 2)
        names = {}
        for name, lines in (("hosts", [NEAR_FIRST, ""]), ("paths", ["/index/a", "/index/b"])):
            names[name] = os.path.join(cluster.folder, name)
            with open(names[name], "w") as f:
                f.write("\n".join(lines) + "\n")
        self.fs("distributedLoad", "--excluded-host-file", names["hosts"], "--index",
                names["paths"])
        for folder in ("a", "b"):
            for i in range(2):
                self.assertEqual(cluster.held("/index/%s/f%05d" % (folder, i)), (0, 1))

    def test_a_file_that_is_gone_fails_with_its_reason(self):
        cluster = self.cluster
        cluster.put_ufs("gone", 3)
        self.fs("ls", "/gone")
        os.remove(os.path.join(cluster.ufs, "gone", "f00001"))
        out = self.fs("distributedLoad", "/gone", ok=False)
        self.assertEqual(cluster.counts(out), (2, 1))
        self.assertRegex(out, r"Failed: /gone/f00001: block \d+ on 127\.0\.0\.\d: \S+")
        self.assertIn("Here are failed files: \n/gone/f00001,\n", out)

    def test_errors_are_said_at_once(self):
        out = self.fs("distributedLoad", "/not/there", ok=False)
        self.assertIn('Path "/not/there" does not exist.', out)
        self.assertIn("replication 0", self.fs("distributedLoad", "--replication", "0", "/",
                                               ok=False))
        code, out, _ = self.cluster.cmd_status("12345")
        self.assertNotEqual(code, 0)
        self.assertIn("Unable to get detailed information for command 12345.", out)

    def test_async_and_the_verbs_of_job(self):
        cluster = self.cluster
        cluster.put_ufs("verbs", 4)
        out = self.fs("distributedLoad", "--async", "/verbs")
        self.assertIn("Entering async submission mode. \n", out)
        control_id = cluster.control_id(out)
        self.assertEqual(cluster.await_counts(control_id, 4), (4, 0))
        _, out, _ = cluster.cli("job", "ls", check=True)
        self.assertRegex(out, r"(?m)^\d{13}   Load       COMPLETED *$")
        job = out.split()[0]
        _, out, _ = cluster.cli("job", "stat", "-v", job, check=True)
        self.assertRegex(out, r"ID: %s\nName: Load\nDescription: LoadTask.*\nStatus: COMPLETED\n"
                              r"Task 0\n\tWorker: 127\.0\.0\.\d\n\tDescription: .*\n"
                              r"\tStatus: COMPLETED\n" % job)
        _, out, _ = cluster.cli("job", "leader", check=True)
        self.assertEqual(out, "localhost\n")
        code, out, _ = cluster.cli("job", "cancel", "12345")
        self.assertNotEqual(code, 0)
        self.assertEqual(out, "Failed to cancel the job 12345\n")
        _, out, _ = cluster.cli("fsadmin", "report", "jobservice", check=True)
        self.assertRegex(out, r"localhost:%d +PRIMARY" % cluster.job_port)
        url = ("http://localhost:%s/api/v1/master/webui_jobs"
               % cluster.properties["alluxio.master.web.port"])
        with urllib.request.urlopen(url, timeout=60) as answer:
            shown = json.loads(answer.read())
        self.assertTrue(shown["jobService"]["available"], shown)
        self.assertEqual([(j["name"], j["status"]) for j in shown["jobs"] if j["id"] == job],
                         [("Load", "COMPLETED")])
        self.assertRegex(out, r"Status: COMPLETED +Count: [1-9]")
        self.assertIn("10 Most Recently Modified Jobs:\n", out)

    def test_web_ports(self):
        cluster = self.cluster
        cluster.put_ufs("web", 2)
        self.fs("distributedLoad", "/web")
        master_port = int(cluster.properties["alluxio.job.master.web.port"])
        for role, port in (("job_master", master_port),
                           ("job_worker", cluster.job_web[NEAR_FIRST])):
            def get(path, port=port):
                with urllib.request.urlopen("http://localhost:%d%s" % (port, path),
                                            timeout=60) as answer:
                    return answer.read().decode()
            self.assertEqual(json.loads(get("/api/v1/%s/info" % role))["process"], role)
            json.loads(get("/metrics/json"))
            self.assertIn("alluxio.job.master.rpc.port", get("/api/v1/%s/webui_config" % role))
            if role == "job_master":
                self.assertRegex(get("/metrics/prometheus"), r"(?m)^Master_JobCompleted [1-9]")
            target = "localhost:%d:%s" % (port, role)
            for level in ("WARN", "INFO"):
                _, out, _ = cluster.cli("logLevel", "--logName", "alluxio", "--target", target,
                                        "--level", level, check=True)
                self.assertIn("[%s]LogInfo{%s, alluxio, " % (role, level), out)

    def test_copy_and_move(self):
        cluster = self.cluster
        cluster.put_ufs("cp/a/deep", 9, 100000)
        out = self.fs("-Dalluxio.user.file.writetype.default=CACHE_THROUGH", "distributedCp",
                      "--batch-size", "4", "/cp", "/cp-to")
        self.assertEqual(cluster.counts(out), (9, 0))
        self.assertIn("Successfully copied path /cp/a/deep/f00000\n", out)
        self.compare("cp/a/deep", "cp-to/a/deep", 9)
        # What is there is replaced, or not.
        with open(os.path.join(cluster.ufs, "cp/a/deep/f00003"), "wb") as f:
            f.write(b"another")
        self.fs("loadMetadata", "-F", "/cp/a/deep")
        out = self.fs("distributedCp", "--overwrite", "false", "/cp", "/cp-to", ok=False)
        self.assertEqual(cluster.counts(out), (0, 9))
        self.assertIn("Not allowed to create file because path already exists: "
                      "/cp-to/a/deep/f00003", out)
        self.fs("-Dalluxio.user.file.writetype.default=CACHE_THROUGH", "distributedCp", "/cp",
                "/cp-to")
        self.compare("cp/a/deep", "cp-to/a/deep", 9)
        self.assertEqual(len(os.listdir(os.path.join(cluster.ufs, "cp-to/a/deep"))), 9)
        out = self.fs("-Dalluxio.user.file.writetype.default=CACHE_THROUGH", "distributedMv",
                      "/cp-to", "/mv-to")
        self.assertIn("Deleting /cp-to\n", out)
        self.compare("cp/a/deep", "mv-to/a/deep", 9)
        self.assertFalse(os.path.exists(os.path.join(cluster.ufs, "cp-to")))
        self.assertIn("Cannot migrate because /mv-to is a prefix of /mv-to/a",
                      self.fs("distributedCp", "/mv-to", "/mv-to/a", ok=False))

    def test_a_move_that_failed_in_part_keeps_its_source(self):
        cluster = self.cluster
        cluster.put_ufs("part", 3)
        self.fs("ls", "/part")
        os.remove(os.path.join(cluster.ufs, "part", "f00002"))
        out = self.fs("distributedMv", "/part", "/part-to", ok=False)
        self.assertIn("Copy operation portion of Move failed.", out)
        self.assertTrue(os.path.exists(os.path.join(cluster.ufs, "part", "f00001")))

    def compare(self, first, second, count):
        folders = [os.path.join(self.cluster.ufs, folder) for folder in (first, second)]
        self.assertEqual(len(os.listdir(folders[1])), count)
        for name in os.listdir(folders[0]):
            with open(os.path.join(folders[0], name), "rb") as a, \
                    open(os.path.join(folders[1], name), "rb") as b:
                self.assertEqual(a.read(), b.read(), name)

    def test_the_stock_shells(self):
        cluster = self.cluster
        cluster.put_ufs("stock", 3)
        old = self.java("old", "alluxio.cli.fs.FileSystemShell", "distributedLoad", "/stock")
        self.assertEqual(cluster.counts(old), (3, 0))
        self.assertIn("Successfully loaded path /stock/f00002\n", old)
        self.assertEqual(cluster.cached("/stock"), 3)
        new = self.java("server", "alluxio.cli.fs.FileSystemShell", "distributedCp", "/stock",
                        "/stock-to")
        self.assertEqual(cluster.counts(new), (3, 0))
        self.assertEqual(cluster.cached("/stock-to"), 3)
        listed = self.java("server", "alluxio.cli.job.JobShell", "ls")
        self.assertRegex(listed, r"(?m)^\d{13} +Migrate +COMPLETED *$")
        job = re.search(r"(?m)^(\d{13}) +Migrate", listed).group(1)
        shown = self.java("server", "alluxio.cli.job.JobShell", "stat", "-v", job)
        _, ours, _ = cluster.cli("job", "stat", "-v", job, check=True)
        self.assertEqual(shown, ours)
        report = self.java("server", "alluxio.cli.fsadmin.FileSystemAdminShell", "report",
                           "jobservice")
        _, ours, _ = cluster.cli("fsadmin", "report", "jobservice", check=True)
        self.assertEqual(self.steady(report), self.steady(ours))

    def test_plans_of_the_stock_client(self):
        cluster = self.cluster
        plans = Batch("JobPlans", "server", cluster.java_options(), conf_dir=cluster.conf)
        self.addCleanup(plans.close)
        cluster.cli("fs", "mkdir", "/plan/deep", check=True)
        cluster.write(NEAR_SECOND, "/plan/deep/a", b"cached only" * 200000)
        cluster.cli("fs", "chmod", "750", "/plan/deep", check=True)
        cluster.cli("fs", "chmod", "640", "/plan/deep/a", check=True)
        to = os.path.join(cluster.ufs, "plan/deep/a.tmp")
        self.assertEqual(plans.run("run", "persist", "/plan/deep/a", "1", "false", to),
                         (0, "COMPLETED Persist ", ""))
        with open(to, "rb") as f:
            self.assertEqual(f.read(), b"cached only" * 200000)
        self.assertEqual(os.stat(to).st_mode & 0o777, 0o640)
        self.assertEqual(os.stat(os.path.dirname(to)).st_mode & 0o777, 0o750)
        with open(to, "wb") as f:
            f.write(b"of somebody")
        code, out, _ = plans.run("run", "persist", "/plan/deep/a", "1", "false", to)
        self.assertNotEqual(code, 0)
        self.assertIn("FAILED Persist", out)
        self.assertIn("File /plan/deep/a is already persisted in UFS, to overwrite the file, "
                      "please set the overwrite flag in the config.", out)
        with open(to, "rb") as f:
            self.assertEqual(f.read(), b"of somebody")
        self.assertEqual(plans.run("submit", "persist", "/plan/deep/a", "1", "true", to),
                         (0, "COMPLETED PERSIST", ""))
        with open(to, "rb") as f:
            self.assertEqual(f.read(), b"cached only" * 200000)
        code, out, _ = plans.run("run", "persist", "/plan/deep/a", "1", "true",
                                 os.path.join(cluster.folder, "outside"))
        self.assertNotEqual(code, 0)
        self.assertIn("outside of the mount", out)
        for words, why in ((("persist", "/plan", "1", "true", to), "/plan: is a directory"),
                           (("stress",), "Run the benchmark without --cluster"),
                           (("compact",), "not part of this Alluxio"),
                           (("composite",), "send its plans one by one")):
            code, _, error = plans.run("run", *words)
            self.assertNotEqual(code, 0)
            self.assertIn(why, error)

    @staticmethod
    def steady(report):
        """Without load averages."""
        return re.sub(r"(?m)^(127\.0\.0\.\d .*?\d +\d+ +\d+) .*$", r"\1", report)

    def java(self, side, main, *words):
        cluster = self.cluster
        done = subprocess.run(
            ["java", *JAVA_FLAGS, "--add-exports=java.management/sun.management=ALL-UNNAMED",
             "-Xmx512m", *cluster.java_options(), "-cp",
             cluster.conf + ":" + class_path(side), main, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, cwd=cluster.folder,
            env=dict(os.environ, TZ="UTC"))
        out = done.stdout.decode()
        self.assertEqual(done.returncode, 0, out + done.stderr.decode())
        return out


class CutOffTest(unittest.TestCase):
    def setUp(self):
        # One thread, so that there is something to cut off.
        self.cluster = JobCluster({"alluxio.job.worker.threadpool.size": "1"})
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        self.cluster.put_ufs("many", FILES)
        self.cluster.cli("fs", "ls", "/many", check=True)

    def begin(self):
        _, out, _ = self.cluster.cli("fs", "distributedLoad", "--async", "/many", check=True)
        control_id = self.cluster.control_id(out)
        wait_until("the first files", lambda: self.cluster.cached("/many") > 0, PATIENCE)
        return control_id

    def test_a_job_worker_is_killed(self):
        cluster = self.cluster
        control_id = self.begin()
        cluster.kill(cluster.job_workers[NEAR_FIRST])
        self.assertEqual(cluster.await_counts(control_id, FILES), (FILES, 0))
        self.assertEqual(cluster.cached("/many"), FILES)
        cluster.start_job_worker(NEAR_FIRST)
        cluster.await_job_workers(2)

    def test_the_job_master_is_killed(self):
        cluster = self.cluster
        control_id = self.begin()
        cluster.kill(cluster.job_master)
        code, out, err = cluster.cli("job", "ls")
        self.assertNotEqual(code, 0, out)
        self.assertIn("Failed to list the jobs", out)
        cluster.start_job_master()
        cluster.await_job_workers(2)
        wait_until("all files", lambda: cluster.cached("/many") == FILES, PATIENCE)

        def finished():
            code, out, _ = cluster.cmd_status(control_id)
            # Those of before are not counted again.
            return code == 0 and "failed file count is 0" in out
        wait_until("the command to be known", finished, PATIENCE)
        # How it ended is known to the next one as well.
        cluster.stop_process(cluster.job_master)
        cluster.start_job_master()
        wait_until("the command to be known", finished, PATIENCE)

    def test_somebody_waits_while_both_are_killed(self):
        cluster = self.cluster
        waiting = subprocess.Popen(
            [os.path.join(BIN, "alluxio-cli"), "fs", "distributedLoad", "/many"],
            env=cluster.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd=cluster.folder)
        self.addCleanup(waiting.stdout.close)
        self.addCleanup(waiting.kill)
        wait_until("the first files", lambda: cluster.cached("/many") > 0, PATIENCE)
        cluster.kill(cluster.job_master)
        cluster.kill(cluster.job_workers[NEAR_SECOND])
        time.sleep(0.5)
        cluster.start_job_worker(NEAR_SECOND)
        cluster.start_job_master()
        out = waiting.communicate(timeout=300)[0].decode()
        self.assertEqual(waiting.returncode, 0, out)
        self.assertIn("Finished running the command", out)
        self.assertEqual(cluster.cached("/many"), FILES)


if __name__ == "__main__":
    unittest.main(verbosity=2)
