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
from cluster import NativeCluster, wait_until  # noqa: E402
from content import WebHdfsContent  # noqa: E402
from steps import ANSWERED, ARRIVED, TEMPORARY, HdfsSteps, S3Steps, Trap  # noqa: E402

STORES = os.environ.get("STORES", "versitygw hdfs").split()
HIDDEN = ".alluxio-tmp-"  # what a writer of HDFS is at; left by one that was killed
BIG = 11 << 20  # two parts of an upload


def sizes(files):
    return {key: len(data) for key, data in files.items()}


class Command(threading.Thread):
    """One command line, retried by its client while servers are away."""

    def __init__(self, cluster, args, r):
        super().__init__(daemon=True)
        self.cluster, self.args, self.code, self.err = cluster, args, None, ""
        if args[0] == "copyFromLocal":
            self.args = (args[0], os.path.join(cluster.folder, "data"), r.path(args[1]))
            with open(self.args[1], "wb") as f:
                f.write(args[2])

    def run(self):
        code, out, err = self.cluster.cli("fs", *self.args)
        self.err = (out + err)[:500]
        self.code = code


class Round:
    """One operation in a folder of its own: what was there, what shall be there, what to run."""

    def __init__(self, rng, folder, big):
        self.rng = rng
        self.folder = folder
        self.before = {}      # key below the folder -> bytes, known to the client
        self.after = {}       # the same when the operation is done
        self.piecewise = False  # each file by itself may be as before or after
        self.background = False  # the steps come after the command
        self.command = ()
        self.meanwhile = None  # a command that comes while the step is held up
        self.big = big
        self.more = b""       # instead of nothing
        self.first = self.second = None
        self.first_make = None  # a folder of the namespace alone
        self.empty = {}        # folder -> folder it becomes, or None

    def commands(self):
        return [c for c in (self.first, self.second) if c is not None]

    def data(self):
        return self.rng.randbytes(self.rng.choice([0, 1, 3000, 70000]))

    def copy(self, key):
        self.background = True
        data = self.rng.randbytes(BIG) if self.big else self.data() or self.more
        self.command = ("copyFromLocal", key, data)
        return data

    def path(self, key=""):
        return ("/%s/%s" % (self.folder, key)).rstrip("/")

    def tree(self, top):
        """A folder with folders in it, and names that sort oddly."""
        return {top + "/" + name: self.data() for name in
                ["a", "a.b", "sub/x", "sub/deep/y y", "sub/%41+#", "sub-1/z", "ä"]}


def persist(r):
    r.before = {"other": b"1"}
    r.after = {**r.before, "f": r.copy("f")}


def persist_below(r):
    """Its folders are not in the store yet."""
    r.before = {"other": b"1"}
    r.after = {**r.before, "new/deep/f": r.copy("new/deep/f")}
    r.first_make = r.path("new/deep")


def persist_renamed(r):
    r.before = {"d/other": b"1"}
    r.after = {**r.before, "d/g": r.copy("f")}
    r.meanwhile = ("mv", r.path("f"), r.path("d/g"))


def persist_deleted(r):
    r.before = {"other": b"1"}
    r.after = dict(r.before)
    r.copy("f")
    r.meanwhile = ("rm", r.path("f"))


def rename_file(r):
    data, other = r.data(), r.data()
    r.before = {"from": data, "d/other": other}
    r.after = {"d/to": data, "d/other": other}
    r.command = ("mv", r.path("from"), r.path("d/to"))


def rename_folder(r):
    r.before = {**r.tree("from"), "other": b"1"}
    r.empty = {"from/empty/": "to/empty/", "from/sub/none/": "to/sub/none/"}
    r.after = {("to" + k[4:] if k.startswith("from/") else k): v for k, v in r.before.items()}
    r.command = ("mv", r.path("from"), r.path("to"))


def delete_file(r):
    r.before = {"gone": r.data(), "other": r.data()}
    r.after = {"other": r.before["other"]}
    r.command = ("rm", r.path("gone"))


def delete_folder(r):
    r.before = {**r.tree("gone"), "other": b"1"}
    r.empty = {"gone/empty/": None, "gone/sub/none/": None}
    r.after = {"other": b"1"}
    r.piecewise = True
    r.command = ("rm", "-R", r.path("gone"))


class Step:
    """Where to kill whom: the nth request of a name, while an operation is under way."""

    def __init__(self, operation, victims, request, moment, nth=(1, 1), big=False):
        self.operation, self.victims, self.request = operation, victims, request
        self.moment, self.nth, self.big = moment, nth, big
        self.name = "%s%s: kill the %s when %s %s" % (
            operation.__name__, " (big)" if big else "", " and the ".join(victims), request,
            "arrives" if moment == ARRIVED else "is answered")


def both(operation, victims, request, nth=(1, 1), big=False):
    return [Step(operation, victims, request, moment, nth, big) for moment in (ARRIVED, ANSWERED)]


