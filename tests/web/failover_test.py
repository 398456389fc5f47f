#!/usr/bin/env python3
"""Two real masters: the standby's pages in a browser, until after the primary was killed."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "cluster"))
from cluster import free_port  # noqa: E402
from masters import Masters  # noqa: E402


class WebMasters(Masters):
    """Each master has a port of its own for its pages."""

    def prepare(self):
        self.web_ports = [free_port() for _ in range(self.count)]

    def arguments(self, i):
        return ["-Dalluxio.master.web.port=%d" % self.web_ports[i]]


def main():
    properties = {
        "alluxio.web.ui.enabled": "true",
        "alluxio.web.resources": os.path.join(ROOT, "build", "webui"),
        "alluxio.web.refresh.interval": "1s",
    }
    with WebMasters(2, properties) as masters:
        masters.cli("fs", "mkdir", "/data/kept", check=True)
        primary = masters.wait_for_primary()
        # A standby knows the primary's RPC address, and takes its own web port for everybody's.
        port = masters.web_ports[1 - primary]
        environment = dict(
            os.environ, STANDBY_WEB="http://127.0.0.1:%d" % port,
            PRIMARY_ADDRESS="localhost:%d" % port,
            PRIMARY_PID=str(masters.masters[primary].pid))
        done = subprocess.run(
            ["node", "--test", "--test-reporter=./webui/test/count_reporter.mjs",
             "tests/web/failover_walk.mjs"], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            print(masters.log(0), masters.log(1))
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
