"""Clusters for tests: ours (NativeCluster) and the real Java one (JavaCluster), same interface.

Each cluster lives in a fresh temporary folder with free loopback ports, and ends only the
processes it started.
"""
import base64
import errno
import fcntl
import glob
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(
    os.environ.get("ALLUXIO_CACHE")
    or os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "alluxio"),
    "java")
# Our programs end with the reason when a lock is taken out of order; tools/run_tests.py sets it.
CHECK_LOCK_RANKS = "ALLUXIO_CHECK_LOCK_RANKS"
BIN = os.environ.get("ALLUXIO_BIN", os.path.join(ROOT, "build", "release", "bin"))

JAVA_FLAGS = [
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.loader=ALL-UNNAMED",
    "--add-opens=java.xml/jdk.xml.internal=ALL-UNNAMED",
    "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
    "-Djava.net.preferIPv4Stack=true",
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
]


def _port_candidates():
    """Ports in turn, from a place of this process's own. Where the machine allows they are none
    that the system gives to outgoing connections (nor Alluxio's defaults): such a connection could
    take a port before its server starts, or while the server is down."""
    first, last = 21000, 29900
    with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
        low, high = map(int, f.read().split())
    if low <= last and first <= high:
        return itertools.repeat(0)  # the system chooses
    ports = range(first, last)
    start = random.SystemRandom().randrange(len(ports))
    return itertools.cycle([*ports[start:], *ports[:start]])


