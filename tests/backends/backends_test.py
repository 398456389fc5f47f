"""The test backends themselves: each starts, keeps what is written, tells the truth through its
judge and stops; the faults do what their names say."""
import os
import socket
import subprocess
import sys
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import faults  # noqa: E402
from backends import (ALL, Azurite, BackendError, FakeGcs, Folder, Hdfs, Swift,  # noqa: E402
                      Toxiproxy, VersityGateway, http_get, start_time)
from cluster import wait_until  # noqa: E402
from content import S3Content, StoreError  # noqa: E402
from listed_s3 import ListedS3  # noqa: E402

NAMES = ("plain", "a folder/with blanks", "per%20cent+plus", "hash#and?query&", "Grüße/文件",
         "~tilde-._")


class JudgesTest(unittest.TestCase):
    def judge(self, content):
        big = os.urandom(3 << 20)
        for name in NAMES:
            content.write(name, name.encode())
        content.write("empty", b"")
        content.write("big", big)
        self.assertEqual(content.keys(), {**{n: len(n.encode()) for n in NAMES}, "empty": 0,
                                          "big": len(big)})
        for name in NAMES:
            self.assertEqual(content.read(name), name.encode())
        self.assertEqual(content.read("big"), big)
        self.assertEqual(set(content.keys("a folder/")), {"a folder/with blanks"})
        content.write("plain", b"new")
        self.assertEqual(content.read("plain"), b"new")
        content.remove("plain")
        self.assertNotIn("plain", content.keys())
        self.assertRaises((StoreError, OSError), content.read, "plain")
        self.assertEqual(content.unfinished(), [])
        content.remove_all()
        self.assertEqual(content.keys(), {})

    def test_a_folder(self):
        with Folder() as folder:
            self.judge(folder.content())

    def test_hdfs_keeps_its_files_over_a_restart_and_a_lost_datanode(self):
        with Hdfs() as hdfs:
            self.judge(hdfs.content("judge"))
            hdfs.content("kept").write("file", b"x" * 1000)
            code, text = hdfs.dfs("-cat", "/kept/file")
            self.assertEqual((code, text[-1000:]), (0, b"x" * 1000), text[-2000:])
            hdfs.stop()
            hdfs.start()
            hdfs.kill("datanode0")
            code, text = hdfs.dfs("-cat", "/kept/file")
            self.assertEqual((code, text[-1000:]), (0, b"x" * 1000), text[-2000:])

    def test_names_of_objects_that_are_nowhere(self):
        with ListedS3("a/big/", 2500, length=3) as store:
            content = store.content()
            store.removed.update((0, 1700, 2499))
            expected = {store.names[n]: 3 for n in range(2500) if n not in store.removed}
            self.assertEqual(content.keys(), expected)
            self.assertEqual(content.keys("a/big/file-00017"),
                             {k: 3 for k in expected if k.startswith("a/big/file-00017")})
            self.assertEqual(content.keys("b"), {})
            self.assertEqual(content.read("a/big/file-0000007"), b"\0" * 3)
            self.assertRaises(StoreError, content.read, "a/big/file-0001700")
            self.assertRaises(StoreError, content.write, "a/new", b"x")
            page = content.call("GET", query={"prefix": "a/", "delimiter": "/"})[1]
            self.assertIn(b"<CommonPrefixes><Prefix>a/big/</Prefix>", page)
            page = content.call("GET", query={"list-type": 2, "prefix": "a/big/",
                                              "start-after": "a/big/file-0002497"})[1]
            self.assertIn(b"<KeyCount>1</KeyCount>", page)

    def s3(self, server):
        content = server.content()
        self.judge(content)
        headers, text = content.call("POST", "begun", {"uploads": ""})
        self.assertEqual(content.unfinished(), ["begun"])
        for wrong in (S3Content(server.endpoint, server.bucket, server.access, "wrong"),
                      server.content(bucket="missing-bucket"),
                      server.content(skew_seconds=3600)):
            with self.assertRaises(StoreError) as raised:
                wrong.keys()
            self.assertIn(raised.exception.status, (403, 404))
        for i in range(1001):
            content.write("many/%04d" % i, b"")
        self.assertEqual(len(content.keys("many/")), 1001)

    def test_versitygw(self):
        with VersityGateway() as server:
            self.s3(server)

    def test_swift(self):
        with Swift() as server:
            self.s3(server)
            content = server.content()
            content.write("a", b"1")
            content.write("a/b", b"2")
            self.assertEqual(content.keys("a"), {"a": 1, "a/b": 1})

    def test_azurite(self):
        with Azurite() as server:
            self.judge(server.content())

    def test_fake_gcs(self):
        with FakeGcs() as server:
            self.judge(server.content())

    def test_what_does_not_start_shows_its_log(self):
        class Broken(Folder):
            name = "broken"

            def launch(self):
                self.spawn("server", ["sh", "-c", "echo no room at port 7; exit 3"])

            def ready(self):
                return False
        with self.assertRaises(BackendError) as raised:
            with Broken():
                self.fail("it started")
        self.assertIn("broken: server ended with 3", str(raised.exception))
        self.assertIn("no room at port 7", str(raised.exception))


