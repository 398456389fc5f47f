"""ZooKeeper: an ensemble of one or three servers, from Debian's jar."""
import os
import signal
import socket

from backend import Backend, BackendError
from cluster import JAVA_FLAGS, free_port

JAR = "/usr/share/java/zookeeper.jar"


class ZooKeeper(Backend):
    """`zk.address` is what alluxio.zookeeper.address takes. Single servers, numbered from 0:
    kill_node, pause_node, resume_node, start_node, leader."""

    name = "zookeeper"
    ready_seconds = 120

    def __init__(self, folder=None, detached=False, nodes=3, tick_ms=500,
                 host="127.0.0.1", hosts=None):
        super().__init__(folder, detached)
        self.nodes, self.tick_ms = nodes, tick_ms
        self.hosts = hosts or [host] * nodes
        self.ports = [free_port() for _ in range(nodes)]
        self.peers = [(free_port(), free_port()) for _ in range(nodes)]

    @property
    def address(self):
        return ",".join("%s:%d" % place for place in zip(self.hosts, self.ports))

    @property
    def pids(self):
        return [self.processes["zk%d" % i].pid for i in range(self.nodes)]

    def environment(self):
        return {"ZOOKEEPER": self.address}

    def launch(self):
        if not os.path.exists(JAR):
            raise BackendError("zookeeper: run tools/install_packages.sh test")
        for i in range(self.nodes):
            self.start_node(i)

    def start_node(self, i):
        """Starts it, also again after kill_node; does not wait."""
        conf = os.path.join(self.folder, "zk%d" % i)
        data = os.path.join(conf, "data")
        os.makedirs(data, exist_ok=True)
        lines = {
            "tickTime": self.tick_ms, "initLimit": 20, "syncLimit": 10,
            "minSessionTimeout": 2 * self.tick_ms, "maxSessionTimeout": 120000,
            "dataDir": data, "clientPort": self.ports[i], "clientPortAddress": self.hosts[i],
            "admin.enableServer": "false", "4lw.commands.whitelist": "*",
            "maxClientCnxns": 0, "standaloneEnabled": "true" if self.nodes == 1 else "false",
            # Data of a test need not survive the machine.
            "forceSync": "no",
        }
        if self.nodes > 1:
            for n, (peer, election) in enumerate(self.peers):
                lines["server.%d" % (n + 1)] = "%s:%d:%d" % (self.hosts[n], peer, election)
        with open(os.path.join(data, "myid"), "w") as f:
            f.write("%d\n" % (i + 1))
        with open(os.path.join(conf, "zoo.cfg"), "w") as f:
            f.write("".join("%s=%s\n" % item for item in lines.items()))
        self.spawn("zk%d" % i, [
            "java", *JAVA_FLAGS, "-Xmx128m", "-cp", conf + ":" + JAR,
            "org.apache.zookeeper.server.quorum.QuorumPeerMain", os.path.join(conf, "zoo.cfg")])

    def kill_node(self, i):
        self.kill("zk%d" % i)

    def pause_node(self, i):
        os.kill(self.processes["zk%d" % i].pid, signal.SIGSTOP)

    def resume_node(self, i):
        os.kill(self.processes["zk%d" % i].pid, signal.SIGCONT)

    def ask(self, i, word):
        """The answer to a four-letter word; "" when the server does not answer."""
        try:
            with socket.create_connection((self.hosts[i], self.ports[i]), timeout=2) as link:
                link.sendall(word.encode())
                answer = b""
                while True:
                    piece = link.recv(65536)
                    if not piece:
                        return answer.decode(errors="replace")
                    answer += piece
        except OSError:
            return ""

    def mode(self, i):
        """leader, follower, standalone, or "" when it serves nobody."""
        for line in self.ask(i, "srvr").splitlines():
            if line.startswith("Mode: "):
                return line[6:]
        return ""

    def leader(self):
        """The number of the server that leads, or None."""
        for i in range(self.nodes):
            if self.mode(i) in ("leader", "standalone"):
                return i
        return None

    def ready(self):
        return all(self.mode(i) for i in range(self.nodes))

    def stop(self):
        for process in self.processes.values():  # a paused one would not end
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
        super().stop()
