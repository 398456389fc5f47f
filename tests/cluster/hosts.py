"""Hosts on one machine: each has namespaces of its own (network, mounts, name, processes), a real
sshd and private folders: an installation has the same path on all of them and shares nothing.

Needs root. Everything a host runs ends with it.
"""
import os
import pwd
import shutil
import subprocess
import tempfile

from cluster import wait_until

NETWORK = "10.97.0"
# What every host has to itself, by its place in the file tree; a test finds it in Host.folder.
USER_HOME = pwd.getpwuid(os.geteuid()).pw_dir
PRIVATE = ("srv", "mnt", USER_HOME[1:])
SHARED = "/media"  # the same folder on every host, as if NFS were mounted there

SSHD = """Port 22
ListenAddress 0.0.0.0
HostKey {home}/host_key
AuthorizedKeysFile {home}/.ssh/authorized_keys
PasswordAuthentication no
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
"""

# First in the new namespaces. The shell waits for nothing: it becomes sshd, the host's process 1.
BOOT = """set -e
mount --make-rprivate /
hostname {name}
for folder in {private}; do mount --bind {folder}/$folder /$folder; done
mount --bind {shared} {place}
mount --bind {hosts} /etc/hosts
mount -t tmpfs -o size=256m tmpfs /dev/shm
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -e -f {home}/sshd_config
"""


def run(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, text=True, **options)


class Host:
    def __init__(self, network, name, number):
        self.network, self.name = network, name
        self.address = "%s.%d" % (NETWORK, number)
        self.folder = os.path.join(network.folder, name)
        self.home = self.folder + USER_HOME
        self.space = "%s-%s" % (network.space, name)
        self.process = None

    def prepare(self):
        for folder in PRIVATE:
            os.makedirs(os.path.join(self.folder, folder))
        ssh = os.path.join(self.home, ".ssh")
        os.makedirs(ssh, 0o700)
        for key in ("id_ed25519", "id_ed25519.pub"):
            shutil.copy(os.path.join(self.network.folder, key), ssh)
        shutil.copy(os.path.join(self.network.folder, "id_ed25519.pub"),
                    os.path.join(ssh, "authorized_keys"))
        self.new_host_key()
        with open(os.path.join(self.home, "sshd_config"), "w") as file:
            file.write(SSHD.format(home=USER_HOME))
        link = self.space[-9:] + "v"
        run("ip", "netns", "add", self.space)
        run("ip", "-n", self.network.space, "link", "add", link, "type", "veth",
            "peer", "name", "eth0", "netns", self.space)
        run("ip", "-n", self.network.space, "link", "set", link, "master", "br0", "up")
        run("ip", "-n", self.space, "addr", "add", self.address + "/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            run("ip", "-n", self.space, "link", "set", device, "up")

    def new_host_key(self):
        key = os.path.join(self.home, "host_key")
        for name in (key, key + ".pub"):
            if os.path.exists(name):
                os.remove(name)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)

    def boot(self):
        script = BOOT.format(name=self.name, private=" ".join(PRIVATE), folder=self.folder,
                             shared=self.network.shared, place=SHARED, home=USER_HOME,
                             hosts=os.path.join(self.network.folder, "hosts"))
        said = self.log().count("Server listening")
        with open(os.path.join(self.folder, "sshd.log"), "ab") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.space, "unshare", "--mount", "--uts", "--ipc", "--pid",
                 "--fork", "--kill-child", "--mount-proc", "bash", "-c", script],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until("sshd of " + self.name, lambda: (
            self.log().count("Server listening") > said or self.process.poll() is not None))
        if self.process.poll() is not None:
            raise RuntimeError("host %s: %s" % (self.name, self.log()))

    def log(self):
        if not os.path.exists(os.path.join(self.folder, "sshd.log")):
            return ""
        with open(os.path.join(self.folder, "sshd.log"), errors="replace") as file:
            return file.read()

    def crash(self):
        """As if the power went: nothing of the host runs on."""
        if self.process is not None:
            self.process.kill()  # unshare takes the host's process 1 with it, and that everything
            self.process.wait()
            self.process = None

    def leader(self):
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as file:
            return file.read().split()[0]

    def command(self, *words):
        """Words that run in the host, for subprocess."""
        return ["nsenter", "--target", self.leader(), "--mount", "--uts", "--ipc", "--net", "--pid",
                "env", "-i", "HOME=" + USER_HOME,
                "USER=" + pwd.getpwuid(os.geteuid()).pw_name, "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                *map(str, words)]

    def run(self, *words, timeout=120):
        """Returns exit code and what was printed."""
        done = subprocess.run(self.command(*words), stdin=subprocess.DEVNULL, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def remove(self):
        self.crash()
        subprocess.run(["ip", "netns", "delete", self.space], capture_output=True, check=False)


class Hosts:
    """`names` on one network. Use as a context; hosts["name"] is one of them."""

    def __init__(self, *names):
        self.names = names
        self.space = "alx%d" % os.getpid()
        self.hosts = {}

    def __getitem__(self, name):
        return self.hosts[name]

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        self.shared = os.path.join(self.folder, "shared")
        os.makedirs(self.shared)
        try:
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "",
                "-f", os.path.join(self.folder, "id_ed25519"))
            run("ip", "netns", "add", self.space)
            run("ip", "-n", self.space, "link", "add", "br0", "type", "bridge")
            run("ip", "-n", self.space, "link", "set", "br0", "up")
            for number, name in enumerate(self.names, 11):
                self.hosts[name] = Host(self, name, number)
            with open(os.path.join(self.folder, "hosts"), "w") as file:
                file.write("127.0.0.1 localhost\n")
                for host in self.hosts.values():
                    file.write("%s %s\n" % (host.address, host.name))
            for host in self.hosts.values():
                host.prepare()
                host.boot()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *exc):
        for host in self.hosts.values():
            host.remove()
        subprocess.run(["ip", "netns", "delete", self.space], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
