"""Rows of `make bench` about what an operator waits for: the shell, the pages, the start.

Pages are measured against the floor alone; Java is asked for the shell only.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from pairs import BIN, ROOT, ROUNDS, load  # noqa: E402
from cluster import JAVA_FLAGS, NativeCluster, class_path, port_open, wait_until  # noqa: E402

PAGES = int(os.environ.get("PAGES", "200"))  # requests a row
WORKERS = int(os.environ.get("WORKERS", "1000"))
ENTRIES = int(os.environ.get("ENTRIES", "1000000"))


def seconds_of(command, **options):
    begin = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                          **options)
    took = time.monotonic() - begin
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode()[-2000:])
    return took


def shell_ls(pair):
    """`alluxio fs ls /` from nothing, each against its own master, through bin/alluxio for ours."""
    ours, java = pair.clusters["ours"], pair.clusters["java"]
    environment = dict(ours.environment(), ALLUXIO_HOME=ROOT)
    java_shell = ["java", *JAVA_FLAGS, *java.java_options(), "-cp",
                  java.conf + ":" + class_path("server"), "alluxio.cli.fs.FileSystemShell",
                  "ls", "/"]
    results = pair.measure(lambda cluster: seconds_of(java_shell) if cluster is java else
                           seconds_of([os.path.join(ROOT, "bin", "alluxio"), "fs", "ls", "/"],
                                      env=environment))
    took = {side: statistics.median(runs) for side, runs in results.items()}
    server = 1 / load("getstatus", ours, "--outstanding", "1")["per_second"]
    return {"ours": took["ours"] * 1000, "java": took["java"] * 1000,
            "ratio": took["java"] / took["ours"], "unit": "ms",
            "floor": "20x quicker, 30 ms beyond the server's time",
            "note": "a call of the master takes %.2f ms of it" % (server * 1000)}


def ask(cluster, page, **query):
    """Milliseconds until the page was there, and the page."""
    url = "http://127.0.0.1:%d/api/v1/master/%s?%s" % (
        cluster.properties["alluxio.master.web.port"], page, urllib.parse.urlencode(query))
    begin = time.monotonic()
    with urllib.request.urlopen(url, timeout=60) as answer:
        body = answer.read()
    return (time.monotonic() - begin) * 1000, body


def page_times(cluster, page, requests=PAGES, **query):
    times = sorted(ask(cluster, page, **query)[0] for _ in range(requests))
    return {"p50_ms": statistics.median(times), "p99_ms": times[int(len(times) * 0.99)]}


def web_cluster(properties=None):
    return NativeCluster(dict({"alluxio.web.ui.enabled": "true"}, **properties or {}))


def alone(times, **extra):
    return {"ours": times["p99_ms"], "java": None, "ratio": None, "unit": "ms, p99",
            "floor": "under 100 ms", **times, **extra}


def overview_1000(_):
    cluster = web_cluster()
    try:
        cluster.format()
        cluster.start_master()
        load("register-workers", cluster, "--count", str(WORKERS))
        workers = page_times(cluster, "webui_workers")
        return alone(page_times(cluster, "webui_overview"), workers_page_p99_ms=workers["p99_ms"])
    finally:
        cluster.close()


def browse_1m(_):
    journal = tempfile.mkdtemp(prefix="alluxio-bench-journal-")
    cluster = web_cluster()
    try:
        subprocess.run([os.path.join(BIN, "bench-journal"), journal, str(ENTRIES), "root",
                        str(ENTRIES)], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(cluster.journal)
        shutil.move(journal, cluster.journal)
        cluster.start_master(wait=False)
        wait_until("the master", lambda: port_open(cluster.master_port), 120)
        folder = {"path": "/d0000001", "limit": 50}
        last = page_times(cluster, "webui_browse", offset=ENTRIES - 50, **folder)
        size = page_times(cluster, "webui_browse", requests=5, sort="size", **folder)
        found = page_times(cluster, "webui_search", requests=5, path="/", text="f00000999999")
        return alone(page_times(cluster, "webui_browse", **folder), last_page_p99_ms=last["p99_ms"],
                     by_size_p50_ms=size["p50_ms"], search_p50_ms=found["p50_ms"])
    finally:
        shutil.rmtree(journal, ignore_errors=True)
        cluster.close()


def start_both(_):
    """From exec until each accepts calls; the worker with an empty memory tier."""
    times = {"master": [], "worker": []}
    for _ in range(ROUNDS):
        cluster = web_cluster()
        try:
            cluster.format()
            for role, port in (("master", cluster.master_port),
                               ("worker", cluster.properties["alluxio.worker.rpc.port"])):
                begin = time.monotonic()
                getattr(cluster, "start_" + role)(wait=False)
                while not port_open(port):
                    time.sleep(0.002)
                times[role].append(time.monotonic() - begin)
        finally:
            cluster.close()
    took = {role: statistics.median(runs) for role, runs in times.items()}
    return {"ours": max(took.values()), "java": None, "ratio": None, "unit": "s, the slower",
            "floor": "under 1 s", **took}


# name: (needs the two clusters, row)
OPERATE_ROWS = {
    "shell_ls": (True, shell_ls),
    "overview_1000": (False, overview_1000),
    "browse_1m": (False, browse_1m),
    "start_both": (False, start_both),
}
