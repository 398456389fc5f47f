"""OpenStack Swift with its S3 API: proxy, account, container and object server, one disk."""
import os
import subprocess

from backend import HERE, BackendError, S3Backend
from cluster import free_port, port_open
from content import StoreError

CONF = {
    "swift": """[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = one
default = yes
""",
    "proxy": """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {proxy}
swift_dir = {folder}
workers = 0
log_level = WARNING
fallocate_reserve = 0
[pipeline:main]
pipeline = catch_errors cache bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
# One replica: nobody to ask next.
request_node_count = 1
node_timeout = 60
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
paste.filter_factory = memory_cache:filter_factory
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = {region}
max_upload_part_num = 10000
dns_compliant_bucket_names = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:copy]
use = egg:swift#copy
[filter:symlink]
use = egg:swift#symlink
""",
    "storage": """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}
mount_check = false
workers = 0
log_level = WARNING
fallocate_reserve = 0
[pipeline:main]
pipeline = {role}-server
[app:{role}-server]
use = egg:swift#{role}
{more}""",
}


class Swift(S3Backend):
    """Its keys are flat, as those of S3: "a" and "a/b" can both be there."""

    name = "swift"
    prefix = "S3B"
    access, secret = "test:tester", "tester-secret-key"

    def __init__(self, folder=None, detached=False):
        super().__init__(folder, detached)
        self.ports = {role: free_port() for role in ("account", "container", "object")}

    def write_conf(self, file, text, **values):
        with open(os.path.join(self.folder, file + ".conf"), "w") as f:
            f.write(text.format(folder=self.folder, **values))

    def launch(self):
        os.makedirs(os.path.join(self.folder, "disk"), exist_ok=True)
        self.write_conf("swift", CONF["swift"])
        self.write_conf("proxy", CONF["proxy"], proxy=self.port, secret=self.secret,
                        region=self.region)
        for role, port in self.ports.items():
            # Containers are listed at once only when the object server waits for the update.
            more = "container_update_timeout = 10\n" if role == "object" else ""
            self.write_conf(role, CONF["storage"], role=role, port=port, more=more)
        command = ["/usr/bin/python3", os.path.join(HERE, "swift", "server.py")]
        done = subprocess.run([*command, "rings", self.folder,
                               *(str(port) for port in self.ports.values())],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise BackendError("swift: Debian's python3-swift is needed (tools/packages.txt)\n"
                               + done.stdout.decode()[-2000:])
        for role in (*self.ports, "proxy"):
            self.spawn(role, [*command, role, self.folder])

    def ready(self):
        if not all(map(port_open, (self.port, *self.ports.values()))):
            return False
        try:
            self.content().make_bucket()
            return True
        except (StoreError, OSError):
            return False

    def environment(self):
        return {**super().environment(), "SWIFT_AUTH_URL": self.endpoint + "/auth/v1.0",
                "SWIFT_STORAGE_URL": self.endpoint + "/v1/AUTH_test", "SWIFT_USER": self.access,
                "SWIFT_KEY": self.secret, "SWIFT_CONTAINER": self.bucket}
