"""bin/*.sh against small programs that pretend to be the servers and the command line."""
import configparser
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "cluster"))
from cluster import free_port, wait_until  # noqa: E402

# Listens on the port of its -Dport= argument until TERM; with -Ddie=1 it says why and ends.
SERVER = r"""
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>
int main() {
  if (getenv("FAKE_DIES")) { std::puts("journal: /j is not formatted"); return 1; }
  const char* name = std::strrchr(program_invocation_name, '/');
  bool master = std::strstr(name, "Master"), job = std::strstr(name, "Job");
  const char* port = std::getenv(job ? (master ? "FAKE_JOB_MASTER" : "FAKE_JOB_WORKER")
                                     : (master ? "FAKE_MASTER" : "FAKE_WORKER"));
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(std::atoi(port));
  if (bind(fd, (sockaddr*)&a, sizeof a) || listen(fd, 8)) return 2;
  for (;;) pause();
}
"""

CLI = r"""#!/usr/bin/env bash
echo "$*" >> "$FAKE_LOG"
if [[ -n "${FAKE_WRONG:-}" ]]; then echo "site:3: port=x: not a number"; exit 255; fi
case "$*" in
  "getConf alluxio.master.rpc.port") echo "$FAKE_MASTER" ;;
  "getConf alluxio.worker.rpc.port") echo "$FAKE_WORKER" ;;
  "getConf alluxio.job.master.rpc.port") echo "$FAKE_JOB_MASTER" ;;
  "getConf alluxio.job.worker.rpc.port") echo "$FAKE_JOB_WORKER" ;;
  "getConf alluxio.worker.tieredstore.level0.alias") echo "${FAKE_ALIAS:-MEM}" ;;
  "getConf alluxio.worker.tieredstore.level0.dirs.path") echo "${FAKE_TIER:-/dev/shm}" ;;
  "getConf --unit B alluxio.worker.ramdisk.size") echo "${FAKE_SIZE:-8388608}" ;;
  "getConf alluxio.master.mount.table.root.ufs") echo "$FAKE_UFS" ;;
  "getConf alluxio.work.dir") echo "$FAKE_WORK" ;;
esac
exit 0
"""


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(") ", 1)[1][0] != "Z"  # nobody may have waited for it yet
    except FileNotFoundError:
        return False


