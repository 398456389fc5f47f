"""HDFS: NameNodes and DataNodes, the real daemons, from the published jars. `Hdfs` has one
NameNode, `HdfsService` a name service of two."""
import json
import os
import subprocess

from backend import CACHE, Backend, BackendError, http_get
from cluster import JAVA_FLAGS, free_port, port_open, wait_until
from content import WebHdfsContent


NAME_NODE = "org.apache.hadoop.hdfs.server.namenode.NameNode"


class Hdfs(Backend):
    name = "hdfs"
    ready_seconds = 180  # three JVMs on a machine that others use as well
    HEAP = "-Xmx256m"

    def __init__(self, folder=None, detached=False, datanodes=2, properties=None):
        super().__init__(folder, detached)
        self.datanodes = datanodes
        self.port, self.http_port = free_port(), free_port()
        self.properties = {
            "fs.defaultFS": "hdfs://127.0.0.1:%d" % self.port,
            "dfs.namenode.rpc-address": "127.0.0.1:%d" % self.port,
            "dfs.namenode.http-address": "127.0.0.1:%d" % self.http_port,
            "dfs.namenode.name.dir": "file://" + os.path.join(self.folder, "name"),
            "dfs.replication": min(2, datanodes),
            "dfs.namenode.safemode.extension": 0,
            "dfs.namenode.datanode.registration.ip-hostname-check": "false",
            "dfs.heartbeat.interval": 1,
            "dfs.namenode.heartbeat.recheck-interval": 1000,
            "dfs.client.block.write.replace-datanode-on-failure.policy": "NEVER",
            "dfs.datanode.hostname": "127.0.0.1",
            "dfs.datanode.address": "127.0.0.1:0",
            "dfs.datanode.http.address": "127.0.0.1:0",
            "dfs.datanode.ipc.address": "127.0.0.1:0",
            "dfs.datanode.handler.count": 4,
            "dfs.namenode.handler.count": 8,
            "dfs.namenode.fs-limits.min-block-size": 1024,
            "hadoop.http.filter.initializers": "",
            **(properties or {}),
        }
        self.jars = ""

    @property
    def uri(self):
        return "hdfs://127.0.0.1:%d" % self.port

    @property
    def web_uri(self):
        return "http://127.0.0.1:%d" % self.http_port

    def write_conf(self, role, **extra):
        """core-site.xml and hdfs-site.xml of one daemon, or of clients."""
        folder = os.path.join(self.folder, "conf-" + role)
        os.makedirs(folder, exist_ok=True)
        text = "<configuration>\n%s</configuration>\n" % "".join(
            "<property><name>%s</name><value>%s</value></property>\n" % item
            for item in {**self.properties, **extra}.items())
        for name in ("core-site.xml", "hdfs-site.xml"):
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)
        # The published jar has no pages for the daemons' HTTP servers, which insist on a folder.
        for name in ("hdfs", "datanode", "static"):
            os.makedirs(os.path.join(folder, "webapps", name), exist_ok=True)
        with open(os.path.join(folder, "log4j.properties"), "w") as f:
            f.write("log4j.rootLogger=WARN, stderr\n"
                    "log4j.appender.stderr=org.apache.log4j.ConsoleAppender\n"
                    "log4j.appender.stderr.target=System.err\n"
                    "log4j.appender.stderr.layout=org.apache.log4j.PatternLayout\n"
                    "log4j.appender.stderr.layout.ConversionPattern="
                    "%d{ISO8601} %-5p %c{1} - %m%n\n")
        return folder

    def java(self, conf, main, *args):
        return ["java", *JAVA_FLAGS, self.HEAP, "-Dhadoop.log.dir=" + self.folder,
                "-cp", conf + ":" + self.jars, main, *args]

    def launch(self):
        try:
            with open(os.path.join(CACHE, "hdfs.cp")) as f:
                self.jars = f.read().strip()
        except OSError as error:
            raise BackendError("hdfs: run tests/backends/fetch.sh: %s" % error) from error
        self.conf = self.write_conf("client")
        self.start_namenodes()
        for index in range(self.datanodes):
            self.start_datanode(index)

    def run(self, what, conf, main, *args):
        done = subprocess.run(self.java(conf, main, *args), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=self.ready_seconds)
        if done.returncode != 0:
            raise BackendError("hdfs: %s failed\n%s" % (what, done.stdout.decode()[-3000:]))

    def start_namenodes(self):
        if not os.path.isdir(os.path.join(self.folder, "name")):
            self.run("format", self.conf, NAME_NODE, "-format", "-nonInteractive")
        self.start_namenode()

    def start_namenode(self):
        self.spawn("namenode", self.java(self.conf, NAME_NODE))

    def start_datanode(self, index):
        role = "datanode%d" % index
        conf = self.write_conf(role, **{
            "dfs.datanode.data.dir": "file://" + os.path.join(self.folder, role)})
        self.spawn(role, self.java(conf, "org.apache.hadoop.hdfs.server.datanode.DataNode"))

    def ready(self):
        status, text = http_get(
            self.web_uri + "/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState")
        if status != 200:
            return False
        beans = json.loads(text)["beans"]
        return bool(beans and beans[0]["NumLiveDataNodes"] == self.datanodes
                    and beans[0]["FSState"] == "Operational")

    def environment(self):
        return {"HDFS_URI": self.uri, "WEBHDFS_URI": "webhdfs://127.0.0.1:%d" % self.http_port,
                "HDFS_CONF_DIR": self.conf}

    def content(self, prefix=""):
        return WebHdfsContent(self.web_uri, "/" + prefix if prefix else "")

    def dfs(self, *args):
        """`hdfs dfs`: (exit code, output)."""
        done = subprocess.run(self.java(self.conf, "org.apache.hadoop.fs.FsShell", *args),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout


class HdfsService(Hdfs):
    """A name service of two NameNodes over shared edits, taken over by hand: fail_over()."""

    service = "ns"
    NODES = ("nn1", "nn2")

    def __init__(self, folder=None, detached=False, datanodes=1):
        super().__init__(folder, detached, datanodes)
        for name in ("dfs.namenode.rpc-address", "dfs.namenode.http-address",
                     "dfs.namenode.name.dir"):
            del self.properties[name]
        self.http_ports = {node: free_port() for node in self.NODES}
        self.active = self.NODES[0]
        self.properties.update({
            "fs.defaultFS": self.uri,
            "dfs.nameservices": self.service,
            "dfs.ha.namenodes." + self.service: ",".join(self.NODES),
            "dfs.namenode.shared.edits.dir": "file://" + os.path.join(self.folder, "shared"),
            "dfs.client.failover.proxy.provider." + self.service:
                "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider",
            "dfs.ha.fencing.methods": "shell(/bin/true)",
            "dfs.ha.tail-edits.period": 1,
        })
        for node in self.NODES:
            suffix = ".%s.%s" % (self.service, node)
            self.properties["dfs.namenode.rpc-address" + suffix] = "127.0.0.1:%d" % free_port()
            self.properties["dfs.namenode.http-address" + suffix] = (
                "127.0.0.1:%d" % self.http_ports[node])

    @property
    def uri(self):
        return "hdfs://" + self.service

    @property
    def web_uri(self):
        return "http://127.0.0.1:%d" % self.http_ports[self.active]

    def conf_of(self, node):
        return self.write_conf(node, **{
            "dfs.ha.namenode.id": node,
            "dfs.namenode.name.dir": "file://" + os.path.join(self.folder, node)})

    def start_namenodes(self):
        first, second = self.NODES
        self.run("format", self.conf_of(first), NAME_NODE, "-format", "-nonInteractive")
        self.spawn(first, self.java(self.conf_of(first), NAME_NODE))
        self.run("bootstrap", self.conf_of(second), NAME_NODE, "-bootstrapStandby",
                 "-nonInteractive")
        self.spawn(second, self.java(self.conf_of(second), NAME_NODE))
        self.activate(first)

    def port_of(self, node):
        address = self.properties["dfs.namenode.rpc-address.%s.%s" % (self.service, node)]
        return int(address.rsplit(":", 1)[1])

    def activate(self, node):
        wait_until("the NameNode " + node, lambda: port_open(self.port_of(node)),
                   self.ready_seconds)
        self.run("transition of " + node, self.conf, "org.apache.hadoop.hdfs.tools.DFSHAAdmin",
                 "-transitionToActive", "--forceactive", node)
        self.active = node

    def fail_over(self):
        """kill -9 of the active NameNode; the other one takes over."""
        self.kill(self.active)
        self.activate(next(node for node in self.NODES if node != self.active))
