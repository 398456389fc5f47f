#include "stub/job_master_client.h"

#include "proto/grpc/job_master.pb.h"
#include "proto/grpc/job_work.pb.h"

namespace alluxio::stub {

namespace job = grpc::job;

std::string JobStatusName(JobStatus status) {
  return job::Status_Name(static_cast<job::Status>(status));
}

Status JobMasterClient::Call(const char* method, const google::protobuf::MessageLite& request,
                             google::protobuf::MessageLite* response, Attempts attempts) {
  return connection_->Call(MasterService::kJobClient, method, request, response, attempts);
}

Result<int64_t> JobMasterClient::Submit(const std::string& config) {
  job::SubmitRequest request;
  request.set_cmdconfig(config);
  job::SubmitResponse response;
  RETURN_IF_ERROR(Call("Submit", request, &response));
  return response.jobcontrolid();
}

Result<int64_t> JobMasterClient::Run(const std::string& config) {
  job::RunPRequest request;
  request.set_jobconfig(config);
  job::RunPResponse response;
  RETURN_IF_ERROR(Call("Run", request, &response));
  return response.jobid();
}

Result<JobStatus> JobMasterClient::GetCmdStatus(int64_t control_id,
                                                job::CommandProgress* progress) {
  job::GetCmdStatusRequest request;
  request.set_jobcontrolid(control_id);
  job::GetCmdStatusResponse response;
  RETURN_IF_ERROR(Call("GetCmdStatus", request, &response));
  if (progress != nullptr && !progress->ParseFromString(response.progress())) progress->Clear();
  return static_cast<JobStatus>(response.cmdstatus());
}

Status JobMasterClient::GetCmdStatusDetailed(int64_t control_id, job::CmdStatusBlock* out,
                                             job::CommandProgress* progress) {
  job::GetCmdStatusDetailedRequest request;
  request.set_jobcontrolid(control_id);
  job::GetCmdStatusDetailedResponse response;
  RETURN_IF_ERROR(Call("GetCmdStatusDetailed", request, &response));
  *out = std::move(*response.mutable_cmdstatusblock());
  if (!progress->ParseFromString(out->progress())) progress->Clear();
  return OkStatus();
}

Status JobMasterClient::GetJob(int64_t id, job::JobInfo* out) {
  job::GetJobStatusDetailedPRequest request;
  request.set_jobid(id);
  job::GetJobStatusDetailedPResponse response;
  RETURN_IF_ERROR(Call("GetJobStatusDetailed", request, &response));
  *out = std::move(*response.mutable_jobinfo());
  return OkStatus();
}

Result<std::vector<job::JobInfo>> JobMasterClient::ListJobs() {
  job::ListAllPResponse response;
  RETURN_IF_ERROR(Call("ListAll", job::ListAllPRequest(), &response));
  return std::vector<job::JobInfo>(response.jobinfos().begin(), response.jobinfos().end());
}

Status JobMasterClient::Cancel(int64_t id) {
  job::CancelPRequest request;
  request.set_jobid(id);
  job::CancelPResponse response;
  return Call("Cancel", request, &response);
}

Status JobMasterClient::GetSummary(job::JobServiceSummary* out) {
  job::GetJobServiceSummaryPResponse response;
  RETURN_IF_ERROR(Call("GetJobServiceSummary", job::GetJobServiceSummaryPRequest(), &response));
  *out = std::move(*response.mutable_summary());
  return OkStatus();
}

Result<std::vector<JobWorkerReport>> JobMasterClient::GetWorkers() {
  job::GetAllWorkerHealthPResponse response;
  RETURN_IF_ERROR(Call("GetAllWorkerHealth", job::GetAllWorkerHealthPRequest(), &response));
  std::vector<JobWorkerReport> workers;
  for (const job::JobWorkerHealth& health : response.workerhealths()) {
    workers.push_back({health.workerid(), health.hostname(), health.version().version(),
                       health.version().revision(), health.taskpoolsize(),
                       health.unfinishedtasks(), health.numactivetasks(),
                       {health.loadaverage().begin(), health.loadaverage().end()}});
  }
  return workers;
}

Result<std::vector<JobMasterReport>> JobMasterClient::GetMasters() {
  job::GetAllMasterStatusPResponse response;
  RETURN_IF_ERROR(Call("GetAllMasterStatus", job::GetAllMasterStatusPRequest(), &response));
  std::vector<JobMasterReport> masters;
  for (const job::JobMasterStatus& master : response.jobmasterstatus()) {
    masters.push_back({master.masteraddress().host(), master.masteraddress().rpcport(),
                       master.state(), master.starttime(), master.version().version(),
                       master.version().revision()});
  }
  return masters;
}

Result<std::string> JobMasterClient::Leader() {
  ASSIGN_OR_RETURN(MasterAddress address, connection_->locator().Primary());
  return address.host;
}

}  // namespace alluxio::stub
