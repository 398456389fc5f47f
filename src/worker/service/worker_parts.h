// WorkerParts: what the RPC methods of a worker work on. Everything outlives the server.
#pragma once

#include "env/executor.h"
#include "worker/fetch/block_cacher.h"
#include "worker/fetch/cold_reads.h"
#include "worker/fetch/mounts.h"
#include "worker/service/running.h"
#include "worker/store/block_publisher.h"
#include "worker/store/block_store.h"

namespace alluxio::metrics {
class ThroughputGauges;
}

namespace alluxio::worker {

class LoadDesk;

struct WorkerParts {
  BlockStore& store;
  BlockPublisher& publisher;
  Mounts& mounts;
  MountLanes& lanes;
  ColdReads& cold;
  BlockCacher& cacher;
  LoadDesk& loads;
  Executor& readers;  // opens blocks and reads under stores
  Executor& writers;  // writes blocks; files of under stores are written in the mounts' lanes
  Executor& commits;  // waits for the master, so that writers do not
  Running& running;
  int64_t max_chunk_bytes = int64_t{2} << 20;
  metrics::ThroughputGauges* throughputs = nullptr;  // null: there are none
};

}  // namespace alluxio::worker
