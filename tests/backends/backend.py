"""What the backends share: start, wait until the service says it is ready, stop, show the log."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "cluster")]
from cluster import free_port, port_open  # noqa: E402
from content import S3Content  # noqa: E402

CACHE = os.path.join(
    os.environ.get("ALLUXIO_CACHE")
    or os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "alluxio"),
    "backends")


class BackendError(Exception):
    pass


def program(name):
    path = os.path.join(CACHE, "bin", name)
    if not os.path.exists(path):
        raise BackendError("%s is not there: run tests/backends/fetch.sh" % path)
    return path


def http_get(url, timeout=2):
    """(status, body); status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def start_time(pid):
    """When the process began, in clock ticks; with the pid it names one process for good."""
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(") ", 1)[1].split()[19]
    except OSError:
        return None


class Backend:
    """One store. Subclasses say what to run and how to ask whether it is ready."""

    name = ""
    ready_seconds = 180

    def __init__(self, folder=None, detached=False):
        self.folder = folder or tempfile.mkdtemp(prefix="alluxio-%s-" % self.name)
        os.makedirs(self.folder, exist_ok=True)
        self.detached = detached  # outlives this process: `make backends`
        self.processes = {}

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    def start(self):
        self.launch()
        deadline = time.monotonic() + self.ready_seconds
        while not self.ready():
            for role, process in self.processes.items():
                if process.poll() is not None:
                    raise BackendError("%s: %s ended with %s\n%s" % (
                        self.name, role, process.returncode, self.tail(role)))
            if time.monotonic() > deadline:
                raise BackendError("%s: not ready after %d s\n%s" % (
                    self.name, self.ready_seconds, "\n".join(map(self.tail, self.processes))))
            time.sleep(0.05)
        self.prepare()
        return self

    def launch(self):
        """Starts the processes."""

    def ready(self):
        return True

    def prepare(self):
        """Makes what a mount needs: buckets, folders."""

    def environment(self):
        return {}

    def content(self, prefix=""):
        """The judge of what is in this store, below a folder where the store has folders."""
        raise NotImplementedError

    def log_path(self, role):
        return os.path.join(self.folder, role + ".log")

    def tail(self, role, lines=25):
        try:
            with open(self.log_path(role), errors="replace") as f:
                return "== %s\n%s" % (role, "".join(f.readlines()[-lines:]))
        except OSError:
            return ""

    def spawn(self, role, command, env=None):
        with open(self.log_path(role), "ab") as log:
            try:
                self.processes[role] = subprocess.Popen(
                    command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder,
                    env={**os.environ, **(env or {})}, start_new_session=self.detached)
            except OSError as error:
                raise BackendError("%s: %s: %s" % (self.name, command[0], error)) from error
        return self.processes[role]

    def kill(self, role, sig=signal.SIGKILL):
        process = self.processes[role]
        process.send_signal(sig)
        process.wait(30)

    def stop(self):
        """Ends the processes, keeps the data."""
        alive = [p for p in self.processes.values() if p.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + 5
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = {}

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class S3Backend(Backend):
    """What the S3 servers share."""

    prefix = "S3"
    region = "us-east-1"
    access, secret = "tester-access", "tester-secret-key"
    bucket = "alluxio-test"

    def __init__(self, folder=None, detached=False):
        super().__init__(folder, detached)
        self.port = free_port()

    @property
    def endpoint(self):
        return "http://127.0.0.1:%d" % self.port

    def ready(self):
        return port_open(self.port)

    def prepare(self):
        self.content().make_bucket()

    def environment(self):
        return {self.prefix + "_" + k: v for k, v in {
            "ENDPOINT": self.endpoint, "BUCKET": self.bucket, "ACCESS_KEY": self.access,
            "SECRET_KEY": self.secret, "REGION": self.region}.items()}

    def content(self, prefix="", bucket=None, **kw):
        return S3Content(self.endpoint, bucket or self.bucket, self.access, self.secret,
                         self.region, **kw)
