"""What a step counts as, and what is told of one that failed."""
import contextlib
import io
import os
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run_tests  # noqa: E402


class Count(unittest.TestCase):
    def test_failure_without_numbers_is_one(self):
        self.assertEqual(run_tests.count("Segmentation fault", -11), (0, 1))

    def test_crash_after_passed_cases_is_a_failure(self):
        self.assertEqual(run_tests.count("[  PASSED  ] 3 tests.", 1), (3, 1))

    def test_gtest(self):
        text = "[  PASSED  ] 52 tests.\n[  FAILED  ] 2 tests, listed below:\n"
        self.assertEqual(run_tests.count(text, 1), (52, 2))
        self.assertEqual(run_tests.count("[  PASSED  ] 1 test.", 0), (1, 0))

    def test_unittest(self):
        self.assertEqual(run_tests.count("Ran 5 tests in 0.1s\n\nOK (skipped=1)", 0), (4, 0))
        text = "Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)"
        self.assertEqual(run_tests.count(text, 1), (2, 3))

    def test_suite_that_counts_itself(self):
        self.assertEqual(run_tests.count("3 passed, 0 failed\n10 passed, 2 failed", 1), (10, 2))

    def test_success_without_numbers_is_one(self):
        self.assertEqual(run_tests.count("ok: 40 rooms", 0), (1, 0))


LEAK = """a_test.py:27: ResourceWarning: unclosed file <_io.BufferedWriter name='/x/out'>
  self.process = subprocess.Popen(
ResourceWarning: Enable tracemalloc to get the object allocation traceback
"""


class Reasons(unittest.TestCase):
    def test_the_last_call_and_the_error_of_every_failed_unittest(self):
        rule, line = "=" * 70, "-" * 70
        text = LEAK + f"""a figure: 4.5 s
F.{rule}
{rule}
FAIL: test_one (__main__.Some.test_one)
What it is about.
{line}
Traceback (most recent call last):
  File "a_test.py", line 190, in test_one
    self.begin()
  File "a_test.py", line 141, in begin
    self.assertIsNone(process.poll(), "it ended")
AssertionError: 0 is not None : it ended

{rule}
ERROR: test_two (__main__.Some.test_two)
{line}
Traceback (most recent call last):
  File "a_test.py", line 3, in test_two
    x()
KeyError: 'x'

{line}
Ran 4 tests in 32.4s

FAILED (failures=1, errors=1)
""" + LEAK * 30
        self.assertEqual(run_tests.reasons(text), [
            "FAIL: test_one (__main__.Some.test_one)",
            '  File "a_test.py", line 141, in begin',
            '    self.assertIsNone(process.poll(), "it ended")',
            "AssertionError: 0 is not None : it ended",
            "ERROR: test_two (__main__.Some.test_two)",
            '  File "a_test.py", line 3, in test_two', "    x()", "KeyError: 'x'"])

    def test_gtest(self):
        text = """[ RUN      ] A.Good
[       OK ] A.Good (0 ms)
[ RUN      ] A.Bad
src/a_test.cc:33: Failure
Expected equality of these values:
  1
  2

[  FAILED  ] A.Bad (0 ms)
[  PASSED  ] 1 test.
[  FAILED  ] 1 test, listed below:
[  FAILED  ] A.Bad
"""
        self.assertEqual(run_tests.reasons(text)[:5], [
            "src/a_test.cc:33: Failure", "Expected equality of these values:", "  1", "  2",
            "[  FAILED  ] A.Bad (0 ms)"])

    def test_node_rust_and_go(self):
        for text, wanted in [
                ("ok   one (3 ms)\nFAIL two\nError: no\n    at x.mjs:3\nok   three (1 ms)\n"
                 "2 passed, 1 failed", ["FAIL two", "Error: no", "    at x.mjs:3"]),
                ("test a::b ... FAILED\n\nthread 'a::b' panicked at src/a.rs:3:5:\nleft != right",
                 ["test a::b ... FAILED", "thread 'a::b' panicked at src/a.rs:3:5:",
                  "left != right"]),
                ("--- FAIL: TestIt (0.00s)\n    it_test.go:9: no\nFAIL",
                 ["--- FAIL: TestIt (0.00s)", "    it_test.go:9: no", "FAIL"])]:
            self.assertEqual(run_tests.reasons(text), wanted)

    def test_a_failed_step_begins_and_ends_with_its_reason(self):
        noise = "\n".join("line %d" % i for i in range(500))
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            _, failed, why = run_tests.report(
                ("suites", "some", 1, "FAIL two\nError: no\n3 passed, 1 failed\n" + noise, 1.0))
        self.assertEqual((failed, why), (1, ["suites some: FAIL two", "suites some: Error: no"]))
        lines = shown.getvalue().split("\n")
        self.assertEqual(lines[1:3], ["     | FAIL two", "     | Error: no"])
        self.assertIn("     | line 499", lines)
        self.assertLess(len(lines), 60)

    def test_without_a_known_reason_the_end_is_the_reason(self):
        with contextlib.redirect_stdout(io.StringIO()):
            _, _, why = run_tests.report(("unit", "some", -11, "a\nSegmentation fault\n", 1.0))
        self.assertEqual(why, ["unit some: a", "unit some: Segmentation fault"])


