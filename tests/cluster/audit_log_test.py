"""The audit log beside that of a Java master: the same shell, the same commands, the same lines."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import JavaCluster, NativeCluster, wait_until  # noqa: E402

COMMANDS = ["mkdir /a", "copyFromLocal /etc/hostname /a/f", "ls /a", "cat /a/f", "mv /a/f /a/g",
            "chmod 600 /a/g", "chgrp daemon /a/g", "chown daemon /a/g", "stat /nosuch", "rm /a/g",
            "setTtl /a 10000000", "pin /a", "free -f /a", "setfacl -m user:bob:rwx /a"]
PROPERTIES = {"alluxio.master.audit.logging.enabled": "true"}
APPENDER = """
log4j.category.AUDIT_LOG=INFO, A
log4j.additivity.AUDIT_LOG=false
log4j.appender.A=org.apache.log4j.RollingFileAppender
log4j.appender.A.File=%s/master_audit.log
log4j.appender.A.layout=org.apache.log4j.PatternLayout
log4j.appender.A.layout.ConversionPattern=%%d{ISO8601} %%-5p %%c{1} - %%m%%n
"""
LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO  AUDIT_LOG - "
                  r"(succeeded=\w+\tallowed=\w+\tugi=\S+ \(AUTH=\w+\))"
                  r"\tip=/(?:127\.0\.0\.1|\[::1\]):\d+"
                  r"\t(cmd=[^\t]+\tsrc=[^\t]+\tdst=[^\t]+\tperm=[^\t]+)"
                  r"\texecutionTimeUs=\d+\tproto=rpc$")


class AuditLogTest(unittest.TestCase):
    maxDiff = None

    def recorded(self, cluster):
        """What the log says of the commands, in order; calls that clients repeat, once."""
        shell = cluster.java_shell()
        for command in COMMANDS:
            shell.run(*command.split())
        shell.close()
        path = os.path.join(cluster.logs, "master_audit.log")

        def lines():
            with open(path) as file:
                return file.read().splitlines()
        # The Java master writes behind.
        wait_until("the last command in the log", lambda: "cmd=setAcl" in lines()[-1], 60)
        events = []
        for line in lines():
            match = LINE.match(line)
            self.assertTrue(match, line)
            event = match.group(1) + "\t" + match.group(2)
            if not events or events[-1] != event:
                events.append(event)
        return events

    def test_lines_are_those_of_java(self):
        said = []
        for kind in (JavaCluster, NativeCluster):
            cluster = kind(PROPERTIES)
            self.addCleanup(cluster.close)
            with open(os.path.join(cluster.conf, "log4j.properties"), "a") as file:
                file.write(APPENDER % cluster.logs)
            cluster.start()
            said.append(self.recorded(cluster))
            cluster.stop()
        self.assertEqual("\n".join(said[0]), "\n".join(said[1]))

    def test_refused_calls_and_strange_names_are_written_too(self):
        cluster = NativeCluster(PROPERTIES)
        self.addCleanup(cluster.close)
        cluster.start()
        cluster.cli("fs", "mkdir", "/a\n2026-01-01 forged", check=True)
        cluster.cli("fs", "chmod", "700", "/", check=True)
        cluster.cli("-Dalluxio.security.login.username=mallory", "fs", "ls", "/a")
        with open(os.path.join(cluster.logs, "master_audit.log")) as file:
            text = file.read()
        self.assertIn("cmd=mkdir\tsrc=/a\\x0a2026-01-01 forged\tdst=null\t", text)
        self.assertIn("succeeded=false\tallowed=false\tugi=mallory,", text)
        for line in text.splitlines():
            self.assertRegex(line, LINE)
        with open(os.path.join(cluster.logs, "master.log")) as file:
            self.assertNotIn("cmd=mkdir", file.read())

    def test_nothing_is_written_unless_it_is_wanted(self):
        cluster = NativeCluster()
        self.addCleanup(cluster.close)
        cluster.start()
        cluster.cli("fs", "mkdir", "/a", check=True)
        self.assertFalse(os.path.exists(os.path.join(cluster.logs, "master_audit.log")))


class SuperuserTest(unittest.TestCase):
    def test_only_a_superuser_may_ask_for_a_backup_or_a_checkpoint(self):
        cluster = NativeCluster({"alluxio.master.backup.directory": "/backups"})
        self.addCleanup(cluster.close)
        cluster.start()
        stranger = "-Dalluxio.security.login.username=mallory"
        for words in (["backup"], ["backup", "/tmp/x", "--local"], ["journal", "checkpoint"]):
            code, out, err = cluster.cli(stranger, "fsadmin", *words)
            self.assertEqual(code, 255, out + err)
            self.assertIn("Permission denied: mallory is not a super user or in super group", out)
        self.assertFalse(os.path.exists(os.path.join(cluster.ufs, "backups")))
        self.assertIn("Backup URI", cluster.cli("fsadmin", "backup", check=True)[1])
        cluster.cli("fsadmin", "journal", "checkpoint", check=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
