"""Alluxio's own Java TestRunner against our servers: all operations x read types x write types,
with the client of 2.9.6 and with that of 2.9.0."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import NativeCluster  # noqa: E402


class JavaToolsTest(unittest.TestCase):
    def setUp(self):
        self.cluster = NativeCluster()
        self.addCleanup(self.cluster.close)
        self.cluster.start()

    def test_java_test_runner_passes(self):
        code, text = self.cluster.java_main("alluxio.cli.TestRunner", "--directory", "/tests")
        self.assertEqual(code, 0, text[-4000:])
        self.assertEqual(text.count("Passed the test!"), 24, text[-4000:])
        self.assertNotIn("Failed the test!", text)

    def test_the_oldest_client_of_the_line_passes_its_own_test_runner(self):
        # What 2.9.0 does to count its buffers needs this on JDK 17.
        exports = "--add-exports=java.management/sun.management=ALL-UNNAMED"
        code, text = self.cluster.java_main("alluxio.cli.TestRunner", "--directory", "/tests",
                                            side="old", jvm_args=[exports])
        self.assertEqual(code, 0, text[-4000:])
        self.assertEqual(text.count("Passed the test!"), 24, text[-4000:])
        self.assertNotIn("Failed the test!", text)

    def test_our_test_runner_passes(self):
        code, out, err = self.cluster.cli("runTests", "--directory", "/tests", timeout=300)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(out.count("Passed the test!"), 24, out + err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