class Time(unittest.TestCase):
    def test_more_of_it_under_a_sanitizer(self):
        for build, seconds in (("build/release", 300), ("build/tsan", 1500), ("x/asan/", 1500)):
            with unittest.mock.patch.dict(run_tests.LIMIT_SECONDS):
                run_tests.give_time(build)
                self.assertEqual(run_tests.LIMIT_SECONDS["unit"], seconds)


class Suites(unittest.TestCase):
    def test_some_by_name(self):
        names = [name for _, name, _ in run_tests.steps_of(["suites"], "b", ["chaos", "failover"])]
        self.assertEqual(names, ["failover", "chaos"])
        self.assertGreater(len(run_tests.suite_steps()), 50)

    def test_a_name_that_is_no_suite_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "no suite is called failver"):
            run_tests.suite_steps(["failver"])

    def test_what_a_suite_is_told(self):
        with unittest.mock.patch.dict(os.environ):
            for name in ("ALLUXIO_BIN", "ASAN_OPTIONS"):
                os.environ.pop(name, None)
            env = run_tests.suite_environment("/b/asan", ["a=1", "c=d=e"])
        self.assertEqual(env["ALLUXIO_BIN"], "/b/asan/bin")
        self.assertEqual(env["ALLUXIO_TEST_PROPERTIES"], "a=1;c=d=e")
        self.assertTrue(env["ASAN_OPTIONS"].endswith(":log_path=/b/asan/reports/asan"))
        result = run_tests.run(("suites", "s", ["bash", "-c", "echo $ALLUXIO_TEST_PROPERTIES"]),
                               env)
        self.assertEqual(result[3], "a=1;c=d=e\n")

    def test_a_report_of_a_sanitizer_is_told_in_short(self):
        with tempfile.TemporaryDirectory() as build:
            self.assertEqual(run_tests.sanitizer_reports(build), [])
            os.mkdir(run_tests.reports_folder(build))
            with open(os.path.join(run_tests.reports_folder(build), "asan.17"), "w") as f:
                f.write("ERROR: heap-use-after-free\n" + "#0\n" * 1000)
            (told,) = run_tests.sanitizer_reports(build)
        self.assertEqual(told[:2], ["asan.17", "ERROR: heap-use-after-free"])
        self.assertLess(len(told), 20)


class Lanes(unittest.TestCase):
    """run_suites with pretended suites: how often each was run, and what counted."""

    def suites(self, answers, lanes):
        names = list(answers)
        ran = []

        def run(step, _env):
            ran.append(step[1])
            return "suites", step[1], answers[step[1]].pop(0), "", 0.0
        real, run_tests.run = run_tests.run, run
        self.addCleanup(setattr, run_tests, "run", real)
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            reports = run_tests.run_suites([("suites", name, []) for name in names], lanes)
        return ran, sum(r[0] for r in reports), sum(r[1] for r in reports), shown.getvalue()

    def test_one_that_fails_beside_others_counts_alone(self):
        ran, passed, failed, shown = self.suites({"b": [1, 0], "a-fetch": [0], "c": [0]}, 2)
        self.assertEqual((ran[0], ran[-1]), ("a-fetch", "b"))
        self.assertEqual(sorted(ran), ["a-fetch", "b", "b", "c"])
        self.assertEqual((passed, failed), (3, 0))
        self.assertIn("BUSY suites b ", shown)

    def test_one_that_fails_alone_fails(self):
        _, passed, failed, shown = self.suites({"b": [1, 1], "c": [0]}, 2)
        self.assertEqual((passed, failed), (1, 1))
        self.assertIn("FAIL suites b ", shown)

    def test_one_lane_tries_once(self):
        ran, passed, failed, _ = self.suites({"b": [1], "c": [0]}, 1)
        self.assertEqual((ran, passed, failed), (["b", "c"], 1, 1))


if __name__ == "__main__":
    unittest.main()
