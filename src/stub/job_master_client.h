// JobMasterClient: the job service as users and operators see it. Methods block. Thread-safe.
// Messages are those of proto/grpc/job_master.proto: only the command line shows them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "stub/master_connection.h"

namespace alluxio::grpc::job {
class CmdStatusBlock;
class CommandProgress;
class JobInfo;
class JobServiceSummary;
}  // namespace alluxio::grpc::job

namespace alluxio::stub {

// Numbers are those of the wire.
enum class JobStatus {
  kUnknown = 0,
  kCreated = 1,
  kCanceled = 2,
  kFailed = 3,
  kRunning = 4,
  kCompleted = 5
};
// "CREATED" ...
std::string JobStatusName(JobStatus status);

struct JobWorkerReport {
  int64_t id = 0;
  std::string host;
  std::string version;
  std::string revision;
  int32_t task_pool_size = 0;
  int32_t unfinished_tasks = 0;
  int32_t active_tasks = 0;
  std::vector<double> load_average;
};

struct JobMasterReport {
  std::string host;
  int32_t port = 0;
  std::string state;
  int64_t start_time_ms = 0;
  std::string version;
  std::string revision;
};

class JobMasterClient {
 public:
  // A connection to job masters, see PrimaryLocator::OfJobMaster.
  explicit JobMasterClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~JobMasterClient() = default;

  // `config`: the bytes of a configuration class of 2.9 (job/plan/command.h). Returns the control
  // id.
  virtual Result<int64_t> Submit(const std::string& config);
  // `config`: the bytes of a plan of 2.9. Returns the id of the job.
  virtual Result<int64_t> Run(const std::string& config);
  // `progress` may be null; a Java job master leaves it empty.
  virtual Result<JobStatus> GetCmdStatus(int64_t control_id, grpc::job::CommandProgress* progress);
  virtual Status GetCmdStatusDetailed(int64_t control_id, grpc::job::CmdStatusBlock* out,
                                      grpc::job::CommandProgress* progress);
  virtual Status GetJob(int64_t id, grpc::job::JobInfo* out);
  virtual Result<std::vector<grpc::job::JobInfo>> ListJobs();
  virtual Status Cancel(int64_t id);
  virtual Status GetSummary(grpc::job::JobServiceSummary* out);
  virtual Result<std::vector<JobWorkerReport>> GetWorkers();
  virtual Result<std::vector<JobMasterReport>> GetMasters();
  // Host of the primary job master.
  virtual Result<std::string> Leader();

 private:
  Status Call(const char* method, const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response,
              Attempts attempts = Attempts::kUntilTimeout);

  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
