"""kill -9 of a real master or worker at each named step of persist, rename and delete over a real
store, judged against the store's true content and what clients were told.

A relay between the servers and the store names the requests and kills at the one that is wanted,
before the store has seen it or after it has answered. Each seed is one such step; all are taken in
turn. SEEDS (how many), SEED (the first) and STORES come from the environment."""
import os
import random
import signal
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "backends")]
from backends import Hdfs, LocalContent, Swift, VersityGateway  # noqa: E402
from cluster import Batch, NativeCluster, wait_until  # noqa: E402
from content import WebHdfsContent  # noqa: E402
from crash_rounds import (HDFS_STEPS, S3_STEPS, SWIFT_STEPS, WEBHDFS_STEPS, WORKER,  # noqa: E402
                          Round)
from steps import (HIDDEN, TEMPORARY, HdfsSteps, HttpSteps, S3Steps, Trap,  # noqa: E402
                   swift_step, webhdfs_step)

STORES = os.environ.get("STORES", "versitygw hdfs webhdfs swift").split()


def sizes(files):
    return {key: len(data) for key, data in files.items()}


class Command(threading.Thread):
    """One command line, retried by its client while servers are away."""

    def __init__(self, test, args, r):
        super().__init__(daemon=True)
        self.cluster, self.java, self.args, self.code, self.err = \
            test.cluster, None, args, None, ""
        if args[0] in ("copyFromLocal", "overwrite"):
            local = os.path.join(self.cluster.folder, "data")
            self.args = (args[0], local, r.path(args[1]), *args[3:])
            with open(local, "wb") as f:
                f.write(args[2])
        if args[0] == "overwrite":
            self.java = test.java_client()

    def run(self):
        if self.java:
            _, local, path, write_type = self.args
            code, out, err = self.java.run("", "", "create", path, local, "overwrite=true",
                                           "writeType=" + write_type)
        else:
            code, out, err = self.cluster.cli("fs", *self.args)
        self.err = (out + err)[:500]
        self.code = code


class HdfsJudge(WebHdfsContent):
    """Folders are keys too, with "/" at their end, and only what is below `prefix` is walked."""

    def keys(self, prefix=""):
        found, folders = {}, [prefix.rstrip("/")]
        while folders:
            folder = folders.pop()
            for status in self.statuses("/" + folder):
                path = folder + "/" + status["pathSuffix"]
                if status["type"] == "DIRECTORY":
                    folders.append(path)
                    path += "/"
                found[path] = status["length"]
        return found

    def write(self, key, data):
        if key.endswith("/"):
            self.call("PUT", "/" + key[:-1], "MKDIRS")
        else:
            super().write(key, data)


