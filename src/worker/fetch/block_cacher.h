// BlockCacher: brings blocks into this worker on request: from the under store, or from a worker
// that has them. One fetch at a time for a block; a bounded queue for requests nobody waits for.
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <unordered_set>

#include "base/mutex.h"
#include "env/executor.h"
#include "model/worker_info.h"
#include "stub/block_worker_client.h"
#include "worker/fetch/cold_reads.h"

namespace alluxio::worker {

// A connection to the worker at an address.
using WorkerDialer =
    std::function<std::shared_ptr<stub::BlockWorkerClient>(const WorkerNetAddress&)>;

struct BlockCacherOptions {
  size_t threads = 8;
  size_t queue_limit = 512;  // alluxio.worker.network.async.cache.manager.queue.max
};

class BlockCacher {
 public:
  // All must outlive this object.
  BlockCacher(const BlockCacherOptions& options, ColdReads& cold, BlockStore& store,
              BlockPublisher& publisher, WorkerDialer dial);
  ~BlockCacher();

  // The address under which this worker is known; orders that name it as their source are for the
  // under store.
  void SetSelf(WorkerNetAddress self);

  // Blocks until the block is here. OK when it already is. ALREADY_EXISTS while a writer or reader
  // fills it; NOT_FOUND when the source has it no more.
  Status Cache(const stub::CacheOrder& order);
  // Queues; drops the order when the queue is full, or the block is being fetched. Never blocks.
  void CacheLater(stub::CacheOrder order);
  void Stop();

 private:
  Status Fetch(const stub::CacheOrder& order);
  Status FetchAnywhere(const stub::CacheOrder& order);
  Status FromUfs(const stub::CacheOrder& order);
  Status FromWorker(const stub::CacheOrder& order);
  bool IsSelf(const stub::CacheOrder& order);
  bool Enter(BlockId id);
  void Leave(BlockId id);

  ColdReads& cold_;
  BlockStore& store_;
  BlockPublisher& publisher_;
  const WorkerDialer dial_;
  Mutex mutex_;
  WorkerNetAddress self_ GUARDED_BY(mutex_);
  std::unordered_set<BlockId> fetching_ GUARDED_BY(mutex_);
  std::unique_ptr<Executor> executor_;
};

}  // namespace alluxio::worker