MASTER, WORKER, BOTH = ("master",), ("worker",), ("master", "worker")
S3_STEPS = [step for steps in (
    both(persist, WORKER, "PUT temporary"),
    both(persist, BOTH, "PUT temporary"),
    both(persist, MASTER, "PUT temporary"),
    both(persist, WORKER, "begin upload", big=True),
    both(persist, WORKER, "PUT part", (1, 2), big=True),
    both(persist, BOTH, "complete upload", big=True),
    both(persist, WORKER, "complete upload", big=True),
    both(persist, MASTER, "COPY temporary"),
    both(persist, MASTER, "DELETE temporary"),
    both(persist_below, MASTER, "PUT marker", (1, 2)),
    both(persist_below, MASTER, "COPY temporary"),
    both(persist_renamed, WORKER, "PUT temporary"),
    both(persist_renamed, BOTH, "PUT temporary"),
    both(persist_renamed, MASTER, "COPY temporary"),
    both(persist_renamed, MASTER, "DELETE temporary"),
    both(persist_deleted, WORKER, "PUT temporary"),
    both(persist_deleted, BOTH, "PUT temporary"),
    both(persist_deleted, BOTH, "complete upload", big=True),
    both(persist_deleted, MASTER, "COPY temporary"),
    both(persist_deleted, MASTER, "DELETE temporary"),
    both(rename_file, MASTER, "COPY"),
    both(rename_file, MASTER, "DELETE"),
    both(rename_folder, MASTER, "PUT marker", (1, 3)),
    both(rename_folder, MASTER, "LIST", (1, 4)),
    both(rename_folder, MASTER, "COPY", (1, 7)),
    both(rename_folder, MASTER, "DELETE", (1, 7)),
    both(rename_folder, MASTER, "DELETE marker", (1, 2)),
    both(delete_file, MASTER, "DELETE"),
    both(delete_folder, MASTER, "LIST", (1, 4)),
    both(delete_folder, MASTER, "DELETE", (1, 7)),
    both(delete_folder, MASTER, "DELETE marker", (1, 2)),
) for step in steps]


HDFS_STEPS = [step for steps in (
    both(persist, WORKER, "create temporary"),
    both(persist, WORKER, "addBlock temporary"),
    both(persist, WORKER, "complete temporary"),
    both(persist, BOTH, "complete temporary"),
    both(persist, MASTER, "rename2 temporary"),
    both(persist_below, MASTER, "mkdirs"),
    both(persist_below, MASTER, "rename2 temporary"),
    both(persist_renamed, WORKER, "create temporary"),
    both(persist_renamed, BOTH, "complete temporary"),
    both(persist_renamed, MASTER, "rename2 temporary"),
    both(persist_deleted, WORKER, "create temporary"),
    both(persist_deleted, BOTH, "complete temporary"),
    both(persist_deleted, MASTER, "rename2 temporary"),
    both(rename_file, MASTER, "rename2"),
    both(rename_folder, MASTER, "rename2"),
    both(delete_file, MASTER, "delete"),
    both(delete_folder, MASTER, "delete", (1, 9)),
) for step in steps]


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
        r.first = Command(self.cluster, r.command, r)
        trap = self.relay.arm(Trap(step.request, step.moment, rng.randint(*step.nth),
                                   lambda: self.spring(step, r)))
        r.first.start()
        hit = self.wait_for(trap, r)
        for victim in step.victims:
            if getattr(self.cluster, victim).poll() is not None:
                getattr(self.cluster, "start_" + victim)()
        for command in r.commands():
            command.join(90)
            self.assertIsNotNone(command.code, "%s does not end" % (command.args,))
        if not hit and r.background:
            self.fail("the step never came: %s %s" % (r.first.args, r.first.err))
        self.judge(r)
        return hit

    def wait_for(self, trap, r):
        """True when the trap has sprung. A background copy comes after its command."""
        deadline = time.monotonic() + 60
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
            r.second = Command(self.cluster, r.meanwhile, r)
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
            wait_until("namespace and store to agree", settled, 20, 0.1)
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
        keys = [k[len(r.folder) + 1:] for k in self.content.keys(r.folder + "/")]
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
    def s3(self, backend):
        relay = S3Steps(backend.port)
        self.addCleanup(relay.close)
        self.start("s3://%s/" % backend.bucket, {
            "alluxio.underfs.s3.endpoint": relay.endpoint,
            "alluxio.underfs.s3.endpoint.region": backend.region,
            "alluxio.underfs.s3.disable.dns.buckets": "true",
            "alluxio.underfs.s3.streaming.upload.partition.size": "5MB",
            "s3a.accessKeyId": backend.access, "s3a.secretKey": backend.secret})
        self.run_seeds(S3_STEPS, relay, backend.content(), 26)

    @unittest.skipUnless("hdfs" in STORES, "not in STORES")
    def test_hdfs(self):
        with Hdfs(datanodes=1) as store:
            relay = HdfsSteps(store.port)
            self.addCleanup(relay.close)
            self.start("hdfs://127.0.0.1:%d/" % relay.port, {})
            self.run_seeds(HDFS_STEPS, relay, HdfsJudge(store.web_uri, user="root"), 10)
            self.judge_leftovers()

    def judge_leftovers(self):
        """Files that killed writers left are swept when they are old enough."""
        left = self.content.keys(TEMPORARY + "/")
        two_days_ago = int((time.time() - 2 * 86400) * 1000)
        for key in left:
            self.content.call("PUT", "/" + key, "SETTIMES", modificationtime=two_days_ago)
        self.cluster.start_master()
        print("leftovers of killed writers: %d" % len(left), flush=True)
        wait_until("leftovers to be swept", lambda: not self.content.keys(TEMPORARY + "/"), 20)
        self.cluster.stop()

    @unittest.skipUnless("versitygw" in STORES, "not in STORES")
    def test_s3_over_files(self):
        with VersityGateway() as store:
            self.s3(store)

    @unittest.skipUnless("swift" in STORES, "not in STORES")
    def test_s3_with_flat_keys(self):
        with Swift() as store:
            self.s3(store)


if __name__ == "__main__":
    unittest.main(verbosity=2)
