"""The walk of tests/interop/echo.proto by every client over every server: grpc-java 1.37 and 1.54,
grpc-go, gRPC C++ and grpcurl against our server on event loops and on gRPC C++, with and without
TLS.

Large and empty messages, limits, deadlines, cancels, metadata, gzip, failures with any text,
streams that exceed every window, silence longer than both sides' keepalive, GOAWAY.
"""
import base64
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from echo_server import BIN, CACHE, TRANSPORTS, EchoServer  # noqa: E402

INTEROP = os.path.join(CACHE, "interop")
CASES = 12  # of a client that does not do all of it something is wrong


def run(command, timeout=150):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=timeout)
    return done.returncode, done.stdout


def walk(command):
    """(passed, what failed) of a client that counts by itself."""
    _, output = run(command)
    total = re.findall(r"(\d+) passed, (\d+) failed", output)
    failures = re.findall(r"^FAIL: (.*)", output, re.M)
    if not total or int(total[-1][0]) + int(total[-1][1]) < CASES:
        failures.append("it did not get through:\n" + output[-2000:])
    return int(total[-1][0]) if total else 0, failures


def trusting(authority):
    return ["ca=" + authority, "name=localhost"] if authority else []


def go(port, authority):
    return walk([os.path.join(INTEROP, "interop-go"), "127.0.0.1:%d" % port,
                 *trusting(authority)])


def cpp(port, authority):
    return walk([os.path.join(BIN, "grpc-walk"), "127.0.0.1:%d" % port, *trusting(authority)])


def java(release, port, authority):
    with open(os.path.join(INTEROP, "java-%s.cp" % release)) as jars:
        path = os.path.join(INTEROP, "classes") + ":" + jars.read().strip()
    return walk(["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", path,
                 "EchoClient", "127.0.0.1", str(port), *trusting(authority)])


class Grpcurl:
    """One call a run: what an operator types."""

    def __init__(self, port, authority):
        self.command = [os.path.join(CACHE, "backends", "bin", "grpcurl"), "-import-path", HERE,
                        "-proto", "echo.proto"]
        self.command += ["-cacert", authority] if authority else ["-plaintext"]
        self.address = "127.0.0.1:%d" % port
        self.passed, self.failures = 0, []

    def call(self, method, *bodies, options=()):
        text = "".join(json.dumps(base64.b64encode(body).decode()) for body in bodies)
        return run([*self.command, *options, "-d", text, self.address, "interop.Echo/" + method])

    def check(self, name, good, output):
        if good:
            self.passed += 1
        else:
            self.failures.append("%s: %s" % (name, output[-500:]))

    def answers(self, output):
        return [base64.b64decode(text) for text in re.findall(r'"([A-Za-z0-9+/=]*)"', output)]

    def all(self):
        body = bytes(range(256)) * 100
        code, output = self.call("Unary", body)
        self.check("unary", code == 0 and self.answers(output) == [body], output)
        code, output = self.call("Unary", body, options=(
            "-H", "x-text: some text", "-H", "x-raw-bin: " + base64.b64encode(body[:999]).decode()))
        self.check("metadata", code == 0 and self.answers(output) == [body], output)
        code, output = self.call("Fail", "7:Zugriff auf /\u00e4 b%20 verboten".encode())
        self.check("failure", "Code: PermissionDenied" in output
                   and "Zugriff auf /\u00e4 b%20 verboten" in output, output)
        code, output = self.call("Count", b"200:100")
        self.check("server stream", code == 0 and self.answers(output) == [b"c" * 100] * 200,
                   output)
        code, output = self.call("Talk", b"one", b"two", b"three")
        self.check("talk", code == 0 and self.answers(output) == [b"one", b"two", b"three"],
                   output)
        code, output = self.call("Hang", options=("-max-time", "1"))
        self.check("deadline", "DeadlineExceeded" in output, output)
        code, output = self.call("Nothing")
        self.check("unknown method", code != 0, output)
        return self.passed, self.failures


CLIENTS = {
    "grpc-go": go,
    "gRPC C++": cpp,
    "grpc-java 1.37": lambda *to: java("1.37", *to),
    "grpc-java 1.54": lambda *to: java("1.54", *to),
    "grpcurl": lambda *to: Grpcurl(*to).all(),
}


def make_certificates(folder):
    """A certificate for localhost and 127.0.0.1, signed by an authority: server.pem, ca.pem."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *curve, "-subj", "/CN=authority", "-days", "30",
            "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *curve, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr")
    with open(os.path.join(folder, "names"), "w") as names:
        names.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "30", "-extfile", "names", "-out", "server.pem")
    return folder


def one(name, client, transport, folder):
    name += " with TLS" if folder else ""
    options = {"certificate": folder + "/server.pem", "key": folder + "/server.key"} \
        if folder else {}
    with EchoServer(transport=transport, keepalive_ms=1000, max_message_bytes=16 << 20,
                    **options) as server:
        try:
            passed, failures = client(server.port, folder and folder + "/ca.pem")
        except (OSError, subprocess.SubprocessError) as error:
            passed, failures = 0, [repr(error)]
    return passed, ["%s on %s: %s" % (name, transport, failure) for failure in failures]


def main():
    # All at once: each waits most of its time, for its keepalive.
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(2 * len(CLIENTS) * len(TRANSPORTS)) as threads:
        make_certificates(folder)
        running = [threads.submit(one, name, client, transport, tls)
                   for transport in TRANSPORTS for name, client in CLIENTS.items()
                   for tls in ("", folder)]
        results = [each.result() for each in running]
    failures = [failure for _, failed in results for failure in failed]
    for failure in failures:
        print("FAIL: " + failure)
    print("%d passed, %d failed" % (sum(passed for passed, _ in results), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
