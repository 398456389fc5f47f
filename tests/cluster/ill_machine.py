"""A machine whose journal disk answers with errors, or whose wall clock has jumped: see
ill_machine.c.

    ill = IllMachine(folder, journal)
    subprocess.Popen(ill.launcher() + command)
    ill.set(disk_error=errno.EIO, clock_off=3600)
    ill.set()                                       well again
"""
import os
import struct
import subprocess

# In place of an errno.
DAMAGED_READS = -1  # reads succeed, with a wrong byte
TORN_WRITES = -2    # half of a write is on the disk, and the answer is EIO
LOST_ANSWERS = -3   # all of it is, and the answer is EIO

HERE = os.path.dirname(os.path.abspath(__file__))


def build(folder):
    """The library; one for all machines."""
    target = os.path.join(folder, "ill_machine.so")
    if not os.path.exists(target):
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O2", "-o", target,
                        os.path.join(HERE, "ill_machine.c"), "-ldl"], check=True)
    return target


class IllMachine:
    def __init__(self, folder, journal, name="ill"):
        self.library, self.journal = build(folder), journal
        self.state = os.path.join(folder, name)
        self.disk_error, self.clock_off = 0, 0.0
        self.set()

    def launcher(self):
        return ["env", "LD_PRELOAD=" + self.library, "CHAOS_ILL=" + self.state,
                "CHAOS_ILL_FOLDER=" + self.journal]

    def set(self, disk_error=0, clock_off=0.0):
        """`clock_off` in seconds. For those that run already, too."""
        self.disk_error, self.clock_off = disk_error, clock_off
        fd = os.open(self.state, os.O_WRONLY | os.O_CREAT, 0o644)
        os.pwrite(fd, struct.pack("qq", disk_error, int(clock_off * 1e9)), 0)
        os.close(fd)
