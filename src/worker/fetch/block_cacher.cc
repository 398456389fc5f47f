#include "worker/fetch/block_cacher.h"

#include <fmt/core.h>

#include "base/log.h"
#include "metrics/registry.h"

namespace alluxio::worker {
namespace {

// "Worker.CacheRequests" and its like, of the process registry.
struct Counts {
  metrics::Counter& requests = Of("CacheRequests");
  metrics::Counter& waited_for = Of("CacheRequestsSync");
  metrics::Counter& queued = Of("CacheRequestsAsync");
  metrics::Counter& rejected = Of("CacheRejectedBlocks");
  metrics::Counter& succeeded = Of("CacheSucceededBlocks");
  metrics::Counter& failed = Of("CacheFailedBlocks");
  metrics::Counter& from_ufs = Of("CacheUfsBlocks");
  metrics::Counter& from_worker = Of("CacheRemoteBlocks");
  metrics::Counter& bytes = Of("CacheBlocksSize");

 private:
  static metrics::Counter& Of(const char* name) {
    return metrics::Registry::Process().counter(std::string("Worker.") + name);
  }
};

const Counts& Count() {
  static const Counts counts;
  return counts;
}

}  // namespace

BlockCacher::BlockCacher(const BlockCacherOptions& options, ColdReads& cold, BlockStore& store,
                         BlockPublisher& publisher, WorkerDialer dial)
    : cold_(cold),
      store_(store),
      publisher_(publisher),
      dial_(std::move(dial)),
      executor_(Executor::Create({"cache", options.threads, options.queue_limit})) {
  Count();  // so that there are zeros before the first request
}

BlockCacher::~BlockCacher() { Stop(); }

void BlockCacher::Stop() { executor_->Stop(); }

Status BlockCacher::Cache(const stub::CacheOrder& order) {
  Count().requests.Add();
  Count().waited_for.Add();
  if (order.block_id < 0) {
    return InvalidArgument(fmt::format("Invalid block id {}", order.block_id));
  }
  if (order.length < 0) {
    return InvalidArgument(fmt::format("block {}: invalid length {}", order.block_id,
                                       order.length));
  }
  if (store_.Has(order.block_id)) return OkStatus();
  if (!Enter(order.block_id)) {
    return AlreadyExists(fmt::format("block {} is being cached already", order.block_id));
  }
  Status fetched = Fetch(order);
  Leave(order.block_id);
  return fetched;
}

void BlockCacher::CacheLater(stub::CacheOrder order) {
  Count().requests.Add();
  Count().queued.Add();
  if (order.block_id < 0 || store_.Has(order.block_id)) return;
  BlockId id = order.block_id;
  if (!Enter(id)) return;
  Status queued = executor_->Submit([this, order = std::move(order)] {
    Status fetched = Fetch(order);
    Leave(order.block_id);
    // The client has gone on long ago; the block is simply not cached.
    if (!fetched.ok() && !fetched.Is(StatusCode::kAlreadyExists)) {
      LOG_WARN("worker: block not cached id={} reason={}", order.block_id, fetched.ToString());
    }
  });
  if (queued.ok()) return;
  Leave(id);
  Count().rejected.Add();
  LOG_DEBUG("worker: cache request dropped id={} reason={}", id, queued.ToString());
}

bool BlockCacher::Enter(BlockId id) {
  MutexLock lock(mutex_);
  return fetching_.insert(id).second;
}

void BlockCacher::Leave(BlockId id) {
  MutexLock lock(mutex_);
  fetching_.erase(id);
}

void BlockCacher::SetSelf(WorkerNetAddress self) {
  MutexLock lock(mutex_);
  self_ = std::move(self);
}

bool BlockCacher::IsSelf(const stub::CacheOrder& order) {
  if (order.source_host.empty()) return true;
  MutexLock lock(mutex_);
  return (order.source_host == self_.host || order.source_host == self_.container_host) &&
         order.source_port == self_.data_port;
}

Status BlockCacher::Fetch(const stub::CacheOrder& order) {
  if (store_.Has(order.block_id)) return OkStatus();
  Status fetched = FetchAnywhere(order);
  (fetched.ok() ? Count().succeeded : Count().failed).Add();
  if (fetched.ok()) Count().bytes.Add(order.length);
  return fetched;
}

Status BlockCacher::FetchAnywhere(const stub::CacheOrder& order) {
  if (IsSelf(order)) return FromUfs(order);
  Status remote = FromWorker(order);
  if (remote.ok()) Count().from_worker.Add();
  if (remote.ok() || remote.Is(StatusCode::kAlreadyExists) || order.ufs.ufs_path.empty()) {
    return remote;
  }
  LOG_DEBUG("worker: block comes from the under store instead id={} reason={}", order.block_id,
            remote.ToString());
  return FromUfs(order);
}

Status BlockCacher::FromUfs(const stub::CacheOrder& order) {
  if (order.ufs.ufs_path.empty()) {
    return NotFound(fmt::format("Block {} not found: it is in no under store", order.block_id));
  }
  stub::UfsBlock block = order.ufs;
  block.no_cache = false;
  if (block.block_size <= 0) block.block_size = order.length;
  Status filled = cold_.Fill(order.block_id, block);
  if (filled.ok()) Count().from_ufs.Add();
  return filled;
}

Status BlockCacher::FromWorker(const stub::CacheOrder& order) {
  WorkerNetAddress source;
  source.host = order.source_host;
  source.rpc_port = order.source_port;
  source.data_port = order.source_port;
  Placement placement;
  placement.reserve_bytes = order.length;
  ASSIGN_OR_RETURN(std::unique_ptr<TempBlock> block, store_.Create(order.block_id, placement));
  if (order.length > 0) {
    stub::BlockReadRequest request;
    request.block_id = order.block_id;
    request.length = order.length;
    request.ufs = order.ufs;
    request.ufs.no_cache = true;  // One copy more is wanted here, not there.
    std::shared_ptr<stub::BlockWorkerClient> worker = dial_(source);
    ASSIGN_OR_RETURN(std::unique_ptr<stub::BlockReadStream> stream, worker->ReadBlock(request));
    while (block->length() < order.length) {
      ASSIGN_OR_RETURN(std::optional<Bytes> data, stream->Next());
      if (!data) {
        return OutOfRange(fmt::format("block {}: {} sent {} of {} bytes", order.block_id,
                                      order.source_host, block->length(), order.length));
      }
      RETURN_IF_ERROR(block->Append(data->view()));
    }
    stream->Close();
  }
  ASSIGN_OR_RETURN(CommittedBlock committed, block->Commit());
  return publisher_.Publish(committed);
}

}  // namespace alluxio::worker
