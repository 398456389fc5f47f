// BlockMasterWorkerClient: what a worker tells the master about its blocks. Methods block.
// Thread-safe. Virtual so that tests can stand in for the master.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/ids.h"
#include "model/worker_info.h"
#include "stub/master_connection.h"

namespace alluxio::stub {

struct BlockPlace {
  std::string tier_alias;
  std::string medium_type;
  bool operator==(const BlockPlace&) const = default;
};

struct PlacedBlocks {
  BlockPlace place;
  std::vector<BlockId> blocks;
};

// Everything about a worker and its blocks.
struct WorkerRegistration {
  WorkerId worker_id = 0;
  std::vector<std::string> tiers;  // aliases, top first
  std::map<std::string, int64_t> total_bytes_on_tiers;
  std::map<std::string, int64_t> used_bytes_on_tiers;
  std::vector<PlacedBlocks> blocks;
  std::map<std::string, std::vector<std::string>> lost_storage;  // paths by tier alias
  std::vector<std::pair<std::string, std::string>> configs;      // properties of the worker
  std::string version;
  std::string revision;
  int cpus = 0;
};

struct RegisterLease {
  bool allowed = false;
  int64_t expiry_ms = 0;
};

// By how much a counter of this worker has grown since the master was told last.
struct CounterChange {
  std::string name;  // without "Worker."
  int64_t by = 0;
  std::string ufs;   // escaped root URI, of the counters of one under store
};

// Changes since the last heartbeat.
struct BlockHeartbeat {
  WorkerId worker_id = 0;
  std::map<std::string, int64_t> capacity_bytes_on_tiers;
  std::map<std::string, int64_t> used_bytes_on_tiers;
  std::vector<BlockId> removed;
  std::vector<PlacedBlocks> added;
  std::map<std::string, std::vector<std::string>> lost_storage;
  std::string source;  // this worker's host
  std::vector<CounterChange> metrics;
};

// Numbers are those of the wire.
enum class MasterCommandType {
  kUnknown = 0,
  kNothing = 1,
  kRegister = 2,
  kFree = 3,
  kDelete = 4,
  kPersist = 5,
  kDecommissioned = 6,
  kDisabled = 7,
};

struct MasterCommand {
  MasterCommandType type = MasterCommandType::kNothing;
  std::vector<int64_t> data;  // kFree: block ids
};

struct BlockCommit {
  WorkerId worker_id = 0;
  BlockId block_id = 0;
  int64_t length = 0;
  BlockPlace place;
  int64_t used_bytes_on_tier = 0;
};

class BlockMasterWorkerClient {
 public:
  explicit BlockMasterWorkerClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~BlockMasterWorkerClient() = default;

  virtual Result<WorkerId> GetWorkerId(const WorkerNetAddress& address);
  virtual Result<RegisterLease> RequestRegisterLease(WorkerId worker, int64_t block_count);
  // All in one message; for some hundred thousand blocks at most.
  virtual Status RegisterWorker(const WorkerRegistration& registration);
  // In messages of at most `batch_blocks` blocks, each acknowledged before the next. One attempt.
  virtual Status RegisterWorkerStream(const WorkerRegistration& registration,
                                      size_t batch_blocks = 1000000);
  // One attempt: what it says is stale by the next.
  virtual Result<MasterCommand> Heartbeat(const BlockHeartbeat& heartbeat);
  virtual Status CommitBlock(const BlockCommit& commit);
  virtual Status CommitBlockInUfs(BlockId block, int64_t length);

 private:
  Status Call(const char* method, const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response);

  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
