"""HDFS: one NameNode and DataNodes, the real daemons, from the published jars."""
import json
import os
import subprocess

from backend import CACHE, Backend, BackendError, http_get
from cluster import JAVA_FLAGS, free_port
from content import WebHdfsContent


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
        if not os.path.isdir(os.path.join(self.folder, "name")):
            done = subprocess.run(
                self.java(self.conf, "org.apache.hadoop.hdfs.server.namenode.NameNode", "-format",
                          "-nonInteractive"),
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            if done.returncode != 0:
                raise BackendError("hdfs: format failed\n" + done.stdout.decode()[-3000:])
        self.start_namenode()
        for index in range(self.datanodes):
            self.start_datanode(index)

    def start_namenode(self):
        self.spawn("namenode", self.java(self.conf,
                                         "org.apache.hadoop.hdfs.server.namenode.NameNode"))

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
