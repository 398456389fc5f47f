#!/usr/bin/env python3
"""Runs every test that belongs in CI and ends with one line: "N passed, N failed".

  run_tests.py [--build build/release] [--only unit|lint|tools|suites]... [--lanes 2]
  run_tests.py --suite failover --suite chaos [--property alluxio.network.transport=GRPC]...
  run_tests.py --build build/asan --only suites

Unit tests are the programs ctest knows in the build folder; suites are the lines of
tests/ci_suites.txt, "<name> <command>", as many at a time as there are lanes. One that fails beside
another runs once more alone, and only that counts; the line of the first time says "BUSY", so that
a test which needs the whole machine is seen. What a step counts as: the cases of GTest and
unittest, the last "N passed, N failed" a suite prints, else one.

A build with a sanitizer puts its reports into <build>/reports; one that a suite did not see, since
the program was killed or went on, is a failure of the run.
"""
import argparse
import concurrent.futures
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Settings of the sanitizers' run-time libraries; programs of other builds do not look at them.
SANITIZER_OPTIONS = {
    # Some tests load a library of their own before that of the sanitizer.
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:check_initialization_order=1:handle_abort=1:"
                    "verify_asan_link_order=0",
    "LSAN_OPTIONS": "print_suppressions=0:suppressions=" + os.path.join(ROOT, "tests", "lsan.supp"),
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    # The distribution's gRPC, protobuf and Abseil are not instrumented: what orders the accesses
    # inside them is not seen.
    "TSAN_OPTIONS": "ignore_noninstrumented_modules=1:second_deadlock_stack=1:suppressions=" +
                    os.path.join(ROOT, "tests", "tsan.supp"),
}
CHECKS = {"ALLUXIO_CHECK_LOCK_RANKS": "1"}  # src/base/mutex.h
LIMIT_SECONDS = {"unit": 300, "lint": 900, "tools": 300, "suites": 1800}
SANITIZED_TAKES = 5  # times as long as that


def suite_environment(build, properties):
    """Which programs the suites start, what all their clusters are configured with, and where
    sanitizers in those programs write."""
    build = os.path.abspath(build)
    env = {"ALLUXIO_BIN": os.environ.get("ALLUXIO_BIN", os.path.join(build, "bin"))}
    if properties:
        env["ALLUXIO_TEST_PROPERTIES"] = ";".join(properties)
    for key, value in SANITIZER_OPTIONS.items():
        name = key.split("_", maxsplit=1)[0].lower()
        env[key] = os.environ.get(key, f"{value}:log_path={reports_folder(build)}/{name}")
    return env


def reports_folder(build):
    return os.path.join(build, "reports")


def sanitizer_reports(build):
    """Every report as its first lines; the files are left to be read."""
    folder, found = reports_folder(build), []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name), errors="replace") as f:
            found.append([name, *itertools.islice((line.rstrip() for line in f), REASON_LINES)])
    return found


def unit_steps(build):
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"],
                            capture_output=True, text=True, check=True)
    tests = json.loads(listed.stdout)["tests"]
    missing = [test["name"] for test in tests if "command" not in test]
    if missing:
        raise SystemExit("run_tests.py: not built: %s; tools/build.sh %s tests builds them"
                         % (", ".join(missing), os.path.basename(build)))
    return [("unit", test["name"], test["command"]) for test in tests]


def suite_steps(wanted=()):
    """All suites, or those that are wanted by name."""
    path = os.path.join(ROOT, "tests", "ci_suites.txt")
    if not os.path.exists(path):
        return []
    steps = []
    with open(path) as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, command = line.strip().split(None, 1)
                if not wanted or name in wanted:
                    steps.append(("suites", name, ["bash", "-c", command]))
    unknown = set(wanted) - {name for _, name, _ in steps}
    if unknown:
        raise SystemExit(f"run_tests: no suite is called {', '.join(sorted(unknown))}")
    return steps


def steps_of(kinds, build, suites=()):
    steps = []
    if "unit" in kinds:
        steps += unit_steps(build)
    if "tools" in kinds:
        steps += [("tools", "tools", [sys.executable, "-m", "unittest", "discover", "-s", "tools",
                                      "-p", "*_test.py"])]
    if "lint" in kinds:
        steps += [("lint", "rooms", [sys.executable, "tools/check_rooms.py"]),
                  ("lint", "tidy", [sys.executable, "tools/check_tidy.py"])]
    if "suites" in kinds:
        steps += suite_steps(suites)
    return steps


def count(output, code):
    """(passed, failed) of one step; a step that ends badly has at least one failure."""
    passed = failed = 0
    totals = re.findall(r"(\d+) passed, (\d+) failed", output)
    gtest = re.search(r"\[  PASSED  \] (\d+) tests?", output)
    python = re.findall(r"^Ran (\d+) tests? in", output, re.M)
    if totals:
        passed, failed = map(int, totals[-1])
    elif gtest:
        passed = int(gtest.group(1))
        broken = re.search(r"\[  FAILED  \] (\d+) tests?, listed", output)
        failed = int(broken.group(1)) if broken else 0
    elif python:
        broken = re.search(r"FAILED \(([^)]*)\)", output)
        numbers = re.findall(r"(?:failures|errors)=(\d+)", broken.group(1)) if broken else []
        skipped = sum(map(int, re.findall(r"skipped=(\d+)", output)))
        failed = sum(map(int, numbers))
        passed = sum(map(int, python)) - failed - skipped
    elif code == 0:
        passed = 1
    return passed, max(failed, 1) if code != 0 else failed