_candidates = _port_candidates()
_handed_out = set()
# A byte of it for each port, locked by the process that has handed it out: a port that is not bound
# yet, or between two runs of its server, is nobody else's. A bound socket could not be kept:
# servers do not share ports.
_reservations = os.open(
    os.path.join(tempfile.gettempdir(), "alluxio-test-ports-%d" % os.getuid()),
    os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _reserve(port):
    """False when another process has it. Until this one ends."""
    try:
        fcntl.lockf(_reservations, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        return False
    return True


def free_port():
    """A port nobody uses; this process has it to its end, and hands it out once."""
    while True:
        wanted = next(_candidates)
        # Not even tried when it is another's: its server may start at this moment.
        if wanted in _handed_out or wanted != 0 and not _reserve(wanted):
            continue
        with socket.socket() as s:
            try:
                s.bind(("0.0.0.0", wanted))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            port = s.getsockname()[1]
        if port not in _handed_out and _reserve(port):
            _handed_out.add(port)
            return port


def class_path(side):
    with open(os.path.join(CACHE, side + ".classes")) as classes, \
            open(os.path.join(CACHE, side + ".cp")) as jars:
        return classes.read().strip() + ":" + jars.read().strip()


def wait_until(what, condition, timeout=60.0, interval=0.05):
    """Returns the first true value of condition(); AssertionError naming `what` after timeout."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("timed out after %gs waiting for %s" % (timeout, what))
        time.sleep(interval)


def hold_environment(path, at):
    """Makes a program stop itself, as on SIGSTOP, before it reads or writes the file there
    (tests/programs/hold_file.cc)."""
    return {"LD_PRELOAD": os.path.join(BIN, "hold-file.so"), "HOLD_FILE": os.path.realpath(path),
            "HOLD_AT": str(at)}


def wait_until_held(process, timeout=120):
    def stopped():
        if process.poll() is not None:
            raise AssertionError("it ended (%s) before it was held" % process.returncode)
        with open("/proc/%d/stat" % process.pid) as f:
            return f.read().rpartition(")")[2].split()[0] == "T"
    wait_until("process %d to be held" % process.pid, stopped, timeout)


def port_open(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


class Batch:
    """A JVM that runs one command line after another (tests/java/src)."""

    def __init__(self, main, side, jvm_args=(), args=(), conf_dir=None, stderr=None):
        cp = class_path(side)
        if conf_dir:
            cp = conf_dir + ":" + cp
        self.process = subprocess.Popen(
            ["java", *JAVA_FLAGS, "-Xmx512m", *jvm_args, "-cp", cp, main, *args],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr or subprocess.DEVNULL)

    def run(self, *args):
        """(exit code, stdout, stderr) of one command line."""
        self.process.stdin.write(("\t".join(args) + "\n").encode())
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError("the JVM ended during %r" % (args,))
            parts = line.decode().rstrip("\n").split("\t")
            if len(parts) == 3:
                return (int(parts[0]), base64.b64decode(parts[1]).decode("utf8", "replace"),
                        base64.b64decode(parts[2]).decode("utf8", "replace"))

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


class Cluster:
    """One master, one worker, a local under store and a journal folder."""

    def __init__(self, name, properties=None, folder=None):
        self.folder = folder or tempfile.mkdtemp(prefix="alluxio-%s-" % name)
        self.ram = tempfile.mkdtemp(prefix="alluxio-%s-" % name,
                                    dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.conf = os.path.join(self.folder, "conf")
        self.logs = os.path.join(self.folder, "logs")
        self.ufs = os.path.join(self.folder, "ufs")
        self.journal = os.path.join(self.folder, "journal")
        for path in (self.conf, self.logs, self.ufs, self.journal):
            os.makedirs(path, exist_ok=True)
        self.master_port = free_port()
        self.worker_port = free_port()
        self.properties = {
            "alluxio.master.hostname": "localhost",
            "alluxio.worker.hostname": "localhost",
            "alluxio.user.hostname": "localhost",
            "alluxio.master.rpc.port": self.master_port,
            "alluxio.master.web.port": free_port(),
            "alluxio.worker.rpc.port": self.worker_port,
            "alluxio.worker.web.port": free_port(),
            "alluxio.master.mount.table.root.ufs": self.ufs,
            "alluxio.master.journal.type": "UFS",
            "alluxio.master.journal.folder": self.journal,
            "alluxio.master.metastore": "HEAP",
            "alluxio.worker.tieredstore.level0.dirs.path": self.ram,
            "alluxio.worker.ramdisk.size": "1GB",
            "alluxio.web.ui.enabled": "false",
            "alluxio.master.update.check.enabled": "false",
            "alluxio.master.worker.connect.wait.time": "1s",
            "alluxio.user.rpc.retry.max.sleep": "1s",
        }
        self.properties.update(properties or {})
        self.write_conf()
        self.master = None
        self.worker = None

    def write_conf(self):
        with open(os.path.join(self.conf, "alluxio-site.properties"), "w") as f:
            for key, value in self.properties.items():
                f.write("%s=%s\n" % (key, value))
        with open(os.path.join(self.conf, "log4j.properties"), "w") as f:
            f.write("log4j.rootLogger=INFO, stderr\n"
                    "log4j.appender.stderr=org.apache.log4j.ConsoleAppender\n"
                    "log4j.appender.stderr.target=System.err\n"
                    "log4j.appender.stderr.layout=org.apache.log4j.PatternLayout\n"
                    "log4j.appender.stderr.layout.ConversionPattern="
                    "%d{ISO8601} %-5p %c{1} - %m%n\n")

    @property
    def uri(self):
        return "alluxio://localhost:%d" % self.master_port

    def java_options(self):
        return ["-Dalluxio.home=" + self.folder, "-Dalluxio.conf.dir=" + self.conf,
                "-Dalluxio.site.conf.dir=" + self.conf, "-Dalluxio.logs.dir=" + self.logs,
                "-Dlog4j.configuration=file:" + os.path.join(self.conf, "log4j.properties")]

    def _spawn(self, name, command, env=None):
        with open(os.path.join(self.logs, name + ".out"), "ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                    cwd=self.folder, env=env)

    def _await(self, name, process, port, timeout=120):
        def up():
            if process.poll() is not None:
                raise AssertionError("%s ended with %s:\n%s" % (name, process.returncode,
                                                               self.tail(name)))
            return port_open(port)
        wait_until("%s on port %d" % (name, port), up, timeout)

    def tail(self, name, lines=30):
        text = ""
        for suffix in (".log", ".out"):
            path = os.path.join(self.logs, name + suffix)
            if os.path.exists(path):
                with open(path, errors="replace") as f:
                    text += "== %s%s\n" % (name, suffix) + "".join(f.readlines()[-lines:])
        return text

    def start(self, format_first=True):
        if format_first:
            self.format()
        self.start_master()
        self.start_worker()
        return self

    def start_master(self, wait=True):
        self.master = self._spawn("master", self.command("master"), self.environment())
        if wait:
            self._await("master", self.master, self.master_port)

    def start_worker(self, wait=True):
        self.worker = self._spawn("worker", self.command("worker"), self.environment())
        if wait:
            self._await("worker", self.worker, self.worker_port)

    def stop_process(self, process, sig=signal.SIGTERM, timeout=60):
        if process is None or process.poll() is not None:
            return
        process.send_signal(sig)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("process %d did not end on signal %s" % (process.pid, sig))

    def stop(self):
        self.stop_process(self.worker)
        self.stop_process(self.master)

    def close(self, keep=False):
        for process in (self.worker, self.master):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        broken = self.broken_checks()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.ram, ignore_errors=True)
        if broken:
            raise AssertionError("programs of ours were wrong about themselves:\n" + broken)

    def broken_checks(self):
        """What a failed CHECK of a server left behind: no test may end well beside one, however
        quickly the server was started again."""
        found = ""
        for path in glob.glob(os.path.join(self.logs, "*.out")):
            with open(path, errors="replace") as lines:
                found += "".join(line for line in lines if "CHECK failed:" in line)
        return found

    def put_ufs(self, folder, count, size=3000):
        """Files f00000, f00001 ... beside Alluxio."""
        os.makedirs(os.path.join(self.ufs, folder), exist_ok=True)
        for i in range(count):
            with open(os.path.join(self.ufs, folder, "f%05d" % i), "wb") as f:
                f.write(b"%d" % i * (size // len(b"%d" % i)))

    def cached(self, folder):
        """How many files below are in Alluxio fully; for a cluster that has a command line."""
        _, out, _ = self.cli("fs", "ls", "-R", folder, check=True)
        return sum(" 100%" in line for line in out.splitlines())

    def hadoop(self, **kw):
        return Batch("HadoopShellBatch", "client", self.java_options(), [self.uri],
                     conf_dir=self.conf, **kw)

    def java_shell(self, **kw):
        return Batch("AlluxioShellBatch", "server", self.java_options(), conf_dir=self.conf, **kw)

    def java_admin(self, **kw):
        return Batch("AlluxioShellBatch", "server", self.java_options(), ["fsadmin"],
                     conf_dir=self.conf, **kw)

    def java_main(self, main, *args, timeout=600, side="server", jvm_args=()):
        """Runs a Java main class against this cluster; (exit code, stdout+stderr)."""
        done = subprocess.run(
            ["java", *JAVA_FLAGS, "-Xmx1g", *self.java_options(), *jvm_args,
             "-cp", self.conf + ":" + class_path(side), main, *args],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, cwd=self.folder)
        return done.returncode, done.stdout.decode("utf8", "replace")


def properties_for_all():
    """What ALLUXIO_TEST_PROPERTIES ("key=value;key=value") says every cluster of ours has."""
    text = os.environ.get("ALLUXIO_TEST_PROPERTIES", "")
    return dict(entry.split("=", 1) for entry in text.split(";") if entry)


class NativeCluster(Cluster):
    def __init__(self, properties=None, folder=None):
        super().__init__("native", dict(properties_for_all(), **(properties or {})), folder)

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("ALLUXIO_")}
        env.update(ALLUXIO_HOME=self.folder, ALLUXIO_CONF_DIR=self.conf,
                   ALLUXIO_LOGS_DIR=self.logs, TZ="UTC")
        if CHECK_LOCK_RANKS in os.environ:
            env[CHECK_LOCK_RANKS] = os.environ[CHECK_LOCK_RANKS]
        return env

    def command(self, role):
        return [os.path.join(BIN, "AlluxioMaster" if role == "master" else "AlluxioWorker")]

    def cli(self, *args, check=False, timeout=120, stdin=None):
        """(exit code, stdout, stderr) of alluxio-cli."""
        done = subprocess.run([os.path.join(BIN, "alluxio-cli"), *args], env=self.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              cwd=self.folder, stdin=subprocess.DEVNULL if stdin is None else stdin)
        out, err = done.stdout.decode("utf8", "replace"), done.stderr.decode("utf8", "replace")
        if check and done.returncode != 0:
            raise AssertionError("alluxio %s: exit %d\n%s%s" % (" ".join(args), done.returncode,
                                                               out, err))
        return done.returncode, out, err

    def format(self):
        self.cli("formatMaster", check=True)
        self.cli("formatWorker", check=True)


class JavaCluster(Cluster):
    def __init__(self, properties=None, folder=None):
        super().__init__("java", properties, folder)

    def environment(self):
        return {k: v for k, v in os.environ.items() if not k.startswith("ALLUXIO_")}

    def command(self, role):
        main = {"master": "alluxio.master.AlluxioMaster", "worker": "alluxio.worker.AlluxioWorker"}
        flags = [f for f in JAVA_FLAGS if not f.startswith("-XX")]
        return ["java", *flags, "-Xmx2g", "-XX:MaxDirectMemorySize=1g", *self.java_options(),
                "-cp", self.conf + ":" + class_path("server"), main[role]]

    def format(self):
        for role in ("master", "worker"):
            code, text = self.java_main("alluxio.cli.Format", role)
            if code != 0:
                raise AssertionError("Java format %s failed:\n%s" % (role, text))
