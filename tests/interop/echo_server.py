"""rpc-echo (tests/programs/rpc_echo_main.cc), a server without a cluster, for a test."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "cluster"))
from cluster import BIN  # noqa: E402

CACHE = os.environ.get("ALLUXIO_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "alluxio")
TRANSPORTS = ("LEAN", "GRPC")


class EchoServer:
    """Serves until the end of the `with` block. `port` is where."""

    def __init__(self, **options):
        command = [os.path.join(BIN, "rpc-echo")]
        command += ["%s=%s" % item for item in options.items()]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        first = self.process.stdout.readline().split()
        if len(first) != 2:
            self.close()
            raise AssertionError("rpc-echo did not start: %s" % command)
        self.port = int(first[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
