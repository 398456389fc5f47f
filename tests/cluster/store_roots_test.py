#!/usr/bin/env python3
"""Hadoop's contract classes, and Alluxio's Java TestRunner, on a root that is HDFS or S3."""
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, os.pardir, "backends")]
from backends import Hdfs, VersityGateway  # noqa: E402
from cluster import JavaCluster, NativeCluster  # noqa: E402
from contract_test import address  # noqa: E402

# ALLUXIO_FEATURES_ON=java: the same on the Java servers, to see what they answer.
CLUSTER = JavaCluster if os.environ.get("ALLUXIO_FEATURES_ON") == "java" else NativeCluster


class Roots:
    STORE = None

    @classmethod
    def setUpClass(cls):
        cls.store = cls.STORE()
        cls.cluster = None
        try:
            cls.store.start()
            uri, options = address(cls.store.name, cls.store.environment())
            root = {"alluxio.master.mount.table.root.option." + k: v for k, v in options.items()}
            cls.cluster = CLUSTER({
                "alluxio.master.mount.table.root.ufs": uri, **root,
                "alluxio.user.file.writetype.default": "CACHE_THROUGH"})
            cls.cluster.start()
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        if cls.cluster is not None:
            cls.cluster.close()
        cls.store.close()

    def test_contract_classes_alluxio_runs_all_pass(self):
        code, text = self.cluster.java_main("AlluxioContracts", side="contract",
                                            jvm_args=["-Dtest.uri=" + self.cluster.uri])
        failed = [line for line in text.split("\n") if line.startswith("FAILED ")]
        ran = [line for line in text.split("\n") if line.startswith("CONTRACT run=")]
        self.assertTrue(ran, text[-3000:])
        self.assertEqual((code, failed), (0, []), text[-6000:])
        self.assertGreaterEqual(int(ran[0].split()[1].split("=")[1]), 38)

    def test_java_test_runner_passes(self):
        code, text = self.cluster.java_main("alluxio.cli.TestRunner", "--directory", "/tests")
        self.assertEqual(code, 0, text[-4000:])
        self.assertEqual(text.count("Passed the test!"), 24, text[-4000:])
        self.assertNotIn("Failed the test!", text)
        kept = [k for k in self.store.content().keys() if "/tests/" in "/" + k]
        self.assertTrue(kept, "what was written through is in the store")


class HdfsRoot(Roots, unittest.TestCase):
    STORE = Hdfs


class S3Root(Roots, unittest.TestCase):
    STORE = VersityGateway


if __name__ == "__main__":
    unittest.main(verbosity=2)
