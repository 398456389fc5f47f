"""The stock Java shell against the Java servers, the same shell against ours, and our own command
line against ours: one script of commands, outputs compared.

Accepted differences are listed in shell_differences.txt, each with its reason.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import JavaCluster, NativeCluster  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,.*\n?|^SLF4J:.*\n?"
                      r"|^\w{3} \d\d?, \d{4} .*\nWARNING: .*\n?", re.M)
NORMAL = [
    (re.compile(r"\d\d-\d\d-\d{4} \d\d:\d\d:\d\d:\d{3}"), "<date>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "<date>"),
    (re.compile(r"\b1[5-9]\d{11}\b"), "<ms>"),
    # How java.net.InetSocketAddress shows an address depends on the release of the JVM.
    (re.compile(r"localhost(/127\.0\.0\.1|/<unresolved>)?:\d+"), "localhost:<port>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "localhost:<port>"),
    (re.compile(r"\.\w{8}_copyToLocal_"), ".<random>_copyToLocal_"),
    (re.compile(r"\b([Ii]d|fileId|workerId|mountId|with file id)([ =])\d+"), r"\1\2<id>"),
    (re.compile(r"blockIds=\[[\d, ]*\]"), "blockIds=<ids>"),
    (re.compile(r"\b(\w*[pP]ort)=\d+"), r"\1=<port>"),
    # What the Java master did before it failed, with random ids, goes into its message.
    (re.compile(r"mount command: alluxio fs mount .*?\n\}\n\}\n(Acquired mount ID[^\n]*\n)?", re.S),
     ""),
    (re.compile(r"Time elapsed \d+"), "Time elapsed <n>"),
    (re.compile(r"capacity=[\d.]+[KMGTP]?B, used=[-\d.]+[KMGTP]?B\(\d+%\)"), "<space>"),
    (re.compile(r" +on +/"), "  on  /"),  # as wide as the longest path, which has a random part
    (re.compile(r" +\((\w+), <space>"), r"  (\1, <space>"),
    (re.compile(r"[ \t]+$", re.M), ""),
]
# Files of a tree are copied in parallel, and mount points are in a hash table: any order.
PARALLEL = re.compile(r"(?:^Copied .*\n?){2,}|(?:^.*  on  /.*\n?){2,}", re.M)


def read_commands(local, ufs, uri):
    """Yields (command as written, words)."""
    with open(os.path.join(HERE, "shell_commands.txt")) as f:
        for line in f:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            full = line.replace("{local}", local).replace("{ufs}", ufs).replace("{uri}", uri)
            if line.startswith("!"):
                yield line, ["!", full[1:]]
            else:
                yield line, full.split("\t") if "\t" in full else full.split()


def read_accepted():
    """Command text -> reason; a command not listed must agree exactly."""
    accepted = {}
    path = os.path.join(HERE, "shell_differences.txt")
    if os.path.exists(path):
        with open(path) as f:
            for line in f:
                if line.strip() and not line.startswith("#"):
                    who, command, reason = line.rstrip("\n").split("\t")
                    accepted[(who, command)] = reason
    return accepted


def make_local_files():
    local = tempfile.mkdtemp(prefix="alluxio-local-")
    os.makedirs(os.path.join(local, "d", "e"))
    os.makedirs(os.path.join(local, "s"))
    for name, data in (("a.txt", b"hello"), ("b.txt", b""), ("c.bin", bytes(range(250)) * 280),
                       ("d/one", b"1"), ("d/e/two", b"22"), ("s/p q.txt", b"space")):
        with open(os.path.join(local, name), "wb") as f:
            f.write(data)
    return local


def normalize(text, cluster, local):
    text = LOG_LINE.sub("", text)
    text = text.replace(cluster.folder, "<cluster>").replace(cluster.ram, "<ram>")
    text = text.replace(local, "<local>").replace(cluster.uri, "<uri>")
    for pattern, replacement in NORMAL:
        text = pattern.sub(replacement, text)
    text = PARALLEL.sub(lambda m: "".join(sorted(m.group().splitlines(True))), text)
    return text.strip("\n")


def record(cluster, run, local):
    results = []
    for written, words in read_commands(local, cluster.ufs, cluster.uri):
        if words[0] == "!":
            subprocess.run(words[1], shell=True, check=True)
            continue
        code, out, err = run(*words)
        results.append((written.replace("\t", " "), code & 0xff,
                        normalize(out, cluster, local), normalize(err, cluster, local)))
    return results


class ShellDiffTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.accepted = read_accepted()
        cls.recorded = {}
        for who in ("java-java", "java-native", "cli-native"):
            local = make_local_files()
            cluster = (JavaCluster if who == "java-java" else NativeCluster)(
                {"alluxio.user.file.writetype.default": "CACHE_THROUGH"})
            try:
                cluster.start()
                if who == "cli-native":
                    run = lambda *a: cluster.cli("fs", *a)  # noqa: E731
                    cls.recorded[who] = record(cluster, run, local)
                else:
                    shell = cluster.java_shell()
                    cls.recorded[who] = record(cluster, shell.run, local)
                    shell.close()
                cluster.stop()
            finally:
                cluster.close()
                shutil.rmtree(local, ignore_errors=True)

    def compare(self, who):
        faults = []
        for java, ours in zip(self.recorded["java-java"], self.recorded[who]):
            if java == ours or (who, java[0]) in self.accepted:
                continue
            faults.append("$ %s\n  java: exit %d\n%s\n%s\n  ours: exit %d\n%s\n%s"
                          % (java[0], *java[1:], *ours[1:]))
        text = "\n".join(faults)
        report = os.environ.get("ALLUXIO_SHELL_DIFF")
        if report:
            with open(report + "." + who, "w") as f:
                f.write(text)
        self.assertEqual(len(faults), 0, "\n%d commands differ\n%s" % (len(faults), text[:6000]))

    def test_java_shell_sees_no_difference(self):
        self.compare("java-native")

    def test_our_command_line_prints_what_the_java_shell_prints(self):
        self.compare("cli-native")

    def test_the_script_is_long_enough(self):
        self.assertGreaterEqual(len(self.recorded["java-java"]), 300)


if __name__ == "__main__":
    unittest.main(verbosity=2)