class Echo:
    """Sends back what it gets."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            while True:
                data = client.recv(65536)
                if not data:
                    return
                client.sendall(data)

    def __exit__(self, *_):
        self.listener.close()


def ask(connection, data=b"ping", timeout=0.3):
    """The answer, or None when none comes in time."""
    connection.settimeout(timeout)
    connection.sendall(data)
    try:
        return connection.recv(65536)
    except TimeoutError:
        return None


class FaultsTest(unittest.TestCase):
    def test_a_black_hole_answers_no_connect(self):
        hole = faults.BlackHole()
        self.addCleanup(hole.close)
        for _ in range(2):
            with socket.socket() as s:
                s.settimeout(0.5)
                self.assertRaises(TimeoutError, s.connect, ("127.0.0.1", hole.port))

    def test_a_shut_valve_passes_nothing_and_loses_nothing(self):
        with Echo() as echo:
            valve = faults.Valve(echo.port)
            self.addCleanup(valve.close)
            connection = socket.create_connection(("127.0.0.1", valve.port))
            self.addCleanup(connection.close)
            self.assertEqual(ask(connection, timeout=60), b"ping")
            valve.shut()
            self.assertIsNone(ask(connection))
            fresh = socket.create_connection(("127.0.0.1", valve.port), 60)
            self.addCleanup(fresh.close)
            self.assertIsNone(ask(fresh))
            valve.open()
            for s in (connection, fresh):
                s.settimeout(60)
                self.assertEqual(s.recv(65536), b"ping")

    def test_links_cut_bodies_short_and_refuse(self):
        with Toxiproxy() as toxiproxy, VersityGateway() as server:
            link = faults.Link(toxiproxy, server.port)
            through = S3Content(link.endpoint, server.bucket, server.access, server.secret)
            body = os.urandom(300000)
            through.write("file", body)
            self.assertEqual(through.read("file"), body)
            link.toxic("limit_data", bytes=100000)
            self.assertRaises(Exception, through.read, "file")
            link.heal("limit_data")
            self.assertEqual(through.read("file"), body)
            link.enable(False)
            self.assertRaises(ConnectionError, through.read, "file")
            link.close()

    def test_an_http_relay_answers_when_told_to(self):
        with VersityGateway() as server:
            left = [2]

            def answer(method, path):
                if method == "GET" and left[0] > 0:
                    left[0] -= 1
                    return faults.SLOW_DOWN
                return None
            relay = faults.FaultyHttp(server.port, answer)
            self.addCleanup(relay.close)
            through = S3Content(relay.endpoint, server.bucket, server.access, server.secret)
            through.write("file", b"text")
            for _ in range(2):
                with self.assertRaises(StoreError) as raised:
                    through.read("file")
                self.assertIn(b"SlowDown", raised.exception.body)
            self.assertEqual(through.read("file"), b"text")
            self.assertEqual(relay.count("GET", 503), 2)

    def test_dropped_packets(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")
        done = subprocess.run([sys.executable, os.path.abspath(__file__), "in-own-network"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=180)
        self.assertEqual(done.returncode, 0, done.stdout.decode())


def in_own_network():
    faults.own_network()
    with Echo() as gone, Echo() as stays:
        ends = [socket.create_connection(("127.0.0.1", e.port)) for e in (gone, stays)]
        assert [ask(e, timeout=60) for e in ends] == [b"ping", b"ping"]
        faults.drop(gone.port)
        assert ask(ends[0]) is None, "packets still pass"
        assert ask(ends[1], timeout=60) == b"ping"
        try:
            socket.create_connection(("127.0.0.1", gone.port), 0.5)
            raise AssertionError("a SYN still passes")
        except TimeoutError:
            pass
        faults.heal()
        ends[0].settimeout(120)
        assert ends[0].recv(100) == b"ping", "TCP sends it again"


class ServeTest(unittest.TestCase):
    def test_start_writes_addresses_and_stop_ends_what_it_started(self):
        serve = [sys.executable, os.path.join(HERE, "serve.py")]
        path = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "backends.env")
        if os.path.exists(path):
            self.skipTest("somebody's backends run")
        done = subprocess.run([*serve, "start", "versitygw", "toxiproxy", "nfs"], timeout=180,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        with open(path) as f:
            values = dict(line.strip().split("=", 1) for line in f)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        pids = [int(word.split(":")[0]) for word in values["BACKENDS_PIDS"].split(",")]
        self.assertEqual(len(pids), 2)
        self.assertEqual(http_get(values["TOXIPROXY_URL"] + "/version")[0], 200)
        self.assertTrue(os.path.isdir(values["NFS_FOLDER"]))
        S3Content(values["S3_ENDPOINT"], values["S3_BUCKET"], values["S3_ACCESS_KEY"],
                  values["S3_SECRET_KEY"], values["S3_REGION"]).keys()
        done = subprocess.run([*serve, "stop"], stdout=subprocess.PIPE, text=True, timeout=180)
        self.assertEqual(done.stdout.strip(), "stopped 2 processes")
        wait_until("the processes to go", lambda: not any(map(start_time, pids)))
        self.assertFalse(os.path.exists(path))
        self.assertFalse(os.path.exists(values["BACKENDS_FOLDER"]))

    def test_unknown_names_are_refused(self):
        done = subprocess.run([sys.executable, os.path.join(HERE, "serve.py"), "start", "floppy"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 2)
        for name in ALL:
            self.assertIn(name, done.stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["in-own-network"]:
        in_own_network()
    else:
        unittest.main(verbosity=2)
