"""Alluxio's own Java StressBench against our servers: short runs of its operations, no errors."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import NativeCluster  # noqa: E402

MASTER_OPERATIONS = ["CreateFile", "GetFileStatus", "GetBlockLocations", "ListDir",
                     "ListDirLocated", "OpenFile", "RenameFile", "CreateFile", "DeleteFile",
                     "CreateDir"]
FILES = "20"
# These use a file up: one call for each that CreateFile made.
USING_UP = ["RenameFile", "DeleteFile"]
# Write comes first: the others read what it wrote.
CLIENT_OPERATIONS = ["Write", "ReadArray", "PosReadFully"]


def found(node, name):
    """Every value called `name` in a tree of JSON."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                yield value
            else:
                yield from found(value, name)
    elif isinstance(node, list):
        for item in node:
            yield from found(item, name)


class StressBenchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster()
        cls.addClassCleanup(cls.cluster.close)
        cls.cluster.start()

    def bench(self, main, operation, *options):
        code, text = self.cluster.java_main(
            main, "--in-process", "--operation", operation, "--warmup", "0s", *options)
        self.assertEqual(code, 0, operation + "\n" + text[-4000:])
        # The log of the same stream may go on behind it.
        summary, _ = json.JSONDecoder().raw_decode(text, text.index("\n{\n") + 1)
        errors = [error for errors in found(summary, "errors") for error in errors]
        self.assertEqual(errors, [], operation)
        return summary

    def test_master_operations(self):
        for operation in MASTER_OPERATIONS:
            with self.subTest(operation):
                summary = self.bench(
                    "alluxio.stress.cli.StressMasterBench", operation, "--base",
                    self.cluster.uri + "/stress", "--threads", "4", "--fixed-count", FILES,
                    "--target-throughput", "200", "--duration", "1s",
                    *(("--stop-count", FILES) if operation in USING_UP else ()))
                done = sum(found(summary["statistics"], "mNumSuccesses"))
                self.assertGreater(done, 0, json.dumps(summary)[:2000])

    def test_client_operations(self):
        for operation in CLIENT_OPERATIONS:
            with self.subTest(operation):
                summary = self.bench(
                    "alluxio.stress.cli.client.StressClientIOBench", operation, "--base",
                    self.cluster.uri + "/io", "--threads", "2", "--file-size", "2m",
                    "--buffer-size", "64k", "--duration", "1s")
                speed = sum(summary["threadCountIoMbps"].values())
                self.assertGreater(speed, 0, json.dumps(summary)[:2000])


if __name__ == "__main__":
    unittest.main(verbosity=2)
