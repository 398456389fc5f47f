"""What counts as slower than a kept result of the benchmarks, and what is kept of one."""
import json
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench"))
import history  # noqa: E402

OLD = {"row": "r", "commit": "abc", "date": "2026-01-01", "ratio": 6.0, "cpu_us_ours": 2.0}


class History(unittest.TestCase):
    def test_slower(self):
        self.assertEqual(history.slower({"row": "r", "ratio": 5.0, "cpu_us_ours": 2.4}, OLD), "")
        self.assertEqual(history.slower({"row": "r", "ratio": 1.0}, None), "")
        self.assertIn("CPU an operation 2.6 us, was 2",
                      history.slower({"row": "r", "ratio": 6.0, "cpu_us_ours": 2.6}, OLD))
        self.assertIn("4.7x, was 6x", history.slower({"row": "r", "ratio": 4.7}, OLD))

    def test_floors(self):
        self.assertEqual(history.floor_of({"floor": "6x ops/s, a tenth of the CPU"}), 6.0)
        self.assertEqual(history.floor_of({"floor": "a tenth"}), 10.0)
        self.assertIsNone(history.floor_of({"floor": "under 1 s"}))

    def test_what_is_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            real = history.FOLDER, history.KEPT
            self.addCleanup(lambda: (setattr(history, "FOLDER", real[0]),
                                     setattr(history, "KEPT", real[1])))
            history.FOLDER, history.KEPT = folder, os.path.join(folder, "k")
            history.keep([{**OLD, "detail": {"x": 1}, "java": None}], "2026-02-02")
            history.keep([{"row": "r", "commit": "def"}], "2026-02-03")
            self.assertEqual(len(history.kept()), 2)
            self.assertEqual(set(history.kept()[0]), set(OLD))
            self.assertEqual(history.newest(history.kept())["r"]["commit"], "def")

    def test_the_kept_file_is_whole(self):
        with open(history.KEPT) as lines:
            for line in lines:
                self.assertLessEqual({"date", "commit", "row", "ours"}, set(json.loads(line)))


if __name__ == "__main__":
    unittest.main()
