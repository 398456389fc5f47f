"""Edits that go on while something happens to the masters."""
import subprocess
import threading

from cluster import wait_until


class Edits(threading.Thread):
    """Makes directories one after the other until it is told to stop; `done` were acknowledged."""

    def __init__(self, cluster, prefix, seconds=30):
        super().__init__(daemon=True)
        self.cluster, self.prefix, self.seconds = cluster, prefix, seconds
        self.done, self.ended = [], threading.Event()
        self.start()

    def run(self):
        number = 0
        while not self.ended.is_set():
            path = "/%s-%d" % (self.prefix, number)
            number += 1
            try:
                if self.cluster.cli("fs", "mkdir", path, timeout=self.seconds)[0] == 0:
                    self.done.append(path)
            except subprocess.TimeoutExpired:
                pass

    def more(self, count=2, timeout=60):
        before = len(self.done)
        wait_until("edits", lambda: len(self.done) >= before + count, timeout)

    def stop(self):
        self.ended.set()
        self.join()
        return self.done
