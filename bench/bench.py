#!/usr/bin/env python3
"""`make bench`: ours and the real Java 2.9.6 servers, side by side in one run on one machine.

  bench.py [row ...]     rows to run (default: all)
  bench.py --list        their names; nothing runs
  bench.py --write       also rewrite the table in docs/BENCHMARKS.md
  bench.py --keep        also keep the results by commit, see history.py

Each row alternates Java and ours and reports medians; ROUNDS (default 5) says how often. Prints one
JSON line a row and keeps them in build/bench/results.jsonl.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pairs import BIN, GIB, ROOT, ROUNDS, Pair, load, median, rss_mb  # noqa: E402
from cluster import CACHE, JavaCluster, NativeCluster, port_open, wait_until  # noqa: E402
import command_line  # noqa: E402
import history  # noqa: E402
from call_rows import CALL_ROWS, limit  # noqa: E402
from operate_rows import OPERATE_ROWS  # noqa: E402
from worker_rows import WORKER_ROWS  # noqa: E402
from job_rows import JOB_ROWS  # noqa: E402
from store_rows import STORE_ROWS as ROWS_OF_STORES  # noqa: E402


def remote_read(client):
    """The same client reads from both workers."""
    def run(pair):
        for cluster in pair.clusters.values():
            load("prepare", cluster, "--bytes", str(GIB))
        results = pair.measure(lambda cluster: load("read-remote", cluster, "--bytes", str(GIB),
                                                    "--client", client))
        ours, java = (median(results[s], "per_second") / GIB for s in ("ours", "java"))
        return {"ours": ours, "java": java, "ratio": ours / java, "unit": "GiB/s",
                "floor": "2.5x, 0.9 of raw TCP" if client == "lean" else "1.5x",
                "limit": limit("limit-stream", "--bytes", str(GIB))["per_second"] / GIB,
                "cpu_us_ours": median(results["ours"], "cpu_us_per_op") * 1e6,
                "cpu_us_java": median(results["java"], "cpu_us_per_op") * 1e6,
                "note": "CPU columns: microseconds of server CPU per MB"}
    return run


def start_seconds(cluster):
    """From exec to the first answered call (an empty master)."""
    begin = time.monotonic()
    cluster.start_master(wait=False)
    while True:
        if cluster.master.poll() is not None:
            raise RuntimeError("the master ended:\n" + cluster.tail("master"))
        if port_open(cluster.master_port):
            try:
                load_one_status(cluster)
                break
            except RuntimeError:
                pass
        time.sleep(0.005)
    took = time.monotonic() - begin
    cluster.stop_process(cluster.master)
    return took


def load_one_status(cluster):
    done = subprocess.run([os.path.join(BIN, "bench-load"), "ping", "--port",
                           str(cluster.master_port)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())


def answers(cluster):
    """Does the master answer? A Java one first stands by, with its port open."""
    try:
        load_one_status(cluster)
        return True
    except RuntimeError:
        return False


def start_empty(_):
    seconds = {"java": [], "ours": []}
    for _ in range(ROUNDS):
        for side, kind in (("java", JavaCluster), ("ours", NativeCluster)):
            cluster = kind()
            try:
                cluster.format()
                seconds[side].append(start_seconds(cluster))
            finally:
                cluster.close()
    ours, java = (statistics.median(seconds[s]) for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": java / ours, "unit": "s",
            "floor": "20x quicker"}


def boot_from(kind, journal, properties=None):
    cluster = kind(properties)
    shutil.rmtree(cluster.journal)
    shutil.copytree(journal, cluster.journal)
    return cluster


def make_journal(files):
    folder = tempfile.mkdtemp(prefix="alluxio-bench-journal-")
    subprocess.run([os.path.join(BIN, "bench-journal"), folder, str(files)], check=True,
                   stdout=subprocess.DEVNULL)
    return folder


def replay(_):
    entries = 5_000_000
    journal = make_journal(entries // 2)
    rates = {"java": [], "ours": []}
    try:
        for side, kind, rounds in (("java", JavaCluster, 1), ("ours", NativeCluster, ROUNDS)):
            for _ in range(rounds):
                cluster = boot_from(kind, journal)
                try:
                    rates[side].append(entries / start_seconds(cluster))
                finally:
                    cluster.close()
    finally:
        shutil.rmtree(journal)
    ours, java = (statistics.median(rates[s]) for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": ours / java, "unit": "entries/s",
            "floor": "1,000,000 entries/s",
            "note": "whole start counted, process start to first answer; Java once"}


def memory(_):
    sizes = {"java": 1_000_000, "ours": 10_000_000}
    per_file = {}
    for side, kind in (("java", JavaCluster), ("ours", NativeCluster)):
        idle = kind()
        try:
            idle.format()
            idle.start_master()
            wait_until("the master", lambda: answers(idle), 60)
            base = rss_mb(idle.master.pid)
        finally:
            idle.close()
        journal = make_journal(sizes[side])
        cluster = boot_from(kind, journal)
        shutil.rmtree(journal)
        try:
            cluster.start_master(wait=False)
            wait_until("the master", lambda: answers(cluster), 600)
            time.sleep(2)
            used = rss_mb(cluster.master.pid)
        finally:
            cluster.close()
        # The whole process for ours; for Java what a file adds, which flatters it.
        per_file[side] = (used if side == "ours" else used - base) * 1048576 / sizes[side]
    return {"ours": per_file["ours"], "java": per_file["java"],
            "ratio": per_file["java"] / per_file["ours"], "unit": "bytes of RSS per file",
            "floor": "at most 130", "note": "ours: whole RSS at 10,000,000 files; Java: RSS growth "
                                            "at 1,000,000 files, heap as the collector left it"}


def idle(pair):
    time.sleep(5)
    total = {side: {role: rss_mb(getattr(cluster, role).pid) for role in ("master", "worker")}
             for side, cluster in pair.clusters.items()}
    ours, java = (max(total[s].values()) for s in ("ours", "java"))
    return {"ours": ours, "java": java, "ratio": java / ours, "unit": "MB RSS, larger of the two",
            "floor": "at most 40 each, a tenth", "detail": total}


STORE_ROWS = {**ROWS_OF_STORES, **JOB_ROWS}
ROWS = {
    "idle_rss": (True, idle),  # first: before anything ran
    **CALL_ROWS,
    "read_remote": (True, remote_read("lean")),
    "read_remote_grpc": (True, remote_read("grpc")),
    "start_empty": (False, start_empty),
    "replay5m": (False, replay),
    "memory10m": (False, memory),
    **WORKER_ROWS,
    **OPERATE_ROWS,
    **{name: (False, row) for name, row in STORE_ROWS.items()},
}


def number(value):
    return "{:,.4g}".format(value) if value < 1e4 else "{:,.0f}".format(value)


def table(results):
    lines = ["| row | ours | Java 2.9.6 | ratio | limit | floor | server CPU us/op ours / Java |",
             "|---|---|---|---|---|---|---|"]
    for r in results:
        if r["row"] in STORE_ROWS:
            continue
        cpu = ("%.1f / %.1f" % (r["cpu_us_ours"], r["cpu_us_java"])) if "cpu_us_ours" in r else "-"
        java = (number(r["java"]), "%.2fx" % r["ratio"]) if r["java"] else ("-", "-")
        limit = number(r["limit"]) if r.get("limit") else "-"
        if r.get("limit_file"):
            limit += " (into a file, summed: %s)" % number(r["limit_file"])
        unit = r["unit"]
        if r.get("medians"):
            unit += " (%.1f medians)" % r["medians"]
            limit += " (%.1f medians)" % r["limit_medians"]
        lines.append("| %s | %s %s | %s | %s | %s | %s | %s |" % (
            r["row"], number(r["ours"]), unit, *java, limit, r["floor"], cpu))
    return "\n".join(lines)


def store_table(results):
    lines = ["| row | ours | straight | of it | Java 2.9.6 | ours / Java | floor |",
             "|---|---|---|---|---|---|---|"]
    for r in results:
        if r["row"] not in STORE_ROWS:
            continue
        straight, java = r.get("straight"), r.get("java")
        lines.append("| %s | %s %s | %s | %s | %s | %s | %s |" % (
            r["row"], number(r["ours"]), r["unit"],
            number(straight) if straight else "-",
            "%.2f" % (r["ours"] / straight) if straight else "-",
            number(java) if java else "-",
            "%.2fx" % (r["ours"] / java) if java else "-", r["floor"]))
    return "\n".join(lines)


def newest_results():
    """The last result of each row in build/bench/results.jsonl, in the order of ROWS."""
    newest = {}
    with open(os.path.join(ROOT, "build", "bench", "results.jsonl")) as log:
        for line in log:
            result = json.loads(line)
            newest[result["row"]] = result
    return [newest[name] for name in ROWS if name in newest]


def write_document(results):
    path = os.path.join(ROOT, "docs", "BENCHMARKS.md")
    with open(path) as f:
        text = f.read()
    for name, rows in (("table", table(results)), ("store table", store_table(results))):
        begin, end = "<!-- %s -->" % name, "<!-- end of %s -->" % name
        head, rest = text.split(begin)
        _, tail = rest.split(end)
        text = head + begin + "\n" + rows + "\n" + end + tail
    with open(path, "w") as f:
        f.write(text)


def commit_of_this_tree():
    """"<id>", with a + when files differ from it; "" outside a repository."""
    def git(*words):
        done = subprocess.run(["git", "-C", ROOT, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""
    commit = git("rev-parse", "--short=12", "HEAD")
    return commit + ("+" if commit and git("status", "--porcelain", "-uno") else "")


def missing_parts():
    """What the comparison needs and does not find, with the way to get it; "" when complete."""
    for name in ("bench-load", "bench-journal", "bench-store", "AlluxioMaster", "AlluxioWorker",
                 "alluxio-cli"):
        if not os.path.exists(os.path.join(BIN, name)):
            return "%s is not built; `make bench` builds it" % os.path.join(BIN, name)
    if shutil.which("java") is None:
        return "no java on PATH to run the real servers"
    for name in ("server.classes", "server.cp"):
        if not os.path.exists(os.path.join(CACHE, name)):
            return "the Java servers are not here; tests/java/fetch.sh fetches them"
    return ""


def main():
    names, options = command_line.chosen(__doc__, ROWS, ("--write", "--keep"))
    # In their order: idle_rss is of servers that have done nothing.
    chosen = [row for row in ROWS if not names or row in names]
    missing = missing_parts()
    if missing:
        sys.exit("bench: cannot compare: " + missing)
    results = []
    commit = commit_of_this_tree()
    out = os.path.join(ROOT, "build", "bench")
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "results.jsonl"), "a") as log:
        def report(name, result):
            result = {"row": name, **result, "commit": commit}
            results.append(result)
            print(json.dumps(result), flush=True)
            log.write(json.dumps(result) + "\n")
        paired = [n for n in chosen if ROWS[n][0]]
        if paired:
            with Pair() as pair:
                for name in paired:
                    report(name, ROWS[name][1](pair))
        for name in chosen:
            if not ROWS[name][0]:
                report(name, ROWS[name][1](None))
    print(table(results) + "\n\n" + store_table(results))
    before = history.newest(history.kept())
    for result in results:
        warning = history.slower(result, before.get(result["row"]))
        if warning:
            print(warning)
    if "--keep" in options:
        history.keep(results, time.strftime("%Y-%m-%d"))
        history.draw()
    if "--write" in options:
        write_document(newest_results())


if __name__ == "__main__":
    main()
