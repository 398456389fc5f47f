// BlockMasterClient: what the master knows of blocks and workers. Methods block. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/block_info.h"
#include "stub/master_connection.h"
#include "wire/worker_info.h"

namespace alluxio::stub {

// Numbers are those of the wire.
enum class WorkerRange { kAll = 1, kLive = 2, kLost = 3, kSpecified = 4, kDecommissioned = 5 };

struct WorkerReportOptions {
  WorkerRange range = WorkerRange::kAll;
  std::vector<std::string> hosts;  // with kSpecified
};

struct LostStorage {
  WorkerNetAddress address;
  std::map<std::string, std::vector<std::string>> paths;  // by tier alias
};

class BlockMasterClient {
 public:
  explicit BlockMasterClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~BlockMasterClient() = default;

  // Workers that are alive.
  virtual Result<std::vector<WorkerInfo>> GetWorkerList();
  virtual Result<std::vector<WorkerInfo>> GetWorkerReport(const WorkerReportOptions& options);
  virtual Result<std::vector<LostStorage>> GetLostStorage();
  virtual Result<int64_t> GetCapacityBytes();
  virtual Result<int64_t> GetUsedBytes();
  virtual Result<BlockInfo> GetBlockInfo(BlockId block);
  virtual Result<wire::BlockMasterTotals> GetBlockMasterInfo();
  // `web_port` 0 = whatever runs on the host.
  virtual Status DecommissionWorker(const std::string& host, int web_port, bool may_return);
  virtual Status RemoveDisabledWorker(const std::string& host, int web_port);

 private:
  Status Call(const char* method, const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response);

  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
