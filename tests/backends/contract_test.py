"""The contract of Ufs, and the tools that try a store, over every real store.

`ufs-contract` runs tests/contract/ufs_contract.h on each; runUfsTests and runUfsIOTest try the same
stores from the command line, right and wrong settings. Ends with "N passed, N failed".
  contract_test.py [name]...   some of the stores only
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from backends import ALL, BackendError  # noqa: E402
from cluster import BIN, free_port  # noqa: E402

# Names that a store itself refuses or turns into others.
REFUSED_NAMES = {
    "S3": "\n",     # versitygw: no line ends in keys
    "AZURE": "\\",  # a backslash is a slash to it
}
STORES = {"versitygw": "S3", "swift": "S3B", "hdfs": "Hdfs", "gcs": "Gcs", "azurite": "Azure",
          "nfs": "Nfs"}
SECONDS = 600


def s3_options(values, prefix):
    return {"alluxio.underfs.s3.endpoint": values[prefix + "ENDPOINT"],
            "alluxio.underfs.s3.region": values[prefix + "REGION"],
            "alluxio.underfs.s3.disable.dns.buckets": "true",
            "s3a.accessKeyId": values[prefix + "ACCESS_KEY"],
            "s3a.secretKey": values[prefix + "SECRET_KEY"]}


def address(name, values):
    """(URI, properties) of a store for the command line."""
    if name in ("versitygw", "swift"):
        prefix = STORES[name] + "_"
        return "s3://%s/try" % values[prefix + "BUCKET"], s3_options(values, prefix)
    if name == "hdfs":
        folder = values["HDFS_CONF_DIR"]
        return values["HDFS_URI"], {"alluxio.underfs.hdfs.configuration":
                                    "%s/core-site.xml:%s/hdfs-site.xml" % (folder, folder)}
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
    environment.update(values)
    for store, names in REFUSED_NAMES.items():
        environment["UFS_CONTRACT_SKIP_NAMES_" + store] = names
    done = subprocess.run([os.path.join(BIN, "ufs-contract")], env=environment, text=True,
                          capture_output=True, timeout=SECONDS, errors="replace")
    passed = re.search(r"\[  PASSED  \] (\d+) tests?", done.stdout)
    broken = re.findall(r"^\[  FAILED  \] (Stores/\S+)", done.stdout, re.M)
    count.passed += int(passed.group(1)) if passed else 0
    count.check("contract over %s" % name, done.returncode == 0 and not broken,
                done.stdout[-6000:] + done.stderr[-2000:])


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


def run_wrong_settings(count, values):
    """What an operator reads when S3 is set up wrongly; never the secret."""
    uri, good = address("versitygw", values)
    secret = good["s3a.secretKey"]
    wrong = {
        "wrong secret": ({"s3a.secretKey": "another-" + secret}, uri, "SignatureDoesNotMatch"),
        "unknown key": ({"s3a.accessKeyId": "nobody"}, uri, "access key"),
        "missing bucket": ({}, "s3://no-such-bucket/x", "NoSuchBucket"),
        "nobody at the port": ({"alluxio.underfs.s3.endpoint":
                                "http://127.0.0.1:%d" % free_port()}, uri, "refused"),
        "half a key": ({"s3a.secretKey": ""}, uri, "set s3a.secretKey"),
    }
    for what, (changed, where, named) in wrong.items():
        code, output = tool("runUfsTests", where, {**good, **changed})
        count.check("S3 with %s says so" % what,
                    code != 0 and named in output and where.split("/x")[0] in output
                    and secret not in output, output)


def main(names):
    count = Count()
    for name in names or STORES:
        try:
            with ALL[name]() as backend:
                values = backend.environment()
                run_contract(count, name, values)
                run_tools(count, name, values)
                if name == "versitygw":
                    run_wrong_settings(count, values)
        except BackendError as error:
            count.check("%s starts" % name, False, str(error))
    print("%d passed, %d failed" % (count.passed, count.failed))
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
