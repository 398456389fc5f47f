#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "cli/admin/commands.h"
#include "cli/units.h"
#include "env/executor.h"

namespace alluxio::cli {
namespace {

constexpr int kParallelism = 8;

std::string Hosts(const std::vector<WorkerNetAddress>& workers) {
  std::vector<std::string> hosts;
  for (const WorkerNetAddress& worker : workers) hosts.push_back(worker.host);
  return fmt::format("[{}]", fmt::join(hosts, ", "));
}

// Several at a time; one that fails does not keep the others from it.
bool ClearAll(AdminContext& context, const std::vector<WorkerNetAddress>& workers,
              int parallelism, Printer& printer) {
  std::vector<Status> outcomes(workers.size());
  {
    auto threads = Executor::Create({.name = "clear",
                                     .threads = static_cast<size_t>(parallelism),
                                     .queue_limit = workers.size()});
    for (size_t at = 0; at < workers.size(); ++at) {
      Status taken = threads->Submit([&, at] { outcomes[at] = context.clear_worker(workers[at]); });
      if (!taken.ok()) outcomes[at] = taken;
    }
    threads->Stop();
  }
  bool all = true;
  for (size_t at = 0; at < workers.size(); ++at) {
    if (outcomes[at].ok()) {
      printer.Line("Successfully cleared metrics of worker {}.", workers[at].host);
    } else {
      printer.Line("Fatal error: worker {}: {}", workers[at].host, outcomes[at].message());
      all = false;
    }
  }
  return all;
}

// Of those that are alive, the ones that `names` has; nothing, and the reason printed, when one is
// not among them.
std::optional<std::vector<WorkerNetAddress>> Chosen(const std::vector<WorkerInfo>& live,
                                                    const std::string& names, Printer& printer) {
  std::set<std::string> wanted;
  std::istringstream words(names);
  for (std::string name; std::getline(words, name, ',');) wanted.insert(name);
  std::vector<WorkerNetAddress> all, chosen;
  for (const WorkerInfo& worker : live) {
    all.push_back(worker.address);
    if (wanted.erase(worker.address.host) > 0) chosen.push_back(worker.address);
  }
  if (wanted.empty()) return chosen;
  printer.Line("Cannot find workers of hostnames {}", fmt::join(wanted, ","));
  printer.Line("Valid workers include {}", Hosts(all));
  return std::nullopt;
}

Result<bool> ClearWorkers(AdminContext& context, const ParsedArgs& args, Printer& printer) {
  int parallelism = kParallelism;
  if (args.Has("parallelism")) {
    ASSIGN_OR_RETURN(parallelism, ParseNumber(args.Value("parallelism")));
    if (parallelism < 1) return InvalidArgument("--parallelism: a number above 0 is expected");
  }
  ASSIGN_OR_RETURN(std::vector<WorkerInfo> live, context.blocks->GetWorkerList());
  std::vector<WorkerNetAddress> workers;
  if (args.Has("workers")) {
    auto chosen = Chosen(live, args.Value("workers"), printer);
    if (!chosen) return false;
    workers = *std::move(chosen);
  } else {
    for (const WorkerInfo& worker : live) workers.push_back(worker.address);
  }
  if (workers.empty()) {
    printer.Line("No worker metrics to clear.");
    return true;
  }
  if (ClearAll(context, workers, parallelism, printer)) return true;
  printer.Line("Failed to clear metrics of workers {}", Hosts(workers));
  return false;
}

Command ClearCommand(AdminContext& context) {
  Command command;
  command.name = "clear";
  command.usage =
      "clear [--master] [--workers <worker_hostnames>] [--parallelism <#>]\n"
      "\t--master: Clear the metrics of Alluxio leading master\n"
      "\t--workers: Clear metrics of specified workers. Pass in the worker hostnames separated by "
      "comma\n"
      "\t--parallelism: Number of concurrent worker metrics clear operations, default: 8\n";
  command.description =
      "Clear the metrics of the whole cluster by default. Users can pass in options to decide "
      "metrics of which nodes to be cleared. This command is useful when getting metrics "
      "information in short-term testing. This command should be used sparingly as it may affect "
      "the current metrics recording and reporting which may lead to metrics incorrectness and "
      "affect worker/client heartbeats with leading master.";
  command.options = {
      {"", "master", "Clear the metrics of Alluxio leading master"},
      {"", "workers",
       "Clear metrics of specified workers. Pass in the worker hostnames separated by comma", true,
       "worker_hostnames"},
      {"", "parallelism",
       "Number of concurrent worker metrics clear operations, default: 8", true,
       "# concurrent operations"}};
  command.max_args = 3;  // as 2.9, which counts the values of options among them
  command.examples = {"alluxio fsadmin metrics clear --master"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    const bool named = args.Has("master") || args.Has("workers");
    if (!named || args.Has("workers")) {
      ASSIGN_OR_RETURN(bool cleared, ClearWorkers(context, args, printer));
      if (!cleared) return kExitFailure;
    }
    // After the workers: what they have counted but not told is cleared with the rest.
    if (!named || args.Has("master")) {
      if (Status cleared = context.metrics->ClearMetrics(); !cleared.ok()) {
        printer.Line("Fatal error: {}", cleared.message());
        return kExitFailure;
      }
      printer.Line("Successfully cleared metrics of Alluxio leading master.");
    }
    return kExitOk;
  };
  return command;
}

}  // namespace

Command MetricsCommand(AdminContext& context) {
  Command command;
  command.name = "metrics";
  command.usage = "metrics [clear]";
  command.description =
      "Provide operations for the Alluxio metrics system. See sub-commands' descriptions for more "
      "details.";
  command.subcommands = {ClearCommand(context)};
  command.examples = {"alluxio fsadmin metrics clear --master"};
  return command;
}

}  // namespace alluxio::cli
