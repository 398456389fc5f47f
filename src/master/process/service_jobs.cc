#include "master/process/service_jobs.h"

#include <algorithm>
#include <memory>

#include "conf/configuration.h"
#include "proto/grpc/job_master.pb.h"
#include "stub/job_master_client.h"
#include "stub/primary_locator.h"

namespace alluxio::master {
namespace {

constexpr Duration kPatience = std::chrono::seconds(5);  // somebody looks at the page

ServiceJob FromProto(const grpc::job::JobInfo& info) {
  ServiceJob job;
  job.id = info.id();
  job.name = info.name();
  job.status = stub::JobStatusName(static_cast<stub::JobStatus>(info.status()));
  job.description = info.description();
  job.error = info.errormessage();
  job.updated_ms = info.lastupdated();
  return job;
}

// Asks once, and not patiently.
Result<std::shared_ptr<stub::JobMasterClient>> ClientOf(const conf::Configuration& conf) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  options.retry.max_duration = Duration::zero();
  options.connect_timeout = std::min(options.connect_timeout, kPatience);
  options.call_timeout = std::min(options.call_timeout, kPatience);
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::OfJobMaster(conf));
  return std::make_shared<stub::JobMasterClient>(
      std::make_shared<stub::MasterConnection>(std::move(locator), options));
}

class JobServiceDesk final : public ReplicationDesk {
 public:
  explicit JobServiceDesk(std::shared_ptr<stub::JobMasterClient> client)
      : client_(std::move(client)) {}

  Result<int64_t> Run(const job::BlockPlan& plan) override {
    return client_->Run(job::WriteBlockPlan(plan));
  }
  Result<ReplicationOutcome> OutcomeOf(int64_t id) override {
    grpc::job::JobInfo info;
    Status known = client_->GetJob(id, &info);
    if (known.Is(StatusCode::kNotFound)) return ReplicationOutcome{true, ""};
    RETURN_IF_ERROR(known);
    switch (info.status()) {
      case grpc::job::COMPLETED:
        return ReplicationOutcome{true, ""};
      case grpc::job::FAILED:
      case grpc::job::CANCELED:
        return ReplicationOutcome{
            true, info.errormessage().empty() ? "cancelled" : info.errormessage()};
      default:
        return ReplicationOutcome{};
    }
  }

 private:
  const std::shared_ptr<stub::JobMasterClient> client_;
};

}  // namespace

Result<std::unique_ptr<ReplicationDesk>> ReplicationDeskOf(const conf::Configuration& conf) {
  ASSIGN_OR_RETURN(std::shared_ptr<stub::JobMasterClient> client, ClientOf(conf));
  return std::unique_ptr<ReplicationDesk>(std::make_unique<JobServiceDesk>(std::move(client)));
}

Result<std::function<Result<std::vector<ServiceJob>>()>> ServiceJobsOf(
    const conf::Configuration& conf) {
  // Shared, because the function is copied.
  ASSIGN_OR_RETURN(std::shared_ptr<stub::JobMasterClient> client, ClientOf(conf));
  return std::function<Result<std::vector<ServiceJob>>()>(
      [client]() -> Result<std::vector<ServiceJob>> {
        ASSIGN_OR_RETURN(std::vector<grpc::job::JobInfo> infos, client->ListJobs());
        std::vector<ServiceJob> jobs;
        jobs.reserve(infos.size());
        for (const grpc::job::JobInfo& info : infos) jobs.push_back(FromProto(info));
        return jobs;
      });
}

}  // namespace alluxio::master
