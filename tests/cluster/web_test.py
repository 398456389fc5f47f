#!/usr/bin/env python3
"""The web ports of a real master and worker: names of 2.9, rights, limits, strange names."""
import json
import os
import socket
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from cluster import NativeCluster, wait_until  # noqa: E402

STRANGE = "/a b%25#?&<script>alert(1)<\u202etxt\n\u00e9"
MANY = 20000


class WebTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = NativeCluster({
            "alluxio.user.file.writetype.default": "CACHE_THROUGH",
            "aws.accessKeyId": "AKIAVISIBLE", "aws.secretKey": "never to be seen",
        })
        cls.addClassCleanup(cls.cluster.close)
        cls.cluster.format()
        cls.cluster.start_master()
        cls.cluster.start_worker()
        cls.master = int(cls.cli("getConf", "alluxio.master.web.port"))
        cls.worker = int(cls.cli("getConf", "alluxio.worker.web.port"))
        cls.content = os.urandom(3 << 20)
        cls.local = os.path.join(cls.cluster.folder, "content")
        with open(cls.local, "wb") as file:
            file.write(cls.content)
        os.makedirs(os.path.join(cls.cluster.ufs, "many"))
        for i in range(MANY):
            open(os.path.join(cls.cluster.ufs, "many", "f%05d" % i), "w").close()

    @classmethod
    def cli(cls, *words):
        return cls.cluster.cli(*words, check=True)[1]

    def get(self, route, port=None, method="GET", **query):
        url = "http://127.0.0.1:%d%s" % (port or self.master, route)
        if query:
            url += "?" + urllib.parse.urlencode(query)
        request = urllib.request.Request(url, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def api(self, page, status=200, method="GET", **query):
        code, body, headers = self.get("/api/v1/master/" + page, method=method, **query)
        self.assertEqual(code, status, body)
        self.assertEqual(headers["Content-Type"], "application/json")
        return json.loads(body)

    def browse(self, path="/", **query):
        return self.api("webui_browse", path=path, **query)

    def test_overview_counts_what_there_is(self):
        page = self.api("webui_overview")
        self.assertEqual(page["masterRole"], "PRIMARY")
        self.assertEqual(page["liveWorkerNodes"], 1)
        self.assertEqual(page["storageTierInfos"][0]["storageTierAlias"], "MEM")
        self.assertEqual([m["role"] for m in page["masters"]], ["PRIMARY"])
        self.assertEqual(page["warnings"], [])
        self.assertEqual(page["version"], "2.9.6")
        init = self.api("webui_init")
        self.assertEqual((init["process"], init["role"]), ("master", "PRIMARY"))

    def test_strange_names_are_data(self):
        self.cli("fs", "copyFromLocal", self.local, STRANGE)
        names = {f["name"]: f for f in self.browse("/", limit=1000)["fileInfos"]}
        self.assertIn(STRANGE[1:], names)
        page = self.browse(STRANGE)
        self.assertEqual(page["currentDirectory"]["sizeBytes"], len(self.content))
        self.assertEqual(page["currentDirectory"]["inAlluxioPercentage"], 100)
        self.assertEqual(page["fileBlocks"][0]["hosts"][0]["webPort"], self.worker)
        self.assertEqual([p["absolutePath"] for p in page["pathInfos"]], ["/"])
        code, body, headers = self.get("/api/v1/master/download", path=STRANGE)
        self.assertEqual((code, body), (200, self.content))
        self.assertTrue(headers["Content-Disposition"].startswith("attachment; filename=\"a_b"))
        self.assertEqual(headers["Content-Type"], "application/octet-stream")
        self.assertIn("default-src 'self'", headers["Content-Security-Policy"])

    def test_pages_of_a_big_folder_fit_together(self):
        began = time.monotonic()
        first = self.browse("/many", offset=0, limit=3)
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(first["ntotalFile"], MANY)
        self.assertEqual([f["name"] for f in first["fileInfos"]], ["f00000", "f00001", "f00002"])
        last = self.browse("/many", offset=0, limit=2, order="desc")
        self.assertEqual([f["name"] for f in last["fileInfos"]],
                         ["f%05d" % (MANY - 1), "f%05d" % (MANY - 2)])
        end = self.browse("/many", offset=MANY - 1, limit=10)
        self.assertEqual([f["name"] for f in end["fileInfos"]], ["f%05d" % (MANY - 1)])
        self.assertEqual(self.browse("/many", offset=MANY, limit=10)["fileInfos"], [])
        for sort in ("size", "modified", "cached"):
            seen = []
            for offset in (0, 1000, 2000):
                page = self.browse("/many", offset=offset, limit=1000, sort=sort)
                seen += [f["name"] for f in page["fileInfos"]]
            self.assertEqual(len(set(seen)), 3000, sort)
        self.check_search()

    def check_search(self):
        found = self.api("webui_search", path="/many", text="F0001", limit=3, offset=1)
        self.assertEqual((found["ntotalFile"], found["scannedAll"], found["cutBy"]), (10, True, ""))
        self.assertEqual(found["visited"], MANY)
        self.assertEqual([f["absolutePath"] for f in found["fileInfos"]],
                         ["/many/f%05d" % n for n in (11, 12, 13)])
        # The folder's own name is no reason to find everything in it.
        self.assertEqual(self.api("webui_search", path="/many", text="many")["ntotalFile"], 0)
        self.assertEqual(self.api("webui_search", text="/MANY/f00007")["ntotalFile"], 1)
        self.assertEqual(self.api("webui_search", 404, path="/nowhere", text="a")["statusCode"],
                         "NOT_FOUND")
        for query in ({}, {"text": "a" * 2000}, {"text": "a", "path": "no slash"},
                      {"text": "a", "path": "/many/f00007"}):
            self.assertEqual(self.api("webui_search", 400, **query)["statusCode"],
                             "INVALID_ARGUMENT")

    def test_errors_come_in_their_fields(self):
        self.assertIn("does not exist", self.browse("/nowhere")["fileDoesNotExistException"])
        self.assertIn("sort=colour", self.browse("/", sort="colour")["invalidPathError"])
        self.assertIn("offset=-1", self.browse("/", offset=-1)["invalidPathError"])
        self.assertTrue(self.browse("no slash")["invalidPathError"])
        for page in ("nothing", "../info"):
            self.assertEqual(self.api(page, 404)["statusCode"], "NOT_FOUND")
        self.assertEqual(self.api("download", 404, path="/nowhere")["statusCode"], "NOT_FOUND")
        self.assertEqual(self.api("download", 400, path="/")["statusCode"], "INVALID_ARGUMENT")

    def test_visitors_see_what_others_may_see(self):
        self.cli("fs", "mkdir", "/locked")
        self.cli("fs", "copyFromLocal", self.local, "/locked/secret")
        self.cli("fs", "chmod", "700", "/locked")
        self.assertIn("Permission denied", self.browse("/locked")["accessControlException"])
        self.assertIn("Permission denied", self.browse("/locked/secret")["accessControlException"])
        code, body, _ = self.get("/api/v1/master/download", path="/locked/secret")
        self.assertEqual((code, json.loads(body)["statusCode"]), (403, "PERMISSION_DENIED"))
        data = [f["absolutePath"] for f in self.api("webui_data", limit=1000)["fileInfos"]]
        self.assertNotIn("/locked/secret", data)
        self.assertEqual(self.api("webui_search", text="locked/secret")["ntotalFile"], 0)
        self.cli("fs", "chmod", "755", "/locked")
        self.cli("fs", "chmod", "600", "/locked/secret")
        page = self.browse("/locked/secret")
        self.assertIn("Permission denied", page["accessControlException"])
        self.assertNotIn("fileData", page)

    def test_no_secret_is_shown_anywhere(self):
        for page in ("webui_config", "info", "info?raw_configuration=true", "webui_mounttable"):
            code, body, _ = self.get("/api/v1/master/" + page)
            self.assertEqual(code, 200)
            self.assertNotIn(b"never to be seen", body, page)
        sources = {c["left"]: c for c in self.api("webui_config")["configuration"]}
        self.assertIn("SITE_PROPERTY", sources["s3a.secretKey"]["right"])
        self.assertEqual(sources["s3a.secretKey"]["middle"], "******")
        self.assertEqual(sources["s3a.secretKey"]["help"], "The secret of the key for S3.")
        helps = [c.get("help", "") for c in sources.values() if "effect" in c]
        self.assertTrue(all(help.endswith(".") for help in helps))

    def test_text_is_previewed_from_an_offset(self):
        path = os.path.join(self.cluster.folder, "text")
        with open(path, "wb") as file:
            file.write(b"0123456789" * 1000 + b"\xff\xfe end")
        self.cli("fs", "copyFromLocal", path, "/text")
        page = self.browse("/text", offset=9998)
        self.assertEqual(page["fileData"], "89\ufffd\ufffd end")
        self.assertEqual(len(self.browse("/text")["fileData"]), 5 * 1024)
        self.assertEqual(self.browse("/text", offset=10 ** 15)["fileData"], "")

    def test_metrics_in_both_forms(self):
        code, body, headers = self.get("/metrics/prometheus")
        self.assertEqual(code, 200)
        self.assertTrue(headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        self.assertIn(b"\nMaster_TotalPaths ", body)
        tree = json.loads(self.get("/metrics/json/")[1])
        self.assertEqual(tree["gauges"]["Cluster.Workers"]["value"], 1)
        self.assertGreater(tree["timers"]["Master.GetStatus"]["count"], 0)
        page = self.api("webui_metrics")
        self.assertIn("Master.TotalPaths", page["series"]["values"])
        self.assertTrue([r for r in page["rpcs"] if r["method"] == "Master.GetStatus"])
        self.assertEqual(self.get("/metrics/json", port=self.worker)[0], 200)

    def metrics(self):
        return self.api("webui_metrics")["metrics"]

    def test_what_workers_count_is_added_up(self):
        self.cli("fs", "copyFromLocal", self.local, "/counted")
        self.cli("fs", "free", "/counted")
        before = self.metrics()

        def grown(name, by):
            return self.metrics().get(name, 0) - before.get(name, 0) >= by
        self.assertEqual(self.get("/api/v1/master/download", path="/counted")[1], self.content)
        size = len(self.content)
        wait_until("a heartbeat", lambda: grown("Cluster.BytesReadRemote", size))
        self.assertTrue(grown("Cluster.BytesReadUfsAll", size))
        store = "Cluster.BytesReadPerUfs.UFS:" + self.cluster.ufs.replace("/", "%2F")
        self.assertTrue([name for name in self.metrics() if name.startswith(store)])
        self.assertLess(self.metrics()["Cluster.CacheHitRate"], 1)
        report = self.cli("fsadmin", "report", "metrics")
        self.assertIn("Cluster.BytesReadUfsAll  (Type: COUNTER, Value: ", report)

    def test_logs_and_their_level(self):
        logs = self.api("webui_logs")
        self.assertIn("master.log", [f["name"] for f in logs["fileInfos"]])
        page = self.api("webui_logs", path="master.log", search="web: listening")
        self.assertEqual(len(page["matches"]), 1)
        self.assertIn("no log file", self.api("webui_logs", path="../conf/alluxio-site.properties")
                      ["invalidPathError"])
        told = self.api("logLevel", method="POST", logName="x", level="DEBUG")
        self.assertEqual(told["level"], "DEBUG")
        self.assertEqual(self.api("logLevel", method="POST", level="INFO")["level"], "INFO")
        self.assertEqual(self.api("logLevel", 400, method="POST",
                                  level="LOUD")["statusCode"], "INVALID_ARGUMENT")

    def test_a_log_of_a_gibibyte(self):
        size = 1 << 30
        with open(os.path.join(self.cluster.logs, "huge.log"), "wb") as log:
            for at in range(0, size, 1 << 20):  # lines all over it, and holes between them
                log.seek(at)
                log.write(b"\nline at %d\n" % at)
            log.seek(size)
            log.write(b"\nthe needle\n")
        before = self.resident()
        listed = {f["name"]: f["sizeBytes"] for f in self.api("webui_logs")["fileInfos"]}
        self.assertEqual(listed["huge.log"], size + 12)
        tail = self.api("webui_logs", path="huge.log", end=1, limit=12)
        self.assertEqual((tail["fileData"], tail["fileSize"]), ("\nthe needle\n", size + 12))
        middle = self.api("webui_logs", path="huge.log", offset=512 << 20, limit=20)
        self.assertTrue(middle["fileData"].startswith("\nline at 536870912"), middle["fileData"])
        found = self.api("webui_logs", path="huge.log", search="needle")
        self.assertEqual([m["line"] for m in found["matches"]], ["the needle"])
        self.assertLessEqual(found["searchedBytes"], 64 << 20)
        self.assertLess(self.resident() - before, 32 << 20)
        os.remove(os.path.join(self.cluster.logs, "huge.log"))

    def resident(self):
        with open("/proc/%d/statm" % self.cluster.master.pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def test_the_worker_tells_of_its_blocks(self):
        self.cli("fs", "copyFromLocal", self.local, "/blocks")

        def page(name, **query):
            code, body, _ = self.get("/api/v1/worker/" + name, port=self.worker, **query)
            self.assertEqual(code, 200, body)
            return json.loads(body)
        overview = page("webui_overview")
        self.assertTrue(overview["registered"])
        self.assertGreaterEqual(overview["used"], len(self.content))
        self.assertEqual(overview["storageDirs"][0]["state"], "OK")
        blocks = page("webui_blockinfo", limit=1000)
        self.assertEqual(blocks["ntotalFile"], len(blocks["fileInfos"]))
        self.assertEqual(page("webui_init")["process"], "worker")
        self.assertEqual(page("info")["capacity"]["used"], overview["used"])
        # The master tells which file a block is of, by the file's id.
        seen = [self.api("webui_browse", id=b["fileId"]).get("currentPath")
                for b in blocks["fileInfos"]]
        self.assertIn("/blocks", seen)
        # ... and not to those who may not see it.
        self.cli("fs", "mkdir", "/hidden")
        self.cli("fs", "copyFromLocal", self.local, "/hidden/name")
        file_id = int(self.browse("/hidden/name")["currentDirectory"]["id"])
        self.cli("fs", "chmod", "700", "/hidden")
        told = self.api("webui_browse", id=file_id)
        self.assertIn("visitors may not see", told["accessControlException"])
        self.assertNotIn("/hidden", json.dumps(told))
        self.assertIn("fileDoesNotExistException", self.api("webui_browse", id=12345))

    def test_many_idle_visitors_keep_nobody_out(self):
        idle = [socket.create_connection(("127.0.0.1", self.master)) for _ in range(200)]
        try:
            # Whoever works with the namespace notices nothing.
            self.assertIn("/", self.cli("fs", "stat", "/"))
        finally:
            for connection in idle:
                connection.close()
        wait_until("pages again", lambda: self.reachable())

    def reachable(self):
        try:
            return self.get("/metrics/json")[0] == 200
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
