// BlockWorkerClient: blocks of one worker: streams of data and calls about single blocks.
//
// Nothing is repeated here: who reads or writes decides which worker to try next. Methods and
// streams block. The client is thread-safe, a stream belongs to one thread at a time. Virtual so
// that tests can stand in for a worker.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/callback.h"
#include "base/duration.h"
#include "base/result.h"
#include "model/ids.h"
#include "model/worker_info.h"
#include "stub/block_streams.h"
#include "stub/connection_options.h"

namespace alluxio::rpc {
class Channel;
}

namespace alluxio::stub {

// Where a worker gets a block from.
struct CacheOrder {
  BlockId block_id = 0;
  int64_t length = 0;
  std::string source_host;  // the worker itself = from the under store
  int source_port = 0;
  UfsBlock ufs;
  bool async = false;  // answered before the block is there
};

struct LoadBlock {
  BlockId block_id = 0;
  int64_t length = 0;
  std::string ufs_path;
  int64_t offset_in_file = 0;
  MountId mount_id = kNoMount;
};

struct LoadOptions {
  std::string tag;
  bool position_short = false;
  int64_t bandwidth = 0;  // bytes a second; 0 = unlimited
  std::string user;
  Duration timeout = std::chrono::minutes(10);  // of the request
};

struct LoadFailure {
  BlockId block_id = 0;
  Status status;
  bool retryable = false;
};

class BlockWorkerClient {
 public:
  // Does not connect yet. `address` as the master publishes it.
  BlockWorkerClient(const WorkerNetAddress& address, const ConnectionOptions& options);
  virtual ~BlockWorkerClient();

  virtual Result<std::unique_ptr<BlockReadStream>> ReadBlock(const BlockReadRequest& request);
  virtual Result<std::unique_ptr<BlockWriteStream>> WriteBlock(const BlockWriteRequest& request);
  // Asks for it, and does not wait for the answer.
  virtual Result<std::unique_ptr<LocalBlockRead>> OpenLocalBlock(BlockId block, bool promote);
  virtual Result<std::unique_ptr<LocalBlockWrite>> CreateLocalBlock(
      const LocalBlockRequest& request);

  virtual Status Cache(const CacheOrder& order);
  virtual Status AsyncCache(const CacheOrder& order);
  // The blocks that could not be loaded.
  virtual Result<std::vector<LoadFailure>> Load(const std::vector<LoadBlock>& blocks,
                                                const LoadOptions& options);
  // The same without waiting: `done` runs once, on any thread, perhaps after this object is gone.
  using LoadDone = Callback<void(Result<std::vector<LoadFailure>>)>;
  virtual void LoadAsync(const std::vector<LoadBlock>& blocks, const LoadOptions& options,
                         LoadDone done);
  virtual Status RemoveBlock(BlockId block);
  virtual Status MoveBlock(BlockId block, const std::string& medium_type);
  virtual Status ClearMetrics();
  // Drops every cached block.
  virtual Status FreeWorker();

  const WorkerNetAddress& address() const { return address_; }

 private:
  const WorkerNetAddress address_;
  const ConnectionOptions options_;
  const std::shared_ptr<rpc::Channel> calls_;
  const std::shared_ptr<rpc::Channel> streams_;
};

}  // namespace alluxio::stub
