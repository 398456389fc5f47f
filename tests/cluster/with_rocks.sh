#!/usr/bin/env bash
# with_rocks.sh CMD...: runs a suite whose masters keep ten inodes in memory and the rest in RocksDB.
set -euo pipefail

METASTORE="alluxio.master.metastore"
PROPERTIES="${METASTORE}=ROCKS"
PROPERTIES+=";${METASTORE}.inode.cache.max.size=100"
PROPERTIES+=";${METASTORE}.inode.cache.high.water.mark.ratio=0.1"
PROPERTIES+=";${METASTORE}.inode.cache.low.water.mark.ratio=0.05"
PROPERTIES+=";${METASTORE}.inode.cache.evict.batch.size=10"
export ALLUXIO_TEST_PROPERTIES="${ALLUXIO_TEST_PROPERTIES:+${ALLUXIO_TEST_PROPERTIES};}${PROPERTIES}"
exec "$@"
