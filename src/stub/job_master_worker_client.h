// JobMasterWorkerClient: what a job worker tells its job master. Methods block, one attempt each.
// Thread-safe. Virtual so that tests can stand in for the job master.
#pragma once

#include <memory>

#include "base/result.h"
#include "stub/master_connection.h"

namespace alluxio::grpc::job {
class JobHeartbeatPRequest;
class JobHeartbeatPResponse;
class RegisterJobWorkerPRequest;
}  // namespace alluxio::grpc::job

namespace alluxio::stub {

class JobMasterWorkerClient {
 public:
  explicit JobMasterWorkerClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~JobMasterWorkerClient() = default;

  // The id of the job worker from now on.
  virtual Result<int64_t> Register(const grpc::job::RegisterJobWorkerPRequest& request);
  virtual Status Heartbeat(const grpc::job::JobHeartbeatPRequest& request,
                           grpc::job::JobHeartbeatPResponse* response);

 private:
  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
