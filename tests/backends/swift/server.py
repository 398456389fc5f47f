#!/usr/bin/python3
"""One server of OpenStack Swift: server.py proxy|account|container|object FOLDER PORT...

Debian's python3-swift without the packages around it, which would start services of their own.
The folder's swift.conf and <role>.conf are written by swift_backend.py. `server.py rings FOLDER
ACCOUNT CONTAINER OBJECT` writes the rings, one device each at those ports.
"""
import os
import sys

import eventlet.debug
from swift.common import utils
from swift.common.ring import RingBuilder
from swift.common.storage_policy import reload_storage_policies
from swift.common.wsgi import run_wsgi


def make_rings(folder, ports):
    for name, port in zip(("account", "container", "object"), ports):
        builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
        builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port),
                         "replication_ip": "127.0.0.1", "replication_port": int(port),
                         "device": "disk", "weight": 1.0})
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, name + ".ring.gz"))


def main(role, folder, *ports):
    if role == "rings":
        make_rings(folder, ports)
        return 0
    utils.set_swift_dir(folder)
    reload_storage_policies()
    eventlet.debug.hub_exceptions(False)
    options = {}
    if role == "object":
        from swift.obj import server
        options["global_conf_callback"] = server.global_conf_callback
    return run_wsgi(os.path.join(folder, role + ".conf"), role + "-server", **options)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
