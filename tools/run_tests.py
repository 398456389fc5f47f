#!/usr/bin/env python3
"""Runs every test that belongs in CI and ends with one line: "N passed, N failed".

  run_tests.py [--build build/release] [--only unit|lint|tools|suites]...

Unit tests are the programs ctest knows in the build folder; suites are the lines of
tests/ci_suites.txt, "<name> <command>". What a step counts as: the cases of GTest and unittest, the
last "N passed, N failed" a suite prints, else one.
"""
import argparse
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Settings of the sanitizers' run-time libraries; programs of other builds do not look at them.
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:check_initialization_order=1:handle_abort=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    # The distribution's gRPC, protobuf and Abseil are not instrumented: what orders the accesses
    # inside them is not seen.
    "TSAN_OPTIONS": "ignore_noninstrumented_modules=1:second_deadlock_stack=1:suppressions=" +
                    os.path.join(ROOT, "tests", "tsan.supp"),
}
LIMIT_SECONDS = {"unit": 300, "lint": 900, "tools": 300, "suites": 1800}


def unit_steps(build):
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"],
                            capture_output=True, text=True, check=True)
    tests = json.loads(listed.stdout)["tests"]
    return [("unit", test["name"], test["command"]) for test in tests]


def suite_steps():
    path = os.path.join(ROOT, "tests", "ci_suites.txt")
    if not os.path.exists(path):
        return []
    steps = []
    with open(path) as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, command = line.strip().split(None, 1)
                steps.append(("suites", name, ["bash", "-c", command]))
    return steps


def steps_of(kinds, build):
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
        steps += suite_steps()
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


def run(step):
    kind, name, command = step
    began = time.monotonic()
    try:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors="replace",
                                   env={**SANITIZER_OPTIONS, **os.environ},
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


def report(result):
    kind, name, code, output, seconds = result
    passed, failed = count(output, code)
    state = "ok  " if code == 0 and not failed else "FAIL"
    print(f"{state} {kind:6} {name:40} {passed:5} passed {failed:3} failed {seconds:7.1f} s",
          flush=True)
    if state == "FAIL":
        print("\n".join("     | " + line for line in output.rstrip().split("\n")[-60:]), flush=True)
    return passed, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "release"))
    parser.add_argument("--only", action="append", choices=list(LIMIT_SECONDS))
    options = parser.parse_args()
    steps = steps_of(options.only or list(LIMIT_SECONDS), options.build)
    passed = failed = 0
    together = [step for step in steps if step[0] != "suites"]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for result in pool.map(run, together):
            good, bad = report(result)
            passed, failed = passed + good, failed + bad
    for step in steps:
        if step[0] == "suites":
            print(f"...  suites {step[1]}", flush=True)
            good, bad = report(run(step))
            passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
