"""What an operator types on a running cluster: logLevel, completion, old verbs. Where Alluxio's
Java tool does the same, it is run beside ours and the texts are compared."""
import json
import os
import re
import subprocess
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, ROOT, NativeCluster  # noqa: E402

LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,.*\n?|^SLF4J:.*\n?", re.M)


class OperatorTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster()
        cls.addClassCleanup(cls.cluster.close)
        cls.cluster.start()
        cls.master_web = cls.cluster.properties["alluxio.master.web.port"]
        cls.worker_web = cls.cluster.properties["alluxio.worker.web.port"]

    def cli(self, *words):
        return self.cluster.cli(*words)

    def java_log_level(self, *words):
        code, text = self.cluster.java_main("alluxio.cli.LogLevel", *words)
        return code, LOG_LINE.sub("", text)

    def test_log_level_says_what_java_says(self):
        for words in (["--logName", "alluxio.x", "--target", "master"],
                      ["--logName", "alluxio.x", "--target", "master", "--level", "DEBUG"],
                      ["--logName", "alluxio.x", "--target", "localhost:%d" % self.worker_web],
                      ["--logName", "a b&c", "--target",
                       "localhost:%d,localhost:%d" % (self.master_web, self.worker_web)]):
            self.cli("logLevel", "--logName", "x", "--target", "master", "--level", "INFO")
            java = self.java_log_level(*words)
            self.cli("logLevel", "--logName", "x", "--target", "master", "--level", "INFO")
            code, out, err = self.cli("logLevel", *words)
            # Java goes through several targets in no order.
            self.assertEqual((code, sorted((out + err).split("\n"))),
                             (java[0], sorted(java[1].split("\n"))), words)

    def test_log_level_errors_begin_as_java_s(self):
        for words in (["--target", "master"], ["--logName", "x", "--target", "nosuch"],
                      ["--logName", "x", "--target", ""]):
            code, out, err = self.cli("logLevel", *words)
            java, text = self.java_log_level(*words)
            self.assertEqual(code, java)
            first = text.replace("java.io.IOException: ", "").split("\n")[:2]
            if "parse" in first[0]:
                first = first[:1]
            self.assertEqual(err.strip().split("\n"), [line for line in first], words)

    def test_log_level_changes_what_servers_log(self):
        name = ["--logName", "alluxio"]
        code, out, err = self.cli("logLevel", *name, "--level", "WARN")
        self.assertEqual(code, 0, err)
        self.assertIn("localhost:%d[master]LogInfo{WARN, alluxio, " % self.master_web, out)
        self.assertIn("localhost:%d[worker]LogInfo{WARN, alluxio, " % self.worker_web, out)
        self.assertIn("[job_master] does not run and is left out", err)
        code, out, err = self.cli("logLevel", *name, "--target", "workers", "--level", "info")
        self.assertEqual((code, out), (0, "localhost:%d[worker]LogInfo{INFO, alluxio, "
                                          "Setting Log Level to INFO}\n" % self.worker_web))
        self.assertIn("LogInfo{WARN", self.cli("logLevel", *name, "--target", "master")[1])
        code, out, err = self.cli("logLevel", *name, "--level", "loud")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("one of TRACE, DEBUG", err)
        self.cli("logLevel", *name, "--level", "INFO")

    def test_log_level_asks_the_others_when_one_is_away(self):
        code, out, err = self.cli("logLevel", "--logName", "x", "--target",
                                  "localhost:1:worker,localhost:%d" % self.worker_web)
        self.assertEqual(code, 1)
        self.assertIn("localhost:%d[worker]LogInfo{" % self.worker_web, out)
        self.assertIn("Failed to set log level:\nlocalhost:1: ", err)

    def test_old_verbs_say_what_replaced_them(self):
        for verb, instead in (("validateHdfs", "runUfsTests"), ("runClass", "no JVM"),
                              ("loadufs", "loadMetadata"), ("docGen", "properties.md")):
            code, out, err = self.cli(verb)
            self.assertEqual((code, out), (1, ""))
            self.assertIn('The command "%s" is not there: ' % verb, err)
            self.assertIn(instead, err)
        code, out, err = self.cli("frobnicate")
        self.assertEqual((code, err), (1, "Unsupported command frobnicate\n"))
        self.assertIn("Usage: alluxio COMMAND", out)

    def test_run_test_tries_one_file(self):
        code, out, err = self.cli("runTest")
        self.assertEqual(code, 0, err)
        self.assertEqual(out.count("Passed the test!"), 1)
        self.assertIn("runTest --operation BASIC --readType CACHE_PROMOTE --writeType MUST_CACHE",
                      out)

    def completed(self, *words):
        """What bash offers after `words`, of which the last is incomplete."""
        script = self.cli("completion", "bash")[1]
        code = script + '\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _alluxio; ' \
                        'printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-euc", code, "-", *words], capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_completes_commands_and_options(self):
        self.assertIn("logLevel", self.completed("alluxio", ""))
        self.assertEqual(self.completed("alluxio", "fsa"), ["fsadmin"])
        self.assertIn("copyFromLocal", self.completed("alluxio", "fs", "c"))
        self.assertEqual(self.completed("alluxio", "fs", "ls", "--so"), ["--sort"])
        self.assertEqual(self.completed("alluxio", "fs", "-Da=b", "ls", "/x", "--so"), ["--sort"])
        self.assertEqual(self.completed("alluxio", "fsadmin", "journal", "q"), ["quorum"])
        self.assertEqual(self.completed("alluxio", "getConf", "--ma"), ["--master"])
        self.assertEqual(self.completed("alluxio", "nosuch", "x"), [])

    def test_every_command_of_the_usage_has_a_help_and_is_completed(self):
        offered = self.completed("alluxio", "")
        for verb in re.findall(r"^  (\w+)\s*\t", self.cli("help")[1], re.M):
            self.assertIn(verb, offered)
            code, out, err = self.cli(verb, "--help")
            self.assertEqual((code, err), (0, ""), verb)
            self.assertIn(verb, out)

    def exported(self):
        """The names at /metrics/prometheus of both servers."""
        names = set()
        for port in (self.master_web, self.worker_web):
            with urllib.request.urlopen("http://127.0.0.1:%d/metrics/prometheus" % port) as page:
                names.update(re.findall(r"^([A-Za-z]\w*)", page.read().decode(), re.M))
        return names

    def test_every_metric_of_the_grafana_board_is_exported(self):
        with open(os.path.join(ROOT, "deploy", "grafana", "alluxio.json")) as file:
            board = json.load(file)
        asked = set()
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                asked.update(re.findall(r'__name__=~"([^"]+)"', target["expr"]))
                plain = re.sub(r'"[^"]*"', "", target["expr"])
                asked.update(re.findall(r"\b(?:Cluster|Master|Worker)_\w+", plain))
        self.assertGreater(len(asked), 30)
        local = os.path.join(self.cluster.folder, "file")
        with open(local, "w") as file:
            file.write("x" * 1000)
        self.cluster.cli("-Dalluxio.user.file.writetype.default=CACHE_THROUGH", "fs",
                         "copyFromLocal", local, "/grafana", check=True)
        self.cluster.cli("fs", "cat", "/grafana", check=True)
        deadline = time.monotonic() + 60  # some come with the next heartbeat of the worker
        while True:
            names = self.exported()
            missing = [pattern for pattern in sorted(asked)
                       if not any(re.fullmatch(pattern, name) for name in names)]
            if not missing or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self.assertEqual(missing, [])

    def test_top_shows_what_the_cluster_does(self):
        for words in (["top", "--once"], ["fs", "top", "--once"]):
            code, out, err = self.cli(*words)
            self.assertEqual((code, err), (0, ""), words)
            self.assertNotIn("\x1b", out)
            self.assertIn("Alluxio 2.9.6 at localhost:%d, up " % self.cluster.master_port, out)
            self.assertIn("Workers: 1 live, 0 lost", out)
            self.assertRegex(out, r"GetMetrics +\d")
        # For a pipe, picture after picture until its reader goes away.
        done = subprocess.run(
            ["bash", "-c", "%s top --interval 100ms | head -30" % os.path.join(BIN, "alluxio-cli")],
            env=self.cluster.environment(), capture_output=True, text=True, timeout=180)
        self.assertGreater(done.stdout.count("Workers: 1 live"), 1)
        # On a terminal each is drawn over the one before.
        terminal = subprocess.Popen(
            ["script", "-qefc", "timeout 60 %s top --interval 200ms" %
             os.path.join(BIN, "alluxio-cli"), "/dev/null"],
            env=self.cluster.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        shown = b""
        try:
            while shown.count(b"\x1b[H") < 2:
                piece = terminal.stdout.read1()
                self.assertTrue(piece, shown)
                shown += piece
        finally:
            terminal.terminate()
            terminal.wait()
            terminal.stdout.close()

    def test_zsh_takes_its_script(self):
        script = os.path.join(self.cluster.folder, "_alluxio")
        with open(script, "w") as file:
            file.write(self.cli("completion", "zsh")[1])
        done = subprocess.run(
            ["zsh", "-f", "-c", """
             autoload -Uz compinit; compinit -u -D; source "$1"
             compadd() { shift; print -l -- "$@" }
             _describe() { print -l -- "${(P@)4}" }
             _files() { : }
             words=(alluxio fs ls -); CURRENT=4; _alluxio
             words=(alluxio fsadmin journal ''); CURRENT=4; _alluxio""", "-", script],
            capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("--sort", done.stdout.split("\n"))
        self.assertIn("quorum:", done.stdout)
        self.assertNotIn("copyFromLocal", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
