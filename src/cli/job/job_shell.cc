#include "cli/job/job_shell.h"

#include "cli/shell.h"
#include "stub/connection_options.h"
#include "stub/primary_locator.h"

namespace alluxio::cli {

Result<std::unique_ptr<stub::JobMasterClient>> ConnectToJobMaster(
    const conf::Configuration& conf) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::OfJobMaster(conf));
  return std::make_unique<stub::JobMasterClient>(
      std::make_shared<stub::MasterConnection>(std::move(locator), options));
}

int RunJob(const std::vector<std::string>& words, conf::Configuration& conf, Printer& printer) {
  // A person waits: give up on a job master that is down after seconds, not minutes.
  if (!conf.IsSetByUser("alluxio.user.rpc.retry.max.duration")) {
    Status set = conf.Set("alluxio.user.rpc.retry.max.duration", "5s");
    if (!set.ok()) {
      printer.Line("{}", set.message());
      return kExitFailure;
    }
  }
  Result<std::unique_ptr<stub::JobMasterClient>> jobs = ConnectToJobMaster(conf);
  if (!jobs.ok()) {
    printer.Line("{}", jobs.status().message());
    return kExitFailure;
  }
  return Shell({"job", JobCommands(**jobs), {}}).Run(words, printer);
}

}  // namespace alluxio::cli