# A line that begins the report of a failure: of unittest, GTest, node's runner, Go and Rust.
FAILURE = re.compile(r"(FAIL|ERROR): \S|\S+:\d+: Failure$|\[  FAILED  \] \S+\.\S|FAIL \S|not ok |"
                     r" *--- FAIL: |test \S+ \.\.\. FAILED$|thread '.*' .*panicked at ")
FAILURE_END = re.compile(r"={70}$|Ran \d+ tests? in |\[ +(RUN|OK) +\]|ok |\d+ passed, ")
REASON_LINES, TAIL_LINES, COLUMNS = 12, 40, 500


def without_noise(output):
    """The lines of a step without Python's warnings of files that nobody closed: they come by the
    dozen and hide why something failed."""
    kept, noise = [], False
    for line in output.rstrip().split("\n"):
        quoted = noise and line.startswith("  ")  # the source line a warning is about
        noise = "ResourceWarning: " in line
        if not noise and not quoted:
            kept.append(line)
    return kept


def reasons(output):
    """Which tests failed and why: the first lines of every failure; a Python trace's last call."""
    lines = without_noise(output)
    begins = [i for i, line in enumerate(lines) if FAILURE.match(line)]
    found = []
    for i, after in zip(begins, begins[1:] + [len(lines)]):
        block = [line for line in itertools.takewhile(lambda line: not FAILURE_END.match(line),
                                                      lines[i + 1:after])
                 if line.strip() and not line.startswith("-" * 70)]
        calls = [at for at, line in enumerate(block) if line.startswith('  File "')]
        block = block[calls[-1] if calls else 0:][:REASON_LINES]
        if block or lines[i] not in found:
            found += [lines[i], *block]
    return found


def run(step, env=None):
    kind, name, command = step
    began = time.monotonic()
    try:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors="replace",
                                   env={**CHECKS, **SANITIZER_OPTIONS, **os.environ,
                                        **(env or {})},
                                   start_new_session=True)
    except OSError as error:
        return kind, name, 1, f"{command[0]} did not start: {error}", 0.0
    try:
        output, _ = process.communicate(timeout=LIMIT_SECONDS[kind])
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the session that Popen made, nobody else's
        output, _ = process.communicate()
        output += f"\nstopped after {LIMIT_SECONDS[kind]} s"
        code = 1
    return kind, name, code, output, time.monotonic() - began


def report(result, failure="FAIL"):
    kind, name, code, output, seconds = result
    passed, failed = count(output, code)
    state = "ok  " if code == 0 and not failed else failure
    print(f"{state} {kind:6} {name:40} {passed:5} passed {failed:3} failed {seconds:7.1f} s",
          flush=True)
    why = []
    if state == failure:
        tail = without_noise(output)[-TAIL_LINES:]
        why = reasons(output) or tail[-REASON_LINES:]
        for text in [*reasons(output), "... the end of its output:", *tail]:
            print("     | " + text[:COLUMNS], flush=True)
    return passed, failed, [f"{kind} {name}: {line[:COLUMNS]}" for line in why]


def run_suites(steps, lanes, env=None):
    """Reports of the suites. Those that fetch what others need come first, one by one."""
    fetches = [step for step in steps if step[1].endswith("-fetch")]
    reports = [report(run(step, env)) for step in fetches]
    again = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=lanes) as pool:
        running = {pool.submit(run, step, env): step for step in steps if step not in fetches}
        for ended in concurrent.futures.as_completed(running):
            result = ended.result()
            if lanes > 1 and (result[2] != 0 or count(result[3], result[2])[1]):
                report(result, "BUSY")
                again.append(running[ended])
            else:
                reports.append(report(result))
    return reports + [report(run(step, env)) for step in again]


def give_time(build):
    """More of it to programs that are slowed down by a sanitizer."""
    if os.path.basename(os.path.abspath(build)) in ("asan", "tsan"):
        for kind in LIMIT_SECONDS:
            LIMIT_SECONDS[kind] *= SANITIZED_TAKES


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "release"))
    parser.add_argument("--only", action="append", choices=list(LIMIT_SECONDS))
    parser.add_argument("--lanes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--suite", action="append", default=[], help="only this one; may repeat")
    parser.add_argument("--property", action="append", default=[], metavar="KEY=VALUE",
                        help="of every cluster of ours that a suite starts; may repeat")
    options = parser.parse_args()
    give_time(options.build)
    kinds = options.only or (["suites"] if options.suite else list(LIMIT_SECONDS))
    steps = steps_of(kinds, options.build, options.suite)
    together = [step for step in steps if step[0] != "suites"]
    reports = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for result in pool.map(run, together):
            reports.append(report(result))
    shutil.rmtree(reports_folder(options.build), ignore_errors=True)
    os.makedirs(reports_folder(options.build))
    reports += run_suites([step for step in steps if step[0] == "suites"], options.lanes,
                          suite_environment(options.build, options.property))
    reports += [(0, 1, lines) for lines in sanitizer_reports(options.build)]
    for line in itertools.chain.from_iterable(why for _, _, why in reports):
        print(line)  # once more, where whoever keeps only the end sees it
    passed, failed = (sum(report[i] for report in reports) for i in (0, 1))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
