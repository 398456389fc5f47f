"""What the scripts of bench/ make of the words on their command line: no slip starts a run."""
import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(ROOT, "bench")
# Those that only others import.
PARTS = {"call_rows.py", "command_line.py", "job_rows.py", "operate_rows.py", "pairs.py",
         "store_rows.py", "worker_rows.py"}
PROGRAMS = sorted({n for n in os.listdir(BENCH) if n.endswith(".py")} - PARTS)


def run(name, *words):
    command = ["bash" if name.endswith(".sh") else sys.executable, os.path.join(BENCH, name)]
    done = subprocess.run([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Words(unittest.TestCase):
    def test_help_is_all_they_print(self):
        for name in [*PROGRAMS, "edits/instructions.sh"]:
            for word in ("--help", "-h"):
                code, out, err = run(name, word)
                self.assertEqual((code, err), (0, ""), name)
                self.assertIn(os.path.basename(name), out, name)

    def test_what_they_do_not_know_is_refused(self):
        for name in [*PROGRAMS, "edits/instructions.sh"]:
            code, out, err = run(name, "--nothing-like-it")
            self.assertEqual(code, 2, name)
            if name not in ("metastore.py", "edits/instructions.sh"):
                self.assertEqual(out, "", name)
                self.assertIn("--nothing-like-it", err, name)
                self.assertIn("known: ", err, name)

    def test_rows(self):
        code, listed, _ = run("bench.py", "--list")
        self.assertEqual(code, 0)
        self.assertIn("getstatus64", listed.split())
        code, _, err = run("bench.py", "getstatus64", "getstatus65")
        self.assertEqual(code, 2)
        self.assertIn("no such row: getstatus65", err)
        self.assertLessEqual(set(listed.split()), set(err.split()))
        self.assertEqual(run("failover.py", "kil")[0], 2)
        self.assertEqual(run("idle_connections.py", "stream=5")[0], 2)


if __name__ == "__main__":
    unittest.main()
