"""`alluxio fsadmin` beside the stock Java admin shell, on the same cluster of ours: what they
print, and their exit codes, must agree.
"""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import NativeCluster  # noqa: E402

COMMANDS = """
nosuch
report
report summary
report capacity
report capacity -live
report capacity -lost
report capacity -workers localhost
report capacity -workers nosuch
report summary -live
report bad
report a b
report -h
report capacity -h
report ufs
doctor storage
doctor x
getBlockInfo abc,12345
getBlockInfo
getBlockInfo 16777216
getBlockInfo {block}
journal
journal bad
journal checkpoint
journal quorum
pathConf
pathConf list
pathConf add --property alluxio.user.file.writetype.default=THROUGH /d
pathConf list
pathConf show /d
pathConf show /d/x
pathConf show --all /d/x
pathConf add /d
pathConf add --property alluxio.nosuch=1 /d
pathConf add --property alluxio.user.file.readtype.default=NO_CACHE /d/e
pathConf remove -R --keys alluxio.user.file.readtype.default /d
pathConf list
pathConf remove /d
pathConf list
updateConf alluxio.user.file.writetype.default=THROUGH
updateConf nokey
updateConf
updateConf --option a=b
ufs
ufs --mode readOnly {ufs}
ufs {ufs}
metrics
statelock
"""
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,.*\n?|^SLF4J:.*\n?", re.M)
NORMAL = [(re.compile(r"Uptime: .*"), "Uptime: <time>"),
          (re.compile(r"used=[\d.]+[KMGTP]?B\(\d+%\)"), "used=<space>"),
          (re.compile(r"ACTIVE( +)\d+ "), r"ACTIVE\1<n> "),
          (re.compile(r"[ \t]+$", re.M), "")]


def normal(text):
    text = LOG_LINE.sub("", text)
    for pattern, replacement in NORMAL:
        text = pattern.sub(replacement, text)
    return text.strip()


class FsAdminTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster()
        cls.addClassCleanup(cls.cluster.close)
        cls.cluster.start()
        cls.cluster.cli("fs", "mkdir", "/d", check=True)
        cls.cluster.cli("fs", "copyFromLocal", "/etc/hostname", "/d/f", check=True)
        stat = cls.cluster.cli("fs", "stat", "/d/f", check=True)[1]
        cls.block = re.search(r"blockIds=\[(\d+)", stat).group(1)

    def words(self, line):
        return [word.format(block=self.block, ufs=self.cluster.ufs) for word in line.split()]

    def test_the_same_texts_and_codes_as_the_java_shell(self):
        lines = [line for line in COMMANDS.splitlines() if line]
        shell = self.cluster.java_admin()
        java = [shell.run(*self.words(line)) for line in lines]
        shell.close()
        # The state is as before the first line: every change above was taken back.
        faults = []
        for line, (code, out, err) in zip(lines, java):
            ours = self.cluster.cli("fsadmin", *self.words(line))
            want = (code & 0xff, normal(out))
            got = (ours[0], normal(ours[1]))
            if want != got:
                faults.append("$ fsadmin %s\njava: %d\n%s\nours: %d\n%s" % (line, *want, *got))
        self.assertEqual([], faults, "\n\n".join(faults))

    def test_metrics_have_the_names_and_types_that_java_shows(self):
        shell = self.cluster.java_admin()
        code, out, _ = shell.run("report", "metrics")
        shell.close()
        self.assertEqual(code, 0)
        line = re.compile(r"^(\S+)  \(Type: (\w+), Value: ", re.M)
        self.assertEqual(set(line.findall(out)) - set(line.findall(
            self.cluster.cli("fsadmin", "report", "metrics", check=True)[1])), set())

    def test_a_master_that_is_away_is_told_within_seconds(self):
        cluster = NativeCluster()
        try:
            code, out, err = cluster.cli("fsadmin", "report", timeout=90)
            self.assertEqual((code, out), (1, ""))
            self.assertIn("not currently serving requests", err)
            self.assertIn("localhost:%d" % cluster.master_port, err)
        finally:
            cluster.close()


if __name__ == "__main__":
    unittest.main()