class Scripts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.programs = tempfile.mkdtemp()
        source = os.path.join(cls.programs, "server.cc")
        with open(source, "w") as file:
            file.write("#include <errno.h>\n" + SERVER)
        subprocess.run(["g++", "-D_GNU_SOURCE", "-o", os.path.join(cls.programs, "AlluxioMaster"),
                        source], check=True)
        for name in ("AlluxioWorker", "AlluxioJobMaster", "AlluxioJobWorker"):
            shutil.copy(os.path.join(cls.programs, "AlluxioMaster"),
                        os.path.join(cls.programs, name))
        with open(os.path.join(cls.programs, "alluxio-cli"), "w") as file:
            file.write(CLI)
        os.chmod(os.path.join(cls.programs, "alluxio-cli"), 0o755)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.programs)

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.run_folder = os.path.join(self.folder, "run")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("ALLUXIO_")}
        self.env.update(
            ALLUXIO_PROGRAM_DIR=self.programs, ALLUXIO_RUN_DIR=self.run_folder,
            ALLUXIO_LOGS_DIR=os.path.join(self.folder, "logs"), ALLUXIO_CONF_DIR=self.folder,
            ALLUXIO_START_SECONDS="60", ALLUXIO_STOP_SECONDS="30",
            FAKE_MASTER=str(free_port()), FAKE_WORKER=str(free_port()),
            FAKE_JOB_MASTER=str(free_port()), FAKE_JOB_WORKER=str(free_port()),
            FAKE_LOG=os.path.join(self.folder, "cli"), FAKE_UFS=os.path.join(self.folder, "ufs"),
            FAKE_WORK=os.path.join(self.folder, "a b"))
        for name in ("masters", "workers"):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write("localhost\n")
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(self.script, "alluxio-stop.sh", "local")

    def script(self, name, *arguments, **env):
        return subprocess.run([os.path.join(ROOT, "bin", name), *arguments],
                              env={**self.env, **env}, capture_output=True, text=True, timeout=180)

    def pid(self, role):
        with open(os.path.join(self.run_folder, role + ".pid")) as file:
            return int(file.read().split()[0])

    def cli_calls(self):
        with open(self.env["FAKE_LOG"]) as file:
            return file.read().split("\n")

    def test_failed_start_names_the_process_and_shows_its_log(self):
        done = self.script("alluxio-start.sh", "local", "NoMount", FAKE_DIES="1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("[ FAILED ] The master service", done.stderr)
        self.assertIn("journal: /j is not formatted", done.stderr)

    def test_wrong_settings_are_told_before_anything_starts(self):
        for role in ("local", "master", "worker"):
            for mount in ((), ("NoMount",)) if role != "master" else ((),):
                done = self.script("alluxio-start.sh", role, *mount, FAKE_WRONG="1")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("site:3: port=x: not a number", done.stderr)
                self.assertNotIn("[ OK ]", done.stdout)

    def test_start_and_stop_local(self):
        done = self.script("alluxio-start.sh", "local")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("[ OK ] The worker service", done.stdout)
        self.assertIn("[ OK ] The job_master service", done.stdout)
        self.assertIn("[ OK ] The job_worker service", done.stdout)
        self.assertEqual(self.script("alluxio-monitor.sh", "local").stdout.count("[ OK ]"), 4)
        master = self.pid("master")
        self.assertTrue(is_alive(master))
        done = self.script("alluxio-stop.sh", "local")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Killed 1 master processes", done.stdout)
        self.assertIn("Killed 1 job_master processes", done.stdout)
        self.assertIn("Killed 1 job_worker processes", done.stdout)
        self.assertFalse(is_alive(master))
        self.assertIn("Killed 0 master", self.script("alluxio-stop.sh", "local").stdout)

    def test_a_port_that_somebody_else_has_is_a_failed_start(self):
        with socket.socket() as taken:
            taken.bind(("", int(self.env["FAKE_MASTER"])))
            taken.listen()
            done = self.script("alluxio-start.sh", "master")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("[ FAILED ] The master service", done.stderr)

    def test_only_the_default_under_store_is_made(self):
        self.assertEqual(self.script("alluxio-start.sh", "master").returncode, 0)
        self.assertFalse(os.path.exists(self.env["FAKE_UFS"]))
        default = os.path.join(self.env["FAKE_WORK"], "underFSStorage")
        self.assertEqual(self.script("alluxio-start.sh", "master", FAKE_UFS=default).returncode, 0)
        self.assertTrue(os.path.isdir(default))

    def test_a_home_with_blanks_in_its_name(self):
        home = os.path.join(self.folder, "an allu xio")
        for part in ("bin", "libexec"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(home, part))
        shutil.copytree(self.programs, os.path.join(home, "libexec", "bin"))
        env = {k: v for k, v in self.env.items() if not k.startswith("ALLUXIO_")}
        start = os.path.join(home, "bin", "alluxio-start.sh")
        stop = os.path.join(home, "bin", "alluxio-stop.sh")
        done = subprocess.run([start, "local"], env=env, capture_output=True, text=True,
                              timeout=180)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(os.path.exists(os.path.join(home, "run", "worker.pid")))
        done = subprocess.run([stop, "local"], env=env, capture_output=True, text=True, timeout=180)
        self.assertIn("Killed 1 master processes", done.stdout)

    def test_second_start_replaces_the_first_unless_told_not_to(self):
        self.script("alluxio-start.sh", "master")
        first = self.pid("master")
        self.script("alluxio-start.sh", "-N", "master")
        self.assertEqual(self.pid("master"), first)
        self.script("alluxio-start.sh", "master")
        self.assertNotEqual(self.pid("master"), first)

    def test_a_program_that_was_replaced_meanwhile_is_still_ours(self):
        self.script("alluxio-start.sh", "master")
        first = self.pid("master")
        program = os.path.join(self.programs, "AlluxioMaster")
        shutil.copy(program, program + ".new")
        os.rename(program, program + ".old")  # as some linkers do, before they delete it
        os.rename(program + ".new", program)
        os.remove(program + ".old")
        self.assertTrue(os.readlink(f"/proc/{first}/exe").endswith(".old (deleted)"))
        self.assertIn("Killed 1", self.script("alluxio-stop.sh", "master").stdout)
        self.assertFalse(is_alive(first))

    def test_stop_leaves_alone_a_process_that_took_the_number(self):
        stranger = subprocess.Popen(["sleep", "600"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        os.makedirs(self.run_folder)
        with open(os.path.join(self.run_folder, "master.pid"), "w") as file:
            file.write(f"{stranger.pid} 12345\n")
        self.assertIn("Killed 0", self.script("alluxio-stop.sh", "master").stdout)
        self.assertIsNone(stranger.poll())

    def test_stop_kills_what_does_not_end_unless_soft(self):
        self.script("alluxio-start.sh", "master")
        pid = self.pid("master")
        os.kill(pid, signal.SIGSTOP)  # TERM stays pending
        soft = self.script("alluxio-stop.sh", "master", "-s", ALLUXIO_STOP_SECONDS="1")
        self.assertEqual(soft.returncode, 1)
        self.assertIn("still runs", soft.stderr)
        hard = self.script("alluxio-stop.sh", "master", ALLUXIO_STOP_SECONDS="1")
        self.assertIn("killing", hard.stdout)
        wait_until("its end", lambda: not is_alive(pid))

    def test_no_mount_needs_memory_under_the_first_tier(self):
        done = self.script("alluxio-start.sh", "worker", "NoMount", FAKE_TIER="/usr/share")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/usr/share is not mounted", done.stderr)
        done = self.script("alluxio-start.sh", "worker", "NoMount", FAKE_TIER="/usr/share",
                           FAKE_ALIAS="SSD")
        self.assertEqual(done.returncode, 0, done.stderr)

    def alone(self, command, **env):
        """A shell with mounts of its own."""
        return subprocess.run(["unshare", "--mount", "bash", "-euc", command], text=True,
                              env={**self.env, **env}, capture_output=True, timeout=180)

    @unittest.skipUnless(os.geteuid() == 0, "only root may mount")
    def test_memory_is_mounted_under_the_first_tier(self):
        tier = os.path.join(self.folder, "ram disk")
        script = os.path.join(ROOT, "bin", "alluxio-mount.sh")
        show = 'findmnt -bno FSTYPE,SIZE -- "$FAKE_TIER"; stat -c %a -- "$FAKE_TIER"'
        for option in ("Mount", "SudoMount"):
            done = self.alone(f"{script} {option}; {show}; {script} Umount; {script} Umount",
                              FAKE_TIER=tier)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([line.split() for line in done.stdout.splitlines()], [
                ["Formatting", "RamFS:", *tier.split(), "(8388608)"], ["tmpfs", "8388608"],
                ["777"], ["Unmounting", *tier.split()],
                ["Nothing", "is", "mounted", "on", *tier.split()]])
        for wrong in ({"FAKE_TIER": "/"}, {"FAKE_TIER": "here"}, {"FAKE_SIZE": "much"}):
            done = self.alone(script + " Mount", **{"FAKE_TIER": tier, **wrong})
            self.assertEqual(done.returncode, 1)
            self.assertIn("is n", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "only root may mount")
    def test_a_worker_starts_with_memory_mounted(self):
        tier = os.path.join(self.folder, "ram")
        start = os.path.join(ROOT, "bin", "alluxio-start.sh")
        done = self.alone(f'{start} worker Mount; findmnt -no FSTYPE -- "$FAKE_TIER"',
                          FAKE_TIER=tier)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Ramdisk not detected. Mounting...", done.stdout)
        self.assertTrue(done.stdout.endswith("tmpfs\n"), done.stdout)
        done = self.script("alluxio-start.sh", "worker", "Mount", FAKE_TIER=tier,
                           FAKE_ALIAS="SSD")
        self.assertEqual(done.returncode, 1)
        self.assertIn("when alluxio.worker.tieredstore.level0.alias is not MEM", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "only root may mount")
    def test_the_cache_of_the_kernel_is_dropped(self):
        switch = os.path.join(self.folder, "drop_caches")
        open(switch, "w").close()
        alluxio = os.path.join(ROOT, "bin", "alluxio")
        done = self.alone(f"mount --bind {switch} /proc/sys/vm/drop_caches; {alluxio} clearCache")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(switch) as file:
            self.assertEqual(file.read(), "3\n")

    def test_the_units_of_systemd_start_roles_that_are_there(self):
        folder = os.path.join(ROOT, "deploy", "systemd")
        roles = set()
        for name in os.listdir(folder):
            unit = configparser.ConfigParser(strict=False, interpolation=None)
            unit.optionxform = str
            unit.read(os.path.join(folder, name))
            program, *words = unit["Service"]["ExecStart"].split()
            self.assertTrue(program.startswith("/opt/alluxio/"), name)
            path = os.path.join(ROOT, program.removeprefix("/opt/alluxio/"))
            self.assertTrue(os.access(path, os.X_OK), program)
            roles.update(words)
            if shutil.which("systemd-analyze"):
                # Complains of the program, which is not installed here, and of nothing else.
                done = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=no",
                                       os.path.join(folder, name)], capture_output=True, text=True)
                said = [line for line in done.stderr.splitlines() if name in line and
                        "is not executable" not in line]
                self.assertEqual(said, [])
        self.assertEqual(roles, {"master", "worker", "job_master", "job_worker"})

    def words_of(self, role):
        with open(f"/proc/{self.pid(role)}/cmdline") as file:
            return file.read().split("\0")[1:-1]

    def test_an_asynchronous_start_waits_for_nobody(self):
        # What it starts ends at once: whoever waits for it fails.
        self.assertEqual(self.script("alluxio-start.sh", "master", FAKE_DIES="1").returncode, 1)
        done = self.script("alluxio-start.sh", "-a", "master", FAKE_DIES="1")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Starting master @ ", done.stdout)
        self.assertNotIn("[ OK ]", done.stdout)

    def test_the_master_alone_gets_the_backup(self):
        done = self.script("alluxio-start.sh", "-i", "/some where/b.gz", "local")
        self.assertEqual(done.returncode, 0, done.stderr)
        word = "-Dalluxio.master.journal.init.from.backup=/some where/b.gz"
        self.assertIn(word, self.words_of("master"))
        for role in ("job_master", "worker", "job_worker"):
            self.assertNotIn(word, self.words_of(role), role)
        self.assertEqual(self.script("alluxio-start.sh", "-i").returncode, 1)

    def test_waiting_ends_with_what_was_started(self):
        starting = subprocess.Popen([os.path.join(ROOT, "bin", "alluxio-start.sh"), "-w", "master"],
                                    env=self.env, stdout=subprocess.PIPE, text=True)
        self.addCleanup(starting.stdout.close)
        self.addCleanup(starting.wait)
        line = ""
        while "[ OK ]" not in line:
            line = starting.stdout.readline()
            self.assertNotEqual(line, "", "it ended before the master served")
        self.assertIsNone(starting.poll())
        self.assertEqual(self.script("alluxio-stop.sh", "master").returncode, 0)
        self.assertEqual(starting.wait(60), 0)

    def test_safe_starts_a_master_that_is_gone(self):
        safe = subprocess.Popen([os.path.join(ROOT, "bin", "alluxio-start.sh"), "safe"],
                                env=self.env, stdout=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(safe.wait)
        self.addCleanup(os.killpg, safe.pid, signal.SIGTERM)
        file = os.path.join(self.run_folder, "master.pid")

        def running(other_than=None):
            if not os.path.exists(file) or os.path.getsize(file) == 0:
                return None
            pid = self.pid("master")
            return pid if pid != other_than and is_alive(pid) else None
        first = wait_until("a master", running)
        os.kill(first, signal.SIGKILL)
        wait_until("another master", lambda: running(first))

    def test_only_a_failed_worker_is_restarted(self):
        self.assertEqual(self.script("alluxio-start.sh", "restart_worker").returncode, 0)
        first = self.pid("worker")
        self.assertTrue(is_alive(first))
        self.assertEqual(self.script("alluxio-start.sh", "restart_worker").returncode, 0)
        self.assertEqual(self.pid("worker"), first)
        os.kill(first, signal.SIGKILL)
        wait_until("its end", lambda: not is_alive(first))
        self.assertEqual(self.script("alluxio-start.sh", "restart_worker").returncode, 0)
        self.assertNotEqual(self.pid("worker"), first)
        self.assertTrue(is_alive(self.pid("worker")))

    def test_the_command_line_is_found_however_it_is_called(self):
        link = os.path.join(self.folder, "link")
        os.symlink(os.path.join(ROOT, "bin", "alluxio"), link)
        calls = [([link], None), (["bash", "alluxio"], os.path.join(ROOT, "bin")),
                 (["bin/alluxio"], ROOT), ([os.path.join(ROOT, "bin", "alluxio")], "/")]
        for words, folder in calls:
            for command in ("fs", "runTests"):
                done = subprocess.run([*words, command, "a b", "$x"], cwd=folder, env=self.env,
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        self.assertEqual(self.cli_calls(), ["fs a b $x", "runTests a b $x"] * 4 + [""])

    def test_wrong_arguments_print_the_usage(self):
        for arguments in ([], ["nonsense"], ["-z", "master"], ["worker", "Perhaps"],
                          ["master", "extra"], ["-m", "master"]):
            done = self.script("alluxio-start.sh", *arguments)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertIn("Usage:", done.stderr)
        self.assertEqual(self.script("alluxio-stop.sh", "nonsense").returncode, 1)

    def test_roles_that_are_not_there_say_so(self):
        for role in ("proxies", "proxy", "logserver"):
            done = self.script("alluxio-start.sh", role)
            self.assertEqual(done.returncode, 1)
            self.assertIn("not there yet", done.stderr)

    def test_this_host_needs_no_ssh(self):
        done = self.script("alluxio-start.sh", "all", PATH=self.path_without_ssh())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("[localhost] done in ", done.stdout)
        self.assertTrue(is_alive(self.pid("worker")))
        self.assertTrue(is_alive(self.pid("job_worker")))
        done = self.script("alluxio-stop.sh", "all", PATH=self.path_without_ssh())
        self.assertIn("Killed 1 master processes", done.stdout)

    def path_without_ssh(self):
        folder = os.path.join(self.folder, "path")
        os.makedirs(folder, exist_ok=True)
        ssh = os.path.join(folder, "ssh")
        with open(ssh, "w") as file:
            file.write("#!/bin/sh\nexit 99\n")
        os.chmod(ssh, 0o755)
        return folder + ":" + os.environ["PATH"]

    def test_a_list_of_hosts_that_is_not_there(self):
        os.remove(os.path.join(self.folder, "workers"))
        done = self.script("alluxio-workers.sh", "true")
        self.assertEqual(done.returncode, 1)
        self.assertIn("workers cannot be read: list the hosts", done.stderr)

    def test_kill_all_finds_what_it_is_told_by_2_9_names(self):
        self.script("alluxio-start.sh", "local")
        master, worker = self.pid("master"), self.pid("worker")
        done = self.script("alluxio", "killAll", "alluxio.worker.AlluxioWorker")
        self.assertIn("Successfully Killed 1 process(es) successfully on", done.stdout)
        self.assertFalse(is_alive(worker))
        self.assertTrue(is_alive(master))
        job_master = self.pid("job_master")
        self.script("alluxio", "killAll", "alluxio.master.AlluxioJobMaster")
        self.assertFalse(is_alive(job_master))
        self.assertTrue(is_alive(master))
        self.assertEqual(self.script("alluxio", "killAll").returncode, 1)

    def test_shellcheck_finds_nothing(self):
        scripts = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "bin", "libexec", "*.sh", ".ci/run"],
            check=True, capture_output=True, text=True).stdout.split()
        self.assertGreater(len(scripts), 15)
        done = subprocess.run(
            ["shellcheck", "-x", "-S", "warning", "-P", "libexec", "-e", "SC1091", *scripts],
            cwd=ROOT, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_format_option_formats_before_the_start(self):
        done = self.script("alluxio-start.sh", "master", "-f")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Formatting Alluxio Master @", done.stdout)
        self.assertIn("formatMaster", self.cli_calls())

    def test_what_the_script_does_not_do_itself_reaches_the_program(self):
        self.script("alluxio", "frobnicate", "x y")
        self.script("alluxio", "killAll", "--help")
        self.assertEqual(self.script("alluxio").returncode, 1)
        self.assertEqual(self.cli_calls(), ["frobnicate x y", "killAll --help", "help", ""])

    def test_commands_reach_the_program_with_their_arguments(self):
        self.script("alluxio", "fs", "-Dx.y=1", "ls", "/a b")
        self.assertIn("fs -Dx.y=1 ls /a b", self.cli_calls())

    def test_conditional_format_leaves_an_existing_store_alone(self):
        os.makedirs(self.env["FAKE_UFS"])
        self.assertEqual(self.script("alluxio", "format", "-s").returncode, 0)
        self.assertNotIn("formatMaster", self.cli_calls())
        os.rmdir(self.env["FAKE_UFS"])
        self.assertEqual(self.script("alluxio", "format", "-s").returncode, 0)
        self.assertIn("formatMaster", self.cli_calls())
        self.assertIn("formatWorker", self.cli_calls())
        self.assertEqual(self.script("alluxio", "format", "what").returncode, 2)

    def test_bootstrap_writes_the_smallest_settings_once(self):
        done = self.script("alluxio", "bootstrapConf", "m1")
        self.assertIn("alluxio-site.properties is created.", done.stdout)
        with open(os.path.join(self.folder, "alluxio-site.properties")) as file:
            self.assertEqual(file.read(), "alluxio.master.hostname=m1\n")
        self.assertIn("already exists", self.script("alluxio", "bootstrapConf", "m2").stdout)
        self.assertEqual(self.script("alluxio", "bootstrapConf").returncode, 1)

    def test_environment_file_reaches_the_programs(self):
        with open(os.path.join(self.folder, "alluxio-env.sh"), "w") as file:
            file.write("FAKE_DIES=1\n")
        done = self.script("launch-process", "master", "-c")
        self.assertEqual((done.returncode, done.stdout), (1, "journal: /j is not formatted\n"))


if __name__ == "__main__":
    unittest.main()
