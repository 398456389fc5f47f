"""The contract of Ufs, and the tools that try a store, over every real store.

`ufs-contract` runs tests/contract/ufs_contract.h on each; runUfsTests and runUfsIOTest try the same
stores from the command line, right and wrong settings. Ends with "N passed, N failed".
  contract_test.py [name]...   some of the stores only
"""
import http.server
import os
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from backends import ALL, BackendError  # noqa: E402
from cluster import BIN, free_port  # noqa: E402

# Names that a store itself refuses or turns into others.
REFUSED_NAMES = {
    "S3": "\n",     # versitygw: no line ends in keys
    "AZURE": "\\",  # a backslash is a slash to it
}
# What ufs-contract calls them; two interfaces of one backend are two stores.
STORES = {"versitygw": "S3", "swift-s3": "S3B", "swift": "Swift", "hdfs": "Hdfs",
          "webhdfs": "WebHdfs", "gcs": "Gcs", "azurite": "Azure", "nfs": "Nfs"}
BACKENDS = {"swift-s3": "swift", "webhdfs": "hdfs"}
SECONDS = 600


def s3_options(values, prefix):
    return {"alluxio.underfs.s3.endpoint": values[prefix + "ENDPOINT"],
            "alluxio.underfs.s3.region": values[prefix + "REGION"],
            "alluxio.underfs.s3.disable.dns.buckets": "true",
            "s3a.accessKeyId": values[prefix + "ACCESS_KEY"],
            "s3a.secretKey": values[prefix + "SECRET_KEY"]}


def address(name, values):
    """(URI, properties) of a store for the command line."""
    if name in ("versitygw", "swift-s3"):
        prefix = STORES[name] + "_"
        return "s3://%s/try" % values[prefix + "BUCKET"], s3_options(values, prefix)
    if name == "hdfs":
        folder = values["HDFS_CONF_DIR"]
        return values["HDFS_URI"], {"alluxio.underfs.hdfs.configuration":
                                    "%s/core-site.xml:%s/hdfs-site.xml" % (folder, folder)}
    if name == "webhdfs":
        return values["WEBHDFS_URI"], {}
    if name == "swift":
        tenant, user = values["SWIFT_USER"].split(":")
        return ("swift://%s/try" % values["SWIFT_CONTAINER"],
                {"fs.swift.auth.url": values["SWIFT_AUTH_URL"], "fs.swift.auth.method": "tempauth",
                 "fs.swift.tenant": tenant, "fs.swift.user": user,
                 "fs.swift.password": values["SWIFT_KEY"]})
    if name == "gcs":
        return "gs://%s/try" % values["GCS_BUCKET"], {"fs.gcs.endpoint": values["GCS_ENDPOINT"]}
    if name == "azurite":
        host = values["AZURE_ACCOUNT"] + ".blob.core.windows.net"
        return ("wasb://%s@%s/try" % (values["AZURE_CONTAINER"], host),
                {"fs.azure.endpoint": values["AZURE_ENDPOINT"],
                 "fs.azure.account.key." + host: values["AZURE_KEY"]})
    return values["NFS_FOLDER"], {}


class Count:
    passed = failed = 0

    def check(self, what, good, shown=""):
        if good:
            self.passed += 1
            print("ok   %s" % what, flush=True)
        else:
            self.failed += 1
            print("FAIL %s\n%s" % (what, shown), flush=True)


def run_contract(count, name, values):
    others = tuple(store.upper() + "_" for store in STORES.values())
    environment = {k: v for k, v in os.environ.items() if not k.startswith(others)}
    environment.update({k: v for k, v in values.items()
                        if k.startswith(STORES[name].upper() + "_")})
    for store, names in REFUSED_NAMES.items():
        environment["UFS_CONTRACT_SKIP_NAMES_" + store] = names
    done = subprocess.run([os.path.join(BIN, "ufs-contract")], env=environment, text=True,
                          capture_output=True, timeout=SECONDS, errors="replace")
    passed = re.search(r"\[  PASSED  \] (\d+) tests?", done.stdout)
    slow = sorted(re.findall(r"OK \] Stores/UfsContract.(\S+) \((\d+) ms\)", done.stdout),
                  key=lambda test: -int(test[1]))
    print("     slowest: " + ", ".join("%s %s ms" % test for test in slow[:3]), flush=True)
    broken = re.findall(r"^\[  FAILED  \] (Stores/\S+)", done.stdout, re.M)
    count.passed += int(passed.group(1)) if passed else 0
    count.check("contract over %s" % name, done.returncode == 0 and not broken,
                done.stdout[-6000:] + done.stderr[-2000:])


def run_journal(count, values):
    """The contract of the journal, and several masters on one folder."""
    environment = dict(os.environ, **{k: v for k, v in values.items() if k.startswith("HDFS_")})
    done = subprocess.run([os.path.join(BIN, "journal-contract")], env=environment, text=True,
                          capture_output=True, timeout=SECONDS, errors="replace")
    passed = re.search(r"\[  PASSED  \] (\d+) tests?", done.stdout)
    count.passed += int(passed.group(1)) if passed else 0
    why = "\n".join(re.findall(r"^.*: Failure\n(?:.*\n){1,6}", done.stdout, re.M))
    count.check("journal over hdfs", done.returncode == 0, done.stdout[-3000:] + why[:3000])


