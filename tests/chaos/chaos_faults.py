"""The faults of a chaos run. Each is begun, lasts for a while, and is taken back; which one, of
what, and for how long is drawn from one seed."""
import errno
import os
import signal
import time

from faults import drop, heal
from masters import SESSION_SECONDS


class Faults:
    """`tick()` again and again, then `heal_all()`."""

    def __init__(self, cluster, rng, say, together=2):
        self.cluster, self.rng, self.say, self.together = cluster, rng, say, together
        self.active = []      # (end, what it touches, undo, name)
        self.dropped = {}     # nft rules by master: sides
        self.counts = {}
        self.lost_primary = []  # (monotonic ns, name): when the primary was taken away
        self.next = time.monotonic() + 1
        self.look = 0
        self.disk_well = -60  # when its last fault ended
        self.broken = []      # masters that ended by themselves
        self.dead = set()     # masters that we killed and have not started again
        self.kinds = [
            (5, self.kill_primary), (2, self.kill_standby), (4, self.pause_long),
            (3, self.pause_short), (2, self.pause_standby), (2, self.kill_guardian),
            (2, self.kill_both), (2, self.node_killed), (2, self.node_paused),
            (2, self.all_nodes_paused), (3, self.cut_from_zookeeper), (2, self.flicker),
            (2, self.cut_from_clients), (2, self.answers_lost), (3, self.isolated),
            (2, self.restarted)]
        self.kinds += [(2, self.clock_jumps), (0, self.pause_three), (0, self.pause_again)]
        if cluster.hdfs is None:
            self.kinds += [(1, self.disk_full), (1, self.disk_read_only), (1, self.disk_errors)]
        else:
            self.kinds += [(2, self.datanode_paused), (1, self.namenode_paused),
                           (2, self.datanode_restarted), (1, self.namenode_restarted)]

    # Spans of time, in seconds.
    def beyond(self):
        return self.rng.uniform(1.5, 3) * SESSION_SECONDS

    def below(self):
        return self.rng.uniform(0.05, 0.9) * SESSION_SECONDS

    def any_span(self):
        return self.rng.choice([self.below, self.beyond])()

    def tick(self):
        now = time.monotonic()
        for fault in [f for f in self.active if f[0] <= now]:
            self.end(fault)
        self.restart_ended()
        if now >= self.look:
            self.cluster.acting()  # sees them come in their order
            self.look = now + 0.5
        if now >= self.next and len(self.active) < self.together:
            if self.begin():
                self.next = time.monotonic() + self.rng.uniform(0.3, 4)

    def restart_ended(self):
        for i in range(self.cluster.count):
            process = self.cluster.masters[i]
            if i not in self.dead and process.poll() is not None:
                self.ended(i, process.returncode)
                self.cluster.start(i)

    def ended(self, i, code):
        """A master that cannot write its journal ends; no other reason is good."""
        last = self.cluster.log(i).rstrip().rpartition("\n")[2]
        self.say("master %d ended by itself with %s: %s" % (i, code, last))
        said = self.cluster.log(i)[-4000:]
        why = any(text in said for text in ("the journal has failed", "master: not started error="))
        if why and (not self.free("disk") or time.monotonic() < self.disk_well + 10):
            self.counts["ended at the bad disk"] = self.counts.get("ended at the bad disk", 0) + 1
        else:
            self.broken.append("master %d ended by itself with %s: %s" % (i, code, last))

    def begin(self):
        """Whether one began: many have to wait until there is a primary, or another one is over."""
        kind = self.rng.choices([k for _, k in self.kinds], [w for w, _ in self.kinds])[0]
        made = kind()
        if made is None:
            return False
        touched, span, undo = made
        self.counts[kind.__name__] = self.counts.get(kind.__name__, 0) + 1
        self.say("%s of %s for %.1f s" % (kind.__name__, touched, span))
        self.active.append((time.monotonic() + span, touched, undo, kind.__name__))
        return True

    def end(self, fault):
        self.active.remove(fault)
        fault[2]()
        if fault[1] == "disk":
            self.disk_well = time.monotonic()
        self.say("%s of %s is over" % (fault[3], fault[1]))

    def heal_all(self):
        while self.active:
            self.end(self.active[0])

    def free(self, what):
        return all(what != touched for _, touched, _, _ in self.active)

    def primary(self):
        """The primary, when there is one and nothing is wrong with it."""
        i = self.cluster.acting()
        if i is None or not self.free("master %d" % i) or not self.cluster.alive(i):
            return None
        return i

    def standby(self):
        primary = self.cluster.acting()
        others = [i for i in range(self.cluster.count)
                  if i != primary and self.free("master %d" % i) and self.cluster.alive(i)]
        return self.rng.choice(others) if others and primary is not None else None

    def anyone(self):
        return self.rng.choice([self.primary, self.standby])()

    def taken(self, i, name):
        if i is not None and i == self.cluster.acting():
            self.lost_primary.append((time.monotonic_ns(), name))

    # Of processes.
    def kill(self, i):
        if i is None:
            return None
        self.cluster.kill(i)
        self.dead.add(i)

        def again():
            self.dead.discard(i)
            self.cluster.start(i)
        return "master %d" % i, self.rng.choice([0.1, self.below(), self.beyond()]), again

    def kill_primary(self):
        i = self.primary()
        if i is not None:
            self.lost_primary.append((time.monotonic_ns(), "kill"))
        return self.kill(i)

    def kill_standby(self):
        return self.kill(self.standby())

    def kill_guardian(self):
        """Then its master, after a while: the session has to run out."""
        i = self.primary()
        guardian = None if i is None else self.cluster.guardian(i)
        if guardian is None:
            return None
        os.kill(guardian, signal.SIGKILL)
        time.sleep(self.rng.uniform(0, 0.5))
        self.lost_primary.append((time.monotonic_ns(), "kill without guardian"))
        return self.kill(i)

    def kill_both(self):
        """The primary and, a moment later, the one that takes over."""
        first = self.primary()
        if first is None:
            return None
        self.cluster.kill(first)
        self.dead.add(first)
        time.sleep(self.rng.choice([0, 0.01, 0.03, 0.1, 0.3]))
        second = self.standby()
        if second is not None:
            self.cluster.kill(second)

        def again():
            for i in (first, second):
                if i is not None:
                    self.dead.discard(i)
                    self.cluster.start(i)
        if second is not None:
            self.dead.add(second)
        return "master %d" % first, self.below(), again

    def pause(self, i, span, name=None):
        if i is None:
            return None
        if name:
            self.taken(i, name)
        self.cluster.signal(i, signal.SIGSTOP)
        return "master %d" % i, span, lambda: self.cluster.signal(i, signal.SIGCONT)

    def pause_long(self):
        return self.pause(self.primary(), self.beyond(), "pause")

    def pause_three(self):
        """Only when it is asked for."""
        return self.pause(self.primary(), 3 * SESSION_SECONDS, "pause of three sessions")

    def pause_again(self):
        """Only when it is asked for: stopped once more while it finds out that it was deposed."""
        made = self.pause(self.primary(), self.beyond(), "pause")
        if made is None:
            return None
        touched, span, wake = made
        i, awake = int(touched.split()[1]), self.rng.uniform(0, 0.4)
        again = self.rng.uniform(0.5, 3)

        def wake_twice():
            wake()
            time.sleep(awake)
            self.cluster.signal(i, signal.SIGSTOP)
            time.sleep(again)
            wake()
        return touched, span, wake_twice

    def pause_short(self):
        return self.pause(self.primary(), self.below())

    def pause_standby(self):
        return self.pause(self.standby(), self.any_span())

    def restarted(self):
        i = self.anyone()
        if i is None:
            return None
        self.dead.add(i)
        self.cluster.signal(i, signal.SIGTERM)

        def again():
            try:
                self.cluster.masters[i].wait(90)
            except Exception:
                self.broken.append("master %d does not end on SIGTERM" % i)
                self.cluster.kill(i)
            self.dead.discard(i)
            self.cluster.start(i)
        return "master %d" % i, self.rng.uniform(0.5, 3), again

    # Of ZooKeeper.
    def node_killed(self):
        node = self.rng.randrange(self.cluster.zookeeper.nodes)
        if any("node" in touched for _, touched, _, _ in self.active):
            return None
        self.cluster.zookeeper.kill_node(node)
        return "node %d" % node, self.any_span(), lambda: self.cluster.zookeeper.start_node(node)

    def pause_nodes(self, nodes, span):
        if any("node" in touched for _, touched, _, _ in self.active):
            return None
        for node in nodes:
            self.cluster.zookeeper.pause_node(node)

        def again():
            for node in nodes:
                self.cluster.zookeeper.resume_node(node)
        return "nodes %s" % nodes, span, again

    def node_paused(self):
        return self.pause_nodes([self.rng.randrange(self.cluster.zookeeper.nodes)],
                                self.any_span())

    def all_nodes_paused(self):
        return self.pause_nodes(list(range(self.cluster.zookeeper.nodes)), self.any_span())

    # Of the network.
    def cut_from_zookeeper(self):
        """What is on its way arrives when the fault is over."""
        i, span = self.anyone(), self.any_span()
        if i is None:
            return None
        if span > SESSION_SECONDS:
            self.taken(i, "cut from zookeeper")
        self.cluster.shut(i, True)
        return "master %d" % i, span, lambda: self.cluster.shut(i, False)

    def flicker(self):
        """Cut off and back, several times, at the pace of the lease."""
        i = self.primary()
        if i is None:
            return None
        for _ in range(self.rng.randrange(2, 6)):
            self.cluster.shut(i, True)
            time.sleep(self.rng.uniform(0.05, SESSION_SECONDS / 4))
            self.cluster.shut(i, False)
            time.sleep(self.rng.uniform(0.01, SESSION_SECONDS / 4))
        return "master %d" % i, 0.1, lambda: None

    def drop_packets(self, i, sides):
        if sides:
            self.dropped[i] = sides
        else:
            self.dropped.pop(i, None)
        heal()
        for master, which in self.dropped.items():
            drop(self.cluster.ports[master], sides=which)

    def cut_from_clients(self):
        i = self.primary()
        if i is None:
            return None
        self.drop_packets(i, ("dport", "sport"))
        return "master %d" % i, self.any_span(), lambda: self.drop_packets(i, None)

    def answers_lost(self):
        """Calls arrive and are done; nobody hears of it. Then the primary dies, and every client
        learns that its connection is gone: it has to ask the next one for the same again."""
        i = self.primary()
        if i is None:
            return None
        self.drop_packets(i, ("sport",))
        time.sleep(self.rng.uniform(0.05, 1))
        killed = self.kill(i)
        self.drop_packets(i, None)
        return killed

    def isolated(self):
        """From everybody, as when its cable is pulled; the journal's disk stays within reach."""
        i = self.primary()
        if i is None:
            return None
        span = self.any_span()
        if span > SESSION_SECONDS:
            self.taken(i, "isolated")
        self.cluster.shut(i, True)
        self.drop_packets(i, ("dport", "sport"))

        def again():
            self.drop_packets(i, None)
            self.cluster.shut(i, False)
        return "master %d" % i, span, again

    # Of one machine: tests/cluster/ill_machine.c.
    def clock_jumps(self):
        """And back, later."""
        i = self.anyone()
        if i is None or self.cluster.ill[i].clock_off != 0:
            return None
        ill = self.cluster.ill[i]
        off = self.rng.choice([-1, 1]) * self.rng.choice([self.below(), 3600, 40 * 86400])
        ill.set(ill.disk_error, off)
        return ("clock of master %d by %.1f s" % (i, off), self.any_span(),
                lambda: ill.set(ill.disk_error, 0))

    def disk_answers(self, error):
        """To all masters: the folder is one for all."""
        if not self.free("disk"):
            return None

        def answer(error):
            for ill in self.cluster.ill:
                ill.set(error, ill.clock_off)
        answer(error)
        return "disk", self.rng.uniform(0.2, 8), lambda: answer(0)

    def disk_read_only(self):
        return self.disk_answers(errno.EROFS)

    def disk_errors(self):
        return self.disk_answers(errno.EIO)

    # Of HDFS.
    def pause_daemon(self, role):
        if not self.free("hdfs"):
            return None
        process = self.cluster.hdfs.processes[role]
        os.kill(process.pid, signal.SIGSTOP)
        return "hdfs", self.any_span(), lambda: os.kill(process.pid, signal.SIGCONT)

    def datanode_paused(self):
        return self.pause_daemon("datanode%d" % self.rng.randrange(2))

    def namenode_paused(self):
        return self.pause_daemon("namenode")

    def restart_daemon(self, role, start):
        if not self.free("hdfs"):
            return None
        self.cluster.hdfs.kill(role)
        return "hdfs", self.rng.choice([0.1, self.below()]), start

    def datanode_restarted(self):
        number = self.rng.randrange(2)
        return self.restart_daemon("datanode%d" % number,
                                   lambda: self.cluster.hdfs.start_datanode(number))

    def namenode_restarted(self):
        return self.restart_daemon("namenode", self.cluster.hdfs.start_namenode)

    # Of the disk.
    def disk_full(self):
        if not self.free("disk"):
            return None
        path = os.path.join(self.cluster.cluster.journal, "filler")
        with open(path, "wb", buffering=0) as f:
            try:
                while True:
                    f.write(bytes(1 << 16))
            except OSError:
                pass  # full now
        return "disk", self.rng.uniform(0.2, 4), lambda: os.remove(path)
