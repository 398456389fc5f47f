"""What a step counts as."""
import os
import sys
import unittest

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


if __name__ == "__main__":
    unittest.main()