def tool(name, uri, properties, *words):
    """(exit code, output) of `alluxio <name> --path <uri>`."""
    given = ["-D%s=%s" % pair for pair in properties.items()]
    done = subprocess.run([os.path.join(BIN, "alluxio-cli"), name, *given, "--path", uri, *words],
                          text=True, capture_output=True, timeout=SECONDS, errors="replace")
    return done.returncode, done.stdout + done.stderr


def run_tools(count, name, values):
    uri, properties = address(name, values)
    code, output = tool("runUfsTests", uri, properties)
    count.check("runUfsTests on %s" % name, code == 0 and " 0 failed" in output, output)
    code, output = tool("runUfsIOTest", uri, properties, "--io-size", "8M", "--threads", "2")
    count.check("runUfsIOTest on %s" % name,
                code == 0 and '"totalSizeBytes":16777216' in output, output)


def kerberos_conf(values):
    path = os.path.join(values["HDFS_CONF_DIR"], "kerberos-site.xml")
    with open(path, "w") as f:
        f.write("<configuration><property><name>hadoop.security.authentication</name>"
                "<value>kerberos</value></property></configuration>\n")
    return path


def nothing_there():
    """The address of a web server that has no such page, whatever is asked for."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.send_error(404)

        def log_message(self, *_):
            pass
        do_GET = do_HEAD = answer
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_address[1]


def wrong_settings(name, uri, values, good):
    """What: (changed properties, the URI if it is another, what the error names)."""
    nobody = "127.0.0.1:%d" % free_port()
    if name == "versitygw":
        return {
            "wrong secret": ({"s3a.secretKey": "another-" + good["s3a.secretKey"]}, "",
                             "SignatureDoesNotMatch"),
            "unknown key": ({"s3a.accessKeyId": "nobody"}, "", "access key"),
            "missing bucket": ({}, "s3://no-such-bucket/x", "NoSuchBucket"),
            "nobody at the port": ({"alluxio.underfs.s3.endpoint": "http://" + nobody}, "",
                                   "refused"),
            "half a key": ({"s3a.secretKey": ""}, "", "set s3a.secretKey"),
            "a page of the web": ({"alluxio.underfs.s3.endpoint": nothing_there()}, "",
                                  "is the endpoint right?"),
        }
    if name == "hdfs":
        return {"nobody at the port": ({}, "hdfs://%s/x" % nobody, "refused")}
    if name in ("azurite", "gcs"):
        there = uri.split("://")[1].split("@")[0].split("/")[0]
        return {"missing bucket": ({}, uri.replace(there, "no-such-bucket"),
                                   "is there such a bucket or container")}
    if name == "swift":
        return {
            "wrong password": ({"fs.swift.password": "another-" + good["fs.swift.password"]}, "",
                               "password is refused"),
            "unknown user": ({"fs.swift.user": "nobody"}, "", "user, tenant or password"),
            "missing container": ({}, "swift://no-such-container/x", "no container"),
            "nobody at the port": ({"fs.swift.auth.url": "http://%s/auth/v1.0" % nobody}, "",
                                   "refused"),
            "a page of the web": ({"fs.swift.auth.url": good["fs.swift.auth.url"].replace(
                "auth/v1.0", "info")}, "", "no token"),
            "no password": ({"fs.swift.password": ""}, "", "set fs.swift.password"),
            "no such method": ({"fs.swift.auth.method": "kerberos"}, "", "fs.swift.auth.method"),
        }
    if name == "webhdfs":
        return {
            "nobody at the port": ({}, "webhdfs://%s/x" % nobody, "refused"),
            "Kerberos": ({"alluxio.underfs.hdfs.configuration": kerberos_conf(values)}, "",
                         "Kerberos"),
            "the port of the RPC": ({}, values["HDFS_URI"].replace("hdfs:", "webhdfs:") + "/x",
                                    "HTTP request failed"),
        }
    return {}


def run_wrong_settings(count, name, values):
    """What an operator reads when a store is set up wrongly; never the secret."""
    uri, good = address(name, values)
    secrets = [good[key] for key in ("s3a.secretKey", "fs.swift.password") if key in good]
    for what, (changed, where, named) in wrong_settings(name, uri, values, good).items():
        where = where or uri
        code, output = tool("runUfsTests", where, {**good, **changed})
        count.check("%s with %s says so" % (name, what),
                    code != 0 and named in output and where.split("/x")[0] in output
                    and not any(secret in output for secret in secrets), output)


def main(names):
    count = Count()
    backends = {}
    for name in names or STORES:
        backends.setdefault(BACKENDS.get(name, name), []).append(name)
    for backend, stores in backends.items():
        try:
            with ALL[backend]() as started:
                for name in stores:
                    began = time.monotonic()
                    run_contract(count, name, started.environment())
                    run_tools(count, name, started.environment())
                    run_wrong_settings(count, name, started.environment())
                    if name == "hdfs":
                        run_journal(count, started.environment())
                    print("     %s took %.0f s" % (name, time.monotonic() - began), flush=True)
        except BackendError as error:
            count.check("%s starts" % backend, False, str(error))
    print("%d passed, %d failed" % (count.passed, count.failed))
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
