#!/usr/bin/env python3
"""`make backends` and `make backends-stop`.

  serve.py start [name]...   starts backends (default: all) and writes build/backends.env
  serve.py stop              ends exactly what start started

A backend that does not start is named with its reason; the others stay. A second start first stops
what the file still names.
"""
import os
import shutil
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from backends import ALL, ROOT, BackendError, start_time  # noqa: E402

FILE = os.path.join(ROOT, "build", "backends.env")


def read_file():
    try:
        with open(FILE) as f:
            return dict(line.rstrip("\n").split("=", 1) for line in f if "=" in line)
    except FileNotFoundError:
        return {}


def stop():
    """How many processes were ended. A number that now names another process is left alone."""
    values = read_file()
    running = {}
    for word in values.get("BACKENDS_PIDS", "").split(","):
        pid, _, began = word.partition(":")
        if pid and start_time(int(pid)) == began:
            running[int(pid)] = began
            os.kill(int(pid), signal.SIGTERM)
    deadline = time.monotonic() + 5
    left = dict(running)
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {pid: began for pid, began in left.items() if start_time(pid) == began}
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    folder = values.get("BACKENDS_FOLDER", "")
    if os.path.basename(folder).startswith("alluxio-backends-"):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.exists(FILE):
        os.remove(FILE)
    return len(running)


def start(names):
    stop()
    folder = tempfile.mkdtemp(prefix="alluxio-backends-")
    values, pids, failed = {"BACKENDS_FOLDER": folder}, [], []
    for name in names:
        began = time.monotonic()
        backend = ALL[name](folder=os.path.join(folder, name), detached=True)
        try:
            backend.start()
        except (BackendError, OSError) as error:
            backend.close()
            failed.append("%s did not start: %s" % (name, error))
            continue
        values.update(backend.environment())
        pids += ["%d:%s" % (p.pid, start_time(p.pid)) for p in backend.processes.values()]
        write_file({**values, "BACKENDS_PIDS": ",".join(pids)})
        print("%-10s %5.1f s  %s" % (name, time.monotonic() - began, " ".join(
            v for k, v in backend.environment().items() if "URI" in k or "ENDPOINT" in k
            or "FOLDER" in k or "URL" in k)), flush=True)
    for text in failed:
        print(text, file=sys.stderr)
    print("addresses and credentials: %s" % os.path.relpath(FILE, os.getcwd()))
    return 1 if failed else 0


def write_file(values):
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    with open(os.open(FILE + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        for key, value in values.items():
            f.write("%s=%s\n" % (key, value))
    os.replace(FILE + ".new", FILE)


def main(words):
    if words[:1] == ["stop"] and len(words) == 1:
        print("stopped %d processes" % stop())
        return 0
    if words[:1] == ["start"] and all(name in ALL for name in words[1:]):
        return start(words[1:] or list(ALL))
    print(__doc__, file=sys.stderr)
    print("Backends: " + " ".join(ALL), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
