"""kill -9 between any two steps of persisting in the background, of deletes and renames of
persisted files and of checkpoints, judged against the namespace and the under store. SEED and
SECONDS (of each test) come from the environment; the seed is printed."""
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import BIN, NativeCluster, wait_until  # noqa: E402

TEMPORARY = ".alluxio_ufs_persistence"


class Editor(threading.Thread):
    """Edits one folder with the command line, one edit at a time, and remembers every answer."""

    def __init__(self, cluster, seed, index):
        super().__init__(daemon=True)
        self.cluster = cluster
        self.rng = random.Random(seed * 100 + index)
        self.folder = "/t%d" % index
        self.local = os.path.join(cluster.folder, "data%d" % index)
        self.model = {}    # name -> content, acknowledged
        self.doubts = []   # (names one of which may exist, content or None)
        self.gone = set()  # names whose delete or rename was acknowledged
        self.next = 0
        self.stopped = False
        self.fault = None

    def run(self):
        try:
            while not self.stopped:
                self.edit()
        except BaseException as fault:  # reported by the test
            self.fault = fault

    def edit(self):
        dice = self.rng.randrange(10) if len(self.model) > 3 else 0
        name = "f%d" % self.next
        self.next += 1
        if dice < 5:
            data = self.rng.randbytes(self.rng.choice([0, 100, 5000, 300000]))
            with open(self.local, "wb") as f:
                f.write(data)
            code, _, _ = self.cluster.cli("fs", "copyFromLocal", self.local, self.path(name))
            if code == 0:
                self.model[name] = data
            else:
                self.doubts.append(({name}, None))
            return
        old = self.rng.choice(sorted(self.model))
        data = self.model.pop(old)
        if dice < 8:
            code, _, _ = self.cluster.cli("fs", "mv", self.path(old), self.path(name))
            if code == 0:
                self.model[name] = data
                self.gone.add(old)
            else:
                self.doubts.append(({old, name}, data))
        else:
            code, _, _ = self.cluster.cli("fs", "rm", self.path(old))
            if code == 0:
                self.gone.add(old)
            else:
                self.doubts.append(({old}, None))

    def path(self, name):
        return self.folder + "/" + name


