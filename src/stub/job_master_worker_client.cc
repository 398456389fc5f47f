#include "stub/job_master_worker_client.h"

#include "proto/grpc/job_master.pb.h"

namespace alluxio::stub {

Result<int64_t> JobMasterWorkerClient::Register(
    const grpc::job::RegisterJobWorkerPRequest& request) {
  grpc::job::RegisterJobWorkerPResponse response;
  RETURN_IF_ERROR(connection_->Call(MasterService::kJobWorker, "RegisterJobWorker", request,
                                    &response, Attempts::kOne));
  return response.id();
}

Status JobMasterWorkerClient::Heartbeat(const grpc::job::JobHeartbeatPRequest& request,
                                        grpc::job::JobHeartbeatPResponse* response) {
  return connection_->Call(MasterService::kJobWorker, "Heartbeat", request, response,
                           Attempts::kOne);
}

}  // namespace alluxio::stub
