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

}  // namespace

Result<std::function<Result<std::vector<ServiceJob>>()>> ServiceJobsOf(
    const conf::Configuration& conf) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  options.retry.max_duration = Duration::zero();
  options.connect_timeout = std::min(options.connect_timeout, kPatience);
  options.call_timeout = std::min(options.call_timeout, kPatience);
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::OfJobMaster(conf));
  // Shared, because the function is copied.
  auto client = std::make_shared<stub::JobMasterClient>(
      std::make_shared<stub::MasterConnection>(std::move(locator), options));
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