class CrashStoresTest(unittest.TestCase):
    def start(self, uri, options):
        properties = {
            "alluxio.user.file.writetype.default": "ASYNC_THROUGH",
            "alluxio.user.file.persistence.initial.wait.time": "0",
            "alluxio.master.persistence.scheduler.interval": "50ms",
            "alluxio.master.persistence.initial.interval": "100ms",
            "alluxio.master.persistence.max.interval": "500ms",
            "alluxio.worker.block.heartbeat.interval": "100ms",
            "alluxio.master.worker.connect.wait.time": "50ms",
            "alluxio.underfs.mount.retry.base.sleep": "20ms",
            "alluxio.user.rpc.retry.base.sleep": "20ms",
            "alluxio.user.rpc.retry.max.sleep": "200ms",
            "alluxio.user.rpc.retry.max.duration": "20s",
            "alluxio.master.mount.table.root.ufs": uri,
        }
        for name, value in options.items():
            properties["alluxio.master.mount.table.root.option." + name] = value
        self.cluster = NativeCluster(properties)
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        self.java = None

    def java_client(self):
        if self.java is None:
            self.java = Batch("FileSystemBatch", "client", self.cluster.java_options(),
                              conf_dir=self.cluster.conf)
            self.addCleanup(self.java.close)
        return self.java

    def run_seeds(self, steps, relay, content, few):
        self.relay, self.content = relay, content
        first = int(os.environ.get("SEED", random.randrange(1 << 20)))
        seeds = int(os.environ.get("SEEDS", few))
        order = list(range(len(steps)))
        hits, began = {}, time.monotonic()
        for i in range(seeds):
            seed = first + i
            if i % len(steps) == 0:
                random.Random(seed).shuffle(order)
            step = steps[order[i % len(steps)]]
            rng = random.Random(seed)
            try:
                hit = self.one(step, rng, "s%d" % seed)
            except AssertionError as fault:
                raise AssertionError("seed=%d %s\n%s\nrequests: %s\n%s%s" % (
                    seed, step.name, fault, relay.seen, self.cluster.tail("master", 25),
                    self.cluster.tail("worker", 15))) from fault
            hits.setdefault(step.name, []).append(hit)
        for name, hit in sorted(hits.items()):
            print("%d of %d: %s" % (sum(hit), len(hit), name), flush=True)
        print("seeds=%d from %d, %.1f s" % (seeds, first, time.monotonic() - began), flush=True)
        self.assertEqual([name for name, hit in hits.items() if not any(hit)], [], "never hit")
        self.cluster.stop()

    # --- one seed ---------------------------------------------------------------------------------
    def one(self, step, rng, folder):
        r = Round(rng, folder, step.big)
        if step.request.startswith("addBlock"):
            r.more = b"x"
        step.operation(r)
        for key, data in r.before.items():
            self.content.write("%s/%s" % (folder, key), data)
        for key in r.empty:
            self.content.write("%s/%s" % (folder, key), b"")
        if r.before:
            self.cluster.cli("fs", "ls", "-R", "-f", r.path(), check=True)
        if r.first_make:
            self.cluster.cli("fs", "mkdir", r.first_make, check=True)
        if r.ready:
            self.repeat("prepare", r, r.ready)
        r.first = Command(self, r.command, r)
        trap = self.relay.arm(Trap(step.request, step.moment, rng.randint(*step.nth),
                                   lambda: self.spring(step, r)))
        r.first.start()
        hit = self.wait_for(trap, r)
        for victim in step.victims:
            if getattr(self.cluster, victim).poll() is not None:
                getattr(self.cluster, "start_" + victim)()
        for command in r.commands():
            command.join(180)
            self.assertIsNotNone(command.code, "%s does not end" % (command.args,))
        if not hit and r.background:
            self.fail("the step never came: %s %s" % (r.first.args, r.first.err))
        if r.overwrites and r.first.code != 0:
            self.after_failed_overwrite(r, rng)
        self.judge(r)
        return hit

    def repeat(self, what, r, args):
        """Runs a command until it succeeds: a server may have just been started."""
        def done():
            done.last = Command(self, args, r)
            done.last.run()
            return done.last.code == 0
        try:
            wait_until(what, done, 180, 0.2)
        except AssertionError as fault:
            raise AssertionError("%s: %s" % (fault, done.last.err)) from fault
        return done.last

    def after_failed_overwrite(self, r, rng):
        """The store has one of both, whole. What can be read is that. Then the client tries again,
        or gives the file up."""
        key = "%s/%s" % (r.folder, r.overwrites)
        either = (r.before[r.overwrites], r.after[r.overwrites])
        self.assertIn(self.content.read(key), either, "neither the old nor the new content")
        with tempfile.TemporaryDirectory(prefix="alluxio-crash-") as folder:
            out = os.path.join(folder, "out")
            code, _, _ = self.cluster.cli("fs", "copyToLocal", r.path(r.overwrites), out)
            if code == 0:
                with open(out, "rb") as f:
                    self.assertEqual(f.read(), self.content.read(key), "not what the store has")
        if rng.randrange(2):
            r.first = self.repeat("overwrite again", r, r.command)
        else:
            r.first = self.repeat("delete", r, ("rm", r.path(r.overwrites)))
            del r.after[r.overwrites]
            r.background = False

    def wait_for(self, trap, r):
        """True when the trap has sprung. A background copy comes after its command."""
        deadline = time.monotonic() + 180
        while not trap.sprung.wait(0.01):
            if not trap.taken and r.first.code is not None:
                if r.background and r.first.code == 0:
                    trap.sprung.wait(5)
                if not trap.taken:
                    break
            self.assertLess(time.monotonic(), deadline, "the step does not end")
        return trap.sprung.is_set()

    def spring(self, step, r):
        """Runs in the relay, while the request waits."""
        if r.background:
            r.first.join(10)  # the only copy is acknowledged
        if r.meanwhile:
            r.second = Command(self, r.meanwhile, r)
            r.second.start()
            # A worker's step holds nobody up; a master's holds the path.
            r.second.join(10 if step.victims == WORKER else r.rng.uniform(0, 0.4))
        for victim in step.victims:
            process = getattr(self.cluster, victim)
            process.send_signal(signal.SIGKILL)
            process.wait()

    # --- the judge --------------------------------------------------------------------------------
    def judge(self, r):
        temporary = []
        def settled():
            store, folders = self.store_of(r)
            temporary[:] = [k for k in self.content.keys(TEMPORARY + "/")
                            if k[-1] != "/" and HIDDEN not in k]
            states = self.namespace(r)
            return self.accepted(r, store) and not temporary and \
                states.keys() == store.keys() and not set(states.values()) - {"PERSISTED"}
        try:
            wait_until("namespace and store to agree", settled, 120, 0.1)
        except AssertionError:
            pass  # told below, with what differs
        store, folders = self.store_of(r)
        if not self.accepted(r, store):
            self.fail("the store has %s, the answers were %s, before %s, after %s" % (
                sizes(store), [(c.args, c.code, c.err) for c in r.commands()], sizes(r.before),
                sizes(r.after)))
        self.assertEqual(temporary, [], "left behind")
        self.judge_folders(r, store, folders)
        for force in ((), ("-f",)):
            states = self.namespace(r, *force)
            self.assertEqual(sorted(states), sorted(store), "namespace and store %s" % (force,))
            self.assertEqual(set(states.values()) - {"PERSISTED"}, set())
        self.read_back(r, store)

    def judge_folders(self, r, store, folders):
        above = {k[:i + 1] for k in store for i, c in enumerate(k) if c == "/"}
        done = {f for f in r.empty.values() if f} if store == r.after else set(r.empty)
        for folder in done if not r.piecewise else ():
            self.assertIn(folder, folders, "an empty folder is gone")
        above.update(f[:i + 1] for f in done for i, c in enumerate(f) if c == "/")
        self.assertEqual(folders - above, set(), "folders nobody has")

    def accepted(self, r, store):
        first, second = r.first.code == 0, r.second is None or r.second.code == 0
        if r.background:
            unsure = {} if first and second else {r.command[1]: r.command[2]}
            return store == r.after or bool(unsure) and store == {**r.before, **unsure}
        if first:
            return store == r.after
        if r.piecewise:
            return all(r.before.get(k) == v for k, v in store.items()) and \
                all(k in store for k in r.after)
        return store in (r.before, r.after)

    def store_of(self, r):
        """(files with their bytes, markers of folders) below the folder of the round."""
        keys = [k[len(r.folder) + 1:] for k in self.content.keys(r.folder + "/")
                if HIDDEN not in k]
        folders = {k for k in keys if k.endswith("/")}
        return {k: self.content.read("%s/%s" % (r.folder, k))
                for k in keys if k and k not in folders}, folders

    def namespace(self, r, *options):
        """key -> persistence state."""
        code, out, err = self.cluster.cli("fs", "ls", "-R", *options, r.path())
        if code != 0:
            self.assertIn("does not exist", out + err)
            return {}
        found = {}
        for line in out.splitlines():
            if " DIR " in line:
                continue
            words = line.split(None, 9)
            path = line[line.index(" " + r.path() + "/") + len(r.path()) + 2:]
            found[path] = next(w for w in words if "PERSIST" in w)
        return found

    def read_back(self, r, store):
        with tempfile.TemporaryDirectory(prefix="alluxio-crash-") as folder:
            out = os.path.join(folder, "out")
            if not store:
                return
            self.cluster.cli("fs", "copyToLocal", r.path(), out, check=True)
            self.assertEqual(LocalContent(out).keys(), sizes(store))
            for key, data in store.items():
                with open(os.path.join(out, key), "rb") as f:
                    self.assertEqual(f.read(), data, key)

    # --- stores -----------------------------------------------------------------------------------
    def s3(self, backend, few):
        relay = S3Steps(backend.port)
        self.addCleanup(relay.close)
        self.start("s3://%s/" % backend.bucket, {
            "alluxio.underfs.s3.endpoint": relay.endpoint,
            "alluxio.underfs.s3.endpoint.region": backend.region,
            "alluxio.underfs.s3.disable.dns.buckets": "true",
            "alluxio.underfs.s3.streaming.upload.partition.size": "5MB",
            "s3a.accessKeyId": backend.access, "s3a.secretKey": backend.secret})
        self.run_seeds(S3_STEPS, relay, backend.content(), few)

    @unittest.skipUnless("hdfs" in STORES, "not in STORES")
    def test_hdfs(self):
        with Hdfs(datanodes=1) as store:
            relay = HdfsSteps(store.port)
            self.addCleanup(relay.close)
            self.start("hdfs://127.0.0.1:%d/" % relay.port, {})
            self.run_seeds(HDFS_STEPS, relay, HdfsJudge(store.web_uri, user="root"), 8)
            self.judge_leftovers()

    @unittest.skipUnless("webhdfs" in STORES, "not in STORES")
    def test_webhdfs(self):
        with Hdfs(datanodes=1) as store:
            relay = HttpSteps(store.http_port, webhdfs_step)
            self.addCleanup(relay.close)
            self.start("webhdfs://127.0.0.1:%d/" % relay.port, {})
            self.run_seeds(WEBHDFS_STEPS, relay, HdfsJudge(store.web_uri, user="root"), 6)
            self.judge_leftovers()

    def judge_leftovers(self):
        """Files that killed writers left are swept when they are old enough."""
        left = self.content.keys(TEMPORARY + "/")
        two_days_ago = int((time.time() - 2 * 86400) * 1000)
        for key in left:
            self.content.call("PUT", "/" + key, "SETTIMES", modificationtime=two_days_ago)
        self.cluster.start_master()
        print("leftovers of killed writers: %d" % len(left), flush=True)
        wait_until("leftovers to be swept", lambda: not self.content.keys(TEMPORARY + "/"))
        self.cluster.stop()

    @unittest.skipUnless("versitygw" in STORES, "not in STORES")
    def test_s3_over_files(self):
        with VersityGateway() as store:
            self.s3(store, 16)

    @unittest.skipUnless("swift-s3" in STORES, "not in STORES")
    def test_s3_with_flat_keys(self):
        with Swift() as store:
            self.s3(store, 20)

    @unittest.skipUnless("swift" in STORES, "not in STORES")
    def test_swift(self):
        with Swift() as store:
            relay = HttpSteps(store.port, swift_step)
            self.addCleanup(relay.close)
            tenant, user = store.access.split(":")
            self.start("swift://%s/" % store.bucket, {
                "fs.swift.auth.url": relay.endpoint + "/auth/v1.0", "fs.swift.tenant": tenant,
                "fs.swift.user": user, "fs.swift.password": store.secret,
                "fs.swift.segment.size": "4MB"})
            self.run_seeds(SWIFT_STEPS, relay, store.content(), 8)


if __name__ == "__main__":
    unittest.main(verbosity=2)
