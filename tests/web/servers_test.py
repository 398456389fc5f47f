#!/usr/bin/env python3
"""Starts a real master and worker with the built pages and walks through them in a browser."""
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "cluster"))
from cluster import NativeCluster, wait_until  # noqa: E402

# Names that the command line can make; tests/web/mock_tree.mjs has more.
NAMES = ["<script>window.hacked=1<script>", "100% of #1", "%2e%2e%2fetc", "a&b=c+d", "two\nlines",
         "\u202egpj.exe", "数据 🚀", "';alert(1)//\"`".replace("/", "_"), "x" * 200, "text"]
STEP_SECONDS = 10  # MetricHistory takes a point so often; charts of rates need two


def fill(cluster):
    source = os.path.join(cluster.folder, "source")
    with open(source, "w", encoding="utf8") as file:
        file.write("content of a name\n")
    cluster.cli("fs", "mkdir", "/names", "/many", check=True)
    for name in NAMES:
        cluster.cli("fs", "copyFromLocal", source, "/names/" + name, check=True)
    cluster.cli("fs", "mkdir", *("/many/d%03d" % i for i in range(120)), check=True)


def main():
    cluster = NativeCluster({
        "alluxio.web.ui.enabled": "true",
        "alluxio.web.resources": os.path.join(ROOT, "build", "webui"),
        "alluxio.web.refresh.interval": "1s",
        "alluxio.master.worker.timeout": "3s",
        "alluxio.master.lost.worker.detection.interval": "1s",
    })
    try:
        began = time.monotonic()
        cluster.start()
        fill(cluster)
        wait_until("two points of the metrics",
                   lambda: time.monotonic() - began > 2 * STEP_SECONDS + 1, 60)
        address = "http://127.0.0.1:%d"
        environment = dict(
            os.environ, NAMES=json.dumps(NAMES), WORKER_PID=str(cluster.worker.pid),
            MASTER_WEB=address % cluster.properties["alluxio.master.web.port"],
            WORKER_WEB=address % cluster.properties["alluxio.worker.web.port"])
        done = subprocess.run(
            ["node", "--test", "--test-reporter=./webui/test/count_reporter.mjs",
             "tests/web/servers_walk.mjs"], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            print(cluster.tail("master"), cluster.tail("worker"))
        return done.returncode
    finally:
        cluster.close()


if __name__ == "__main__":
    sys.exit(main())
