#!/usr/bin/env bash
# with_rocks.sh CMD...: runs a suite whose masters keep ten inodes in memory, others in RocksDB.
set -euo pipefail

STORE="alluxio.master.metastore"
PROPERTIES="${STORE}=ROCKS"
PROPERTIES+=";${STORE}.inode.cache.max.size=100"
PROPERTIES+=";${STORE}.inode.cache.high.water.mark.ratio=0.1"
PROPERTIES+=";${STORE}.inode.cache.low.water.mark.ratio=0.05"
PROPERTIES+=";${STORE}.inode.cache.evict.batch.size=10"
BEFORE="${ALLUXIO_TEST_PROPERTIES:+${ALLUXIO_TEST_PROPERTIES};}"
export ALLUXIO_TEST_PROPERTIES="${BEFORE}${PROPERTIES}"
exec "$@"
