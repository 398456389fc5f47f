#include "cli/admin/fsadmin.h"

#include "cli/admin/commands.h"
#include "cli/pause.h"
#include "cli/shell.h"
#include "cli/units.h"
#include "http/ask.h"
#include "stub/block_worker_client.h"
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

// The number after "name": in a flat object.
Result<int64_t> NumberIn(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  size_t at = json.find(key);
  size_t end = at == std::string::npos ? at : json.find_first_of(",}", at);
  if (end == std::string::npos) return DataLoss("no " + name + " in the answer");
  return ParseLongNumber(json.substr(at + key.size(), end - at - key.size()));
}

Result<WorkerOperations> AskWorker(const std::string& host, int web_port) {
  http::Question question;
  question.host = host;
  question.port = web_port;
  question.target = "/api/v1/worker/operations";
  ASSIGN_OR_RETURN(http::Answer answer, http::Ask(question));
  if (answer.status != 200) {
    return Unavailable("it answers with status " + std::to_string(answer.status));
  }
  WorkerOperations operations;
  ASSIGN_OR_RETURN(operations.running, NumberIn(answer.body, "operationCount"));
  ASSIGN_OR_RETURN(operations.queued, NumberIn(answer.body, "rpcQueueLength"));
  return operations;
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
  context.ask_worker = &AskWorker;
  context.clear_worker = [&conf](const WorkerNetAddress& worker) -> Status {
    ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
    return stub::BlockWorkerClient(worker, options).ClearMetrics();
  };
  context.pause = &PauseFor;
  context.worker_list_refresh = conf.GetDuration("alluxio.user.worker.list.refresh.interval");
  context.worker_list_refresh_text =
      conf.GetString("alluxio.user.worker.list.refresh.interval");
  return Shell({"fsadmin", AdminCommands(context), {}}).Run(words, printer);
}

}  // namespace alluxio::cli