class CrashStepsTest(unittest.TestCase):
    def start(self, write_type, seed):
        print("seed=%d write type=%s" % (seed, write_type), flush=True)
        cluster = NativeCluster({
            "alluxio.user.file.writetype.default": write_type,
            "alluxio.user.file.persistence.initial.wait.time": "0",
            "alluxio.master.persistence.scheduler.interval": "50ms",
            "alluxio.master.persistence.initial.interval": "100ms",
            "alluxio.master.persistence.max.interval": "500ms",
            "alluxio.worker.block.heartbeat.interval": "200ms",
            "alluxio.master.journal.log.size.bytes.max": "16KB",
            "alluxio.master.worker.connect.wait.time": "50ms",
            "alluxio.user.rpc.retry.base.sleep": "20ms",
            "alluxio.user.rpc.retry.max.sleep": "200ms",
            "alluxio.user.rpc.retry.max.duration": "10s",
        })
        self.addCleanup(cluster.close)
        return cluster.start()

    def kill_for(self, cluster, seconds, rng):
        end = time.monotonic() + seconds
        kills = 0
        while time.monotonic() < end:
            time.sleep(rng.uniform(0.05, 1.0))
            roles = rng.choice([("master",), ("master",), ("worker",), ("master", "worker")])
            for role in roles:
                process = getattr(cluster, role)
                self.assertIsNone(process.poll(), cluster.tail(role))
                process.send_signal(signal.SIGKILL)
                process.wait()
            for role in roles:
                getattr(cluster, "start_" + role)()
            kills += 1
        return kills

    def checkpoints(self, cluster, stop):
        while not stop.is_set():
            subprocess.run([os.path.join(BIN, "wire-poke"), str(cluster.master_port), "unary",
                            "/alluxio.grpc.meta.MetaMasterClientService/Checkpoint", ""],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            time.sleep(0.05)

    def hammer(self, write_type, seed):
        rng = random.Random(seed)
        cluster = self.start(write_type, seed)
        editors = [Editor(cluster, seed, i) for i in range(3)]
        for editor in editors:
            cluster.cli("fs", "mkdir", editor.folder, check=True)
        for editor in editors:
            editor.start()
        stop = threading.Event()
        checkpoints = threading.Thread(target=self.checkpoints, args=(cluster, stop), daemon=True)
        checkpoints.start()
        kills = self.kill_for(cluster, float(os.environ.get("SECONDS", "12")), rng)
        stop.set()
        for editor in editors:
            editor.stopped = True
        for thread in editors + [checkpoints]:
            thread.join(180)
            self.assertFalse(thread.is_alive(), "an edit does not end")
        self.assertEqual([e.fault for e in editors], [None] * len(editors))
        print("kills=%d edits=%d files=%d doubts=%d" % (
            kills, sum(e.next for e in editors), sum(len(e.model) for e in editors),
            sum(len(e.doubts) for e in editors)), flush=True)
        self.judge(cluster, editors)
        cluster.stop()

    def states(self, cluster, folder):
        """name -> persistence state; the listing itself may bring back what the under store has."""
        _, out, _ = cluster.cli("fs", "ls", folder, check=True)
        lines = [line.split() for line in out.splitlines()]
        return {w[-1].rsplit("/", 1)[1]: next(x for x in w if "PERSIST" in x) for w in lines}

    def judge(self, cluster, editors):
        faults = []
        for editor in editors:
            def settled():
                states = self.states(cluster, editor.folder)
                return "TO_BE_PERSISTED" not in states.values() and states
            try:
                states = wait_until("everything to be persisted", settled)
            except AssertionError:
                states = self.states(cluster, editor.folder)
                faults += ["not persisted: " + editor.path(n) for n, s in sorted(states.items())
                           if s == "TO_BE_PERSISTED" and n in editor.model]
            faults += self.judge_folder(cluster, editor, states)
        def leftovers():
            return [os.path.join(folder, f) for folder, _, files in os.walk(cluster.ufs)
                    for f in files if TEMPORARY in folder and not f.startswith(".")]
        try:
            wait_until("temporary copies to go", lambda: not leftovers())
        except AssertionError:
            faults.append("left behind: %s" % leftovers())
        self.assertEqual(faults, [], cluster.tail("master", 15))

    def judge_folder(self, cluster, editor, states):
        faults = []
        ufs = os.path.join(cluster.ufs, editor.folder[1:])
        names = os.listdir(ufs) if os.path.isdir(ufs) else []
        copies = {name for name in names if not name.startswith(".")}
        maybe = set().union(*(names for names, _ in editor.doubts)) if editor.doubts else set()
        for name, data in sorted(editor.model.items()):
            path = os.path.join(ufs, name)
            if name not in states:
                faults.append("not listed: " + editor.path(name))
            elif name not in copies:
                faults.append("not in the under store: %s, %s" % (editor.path(name), states[name]))
            else:
                with open(path, "rb") as f:
                    if f.read() != data:
                        faults.append("content of the copy of " + editor.path(name))
        for name in sorted((set(states) | copies) - set(editor.model) - maybe):
            where = [w for w, names in (("namespace", states), ("under store", copies))
                     if name in names]
            faults.append("came back in %s: %s" % (where, editor.path(name)))
        for names, data in editor.doubts:
            if data is None:
                continue
            found = []
            for name in sorted(names & set(states)):
                out = os.path.join(cluster.folder, "read")
                if os.path.exists(out):
                    os.remove(out)
                code, _, _ = cluster.cli("fs", "copyToLocal", editor.path(name), out)
                if code == 0:
                    with open(out, "rb") as f:
                        found.append(f.read() == data)
            if True not in found or False in found:
                faults.append("neither of %s in %s has its content" % (names, editor.folder))
        return faults

    def test_persist_in_the_background(self):
        self.hammer("ASYNC_THROUGH", int(os.environ.get("SEED", random.randrange(1 << 30))))

    def test_delete_and_rename_of_persisted_files(self):
        self.hammer("CACHE_THROUGH", int(os.environ.get("SEED", random.randrange(1 << 30))))


if __name__ == "__main__":
    unittest.main(verbosity=2)
