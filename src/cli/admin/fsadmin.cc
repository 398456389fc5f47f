#include "cli/admin/fsadmin.h"

#include "cli/admin/commands.h"
#include "cli/shell.h"
#include "stub/connection_options.h"
#include "stub/primary_locator.h"

namespace alluxio::cli {
namespace {

Result<std::shared_ptr<stub::MasterConnection>> Connect(conf::Configuration& conf) {
  // A person waits: give up on a master that is down after seconds, not minutes.
  if (!conf.IsSetByUser("alluxio.user.rpc.retry.max.duration")) {
    RETURN_IF_ERROR(conf.Set("alluxio.user.rpc.retry.max.duration", "5s"));
  }
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  return std::make_shared<stub::MasterConnection>(std::move(locator), options);
}

// Null when nobody said where the job master is.
std::unique_ptr<stub::JobMasterClient> JobsOf(const conf::Configuration& conf) {
  Result<stub::ConnectionOptions> options = stub::ConnectionOptions::FromConf(conf);
  Result<std::shared_ptr<stub::PrimaryLocator>> locator = stub::PrimaryLocator::OfJobMaster(conf);
  if (!options.ok() || !locator.ok()) return nullptr;
  return std::make_unique<stub::JobMasterClient>(
      std::make_shared<stub::MasterConnection>(*std::move(locator), *options));
}

}  // namespace

int RunFsAdmin(const std::vector<std::string>& words, conf::Configuration& conf,
               Printer& printer) {
  Result<std::shared_ptr<stub::MasterConnection>> connection = Connect(conf);
  if (!connection.ok()) {
    printer.Line("{}", connection.status().message());
    return kExitFailure;
  }
  stub::MetaMasterClient meta(*connection);
  stub::BlockMasterClient blocks(*connection);
  stub::MetricsMasterClient metrics(*connection);
  stub::FileSystemMasterClient files(*connection);
  AdminContext context;
  std::unique_ptr<stub::JobMasterClient> jobs = JobsOf(conf);
  context.jobs = jobs.get();
  context.meta = &meta;
  context.blocks = &blocks;
  context.metrics = &metrics;
  context.files = &files;
  context.date_pattern = conf.GetString("alluxio.user.date.format.pattern");
  context.worker_web_port = conf.GetInt("alluxio.worker.web.port");
  return Shell({"fsadmin", AdminCommands(context), {}}).Run(words, printer);
}

}  // namespace alluxio::cli
