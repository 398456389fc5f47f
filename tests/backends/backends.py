"""Real stores on loopback, for suites and for `make backends`.

    with Hdfs() as hdfs: ...          starts, waits until the service itself says it is ready, stops
    hdfs.content("folder")            the judge of what is in it (content.py)
    hdfs.environment()                addresses and credentials, as in build/backends.env

Every backend gets free ports and a folder of its own below /tmp, and ends only the processes it
started. tests/backends/fetch.sh brings the programs. A backend that does not start raises
BackendError with its name, the reason and the tail of its log.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from backend import (CACHE, ROOT, Backend, BackendError, S3Backend, http_get,  # noqa: E402, F401
                     program, start_time)
from cluster import free_port, port_open  # noqa: E402
from content import AzureContent, GcsContent, LocalContent, StoreError  # noqa: E402, F401
from hdfs_backend import Hdfs  # noqa: E402
from swift_backend import Swift  # noqa: E402
from zookeeper_backend import ZooKeeper  # noqa: E402


class Folder(Backend):
    """A second folder of this host: what a mounted NFS export looks like to a server."""

    name = "nfs"

    def environment(self):
        return {"NFS_FOLDER": os.path.join(self.folder, "export")}

    def prepare(self):
        os.makedirs(self.environment()["NFS_FOLDER"], exist_ok=True)

    def content(self, prefix=""):
        return LocalContent(os.path.join(self.environment()["NFS_FOLDER"], prefix))


class VersityGateway(S3Backend):
    """versitygw: objects are files, so "a" and "a/b" cannot both be there."""

    name = "versitygw"

    def launch(self):
        for name in ("objects", "metadata"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        # The metadata in a folder beside: not every file system keeps user attributes.
        self.spawn("versitygw", [
            program("versitygw"), "--port", "127.0.0.1:%d" % self.port, "--region", self.region,
            "--quiet", "posix", "--sidecar", os.path.join(self.folder, "metadata"),
            os.path.join(self.folder, "objects")],
            {"ROOT_ACCESS_KEY": self.access, "ROOT_SECRET_KEY": self.secret})


class Azurite(Backend):
    name = "azurite"
    # The account that every copy of the emulator has.
    account = "devstoreaccount1"
    key = ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
           "K1SZFPTOtr/KBHBeksoGMGw==")
    container = "alluxio-test"

    def __init__(self, folder=None, detached=False):
        super().__init__(folder, detached)
        self.port = free_port()

    @property
    def endpoint(self):
        return "http://127.0.0.1:%d/%s" % (self.port, self.account)

    def launch(self):
        script = os.path.join(CACHE, "azurite", "node_modules", "azurite", "dist", "src", "blob",
                              "main.js")
        if not os.path.exists(script):
            raise BackendError("azurite is not there: run tests/backends/fetch.sh")
        self.spawn("azurite", ["node", script, "--blobHost", "127.0.0.1", "--blobPort",
                               str(self.port), "--location", self.folder, "--silent",
                               "--skipApiVersionCheck", "--disableTelemetry"])

    def ready(self):
        return port_open(self.port)

    def prepare(self):
        self.content().make_container()

    def environment(self):
        return {"AZURE_ENDPOINT": self.endpoint, "AZURE_CONTAINER": self.container,
                "AZURE_ACCOUNT": self.account, "AZURE_KEY": self.key}

    def content(self, prefix=""):
        return AzureContent(self.endpoint, self.container, self.account, self.key)


class FakeGcs(Backend):
    name = "gcs"
    bucket = "alluxio-test"

    def __init__(self, folder=None, detached=False):
        super().__init__(folder, detached)
        self.port = free_port()

    @property
    def endpoint(self):
        return "http://127.0.0.1:%d" % self.port

    def launch(self):
        self.spawn("gcs", [program("fake-gcs-server"), "-scheme", "http", "-host", "127.0.0.1",
                           "-port", str(self.port), "-backend", "memory", "-external-url",
                           self.endpoint, "-public-host", "127.0.0.1:%d" % self.port])

    def ready(self):
        return http_get(self.endpoint + "/_internal/healthcheck")[0] == 200

    def prepare(self):
        self.content().make_bucket()

    def environment(self):
        return {"GCS_ENDPOINT": self.endpoint, "GCS_BUCKET": self.bucket}

    def content(self, prefix=""):
        return GcsContent(self.endpoint, self.bucket)


class Toxiproxy(Backend):
    """Faults between a client and a store; drive it with faults.Link."""

    name = "toxiproxy"

    def __init__(self, folder=None, detached=False):
        super().__init__(folder, detached)
        self.port = free_port()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def launch(self):
        self.spawn("toxiproxy", [program("toxiproxy"), "-host", "127.0.0.1", "-port",
                                 str(self.port)])

    def ready(self):
        return http_get(self.url + "/version")[0] == 200

    def environment(self):
        return {"TOXIPROXY_URL": self.url}


ALL = {cls.name: cls for cls in (Hdfs, VersityGateway, Swift, Azurite, FakeGcs, Toxiproxy, Folder,
                             ZooKeeper)}
