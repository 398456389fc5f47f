#include "cli/admin/commands.h"

namespace alluxio::cli {
namespace {

Command ClearCommand(AdminContext& context) {
  Command command;
  command.name = "clear";
  command.usage = "clear [--master] [--workers <worker_hostnames>] [--parallelism <#>] ";
  command.description =
      "Clear the metrics of the whole cluster by default. Users can pass in options to decide "
      "metrics of which nodes to be cleared.";
  command.options = {
      {"", "master", "Clear the metrics of Alluxio leading master"},
      {"", "workers",
       "Clear metrics of specified workers. Pass in the worker hostnames separated by comma", true,
       "worker_hostnames"},
      {"", "parallelism",
       "Number of concurrent worker metrics clear operations, default: 8", true,
       "# concurrent operations"}};
  command.max_args = 0;
  command.examples = {"alluxio fsadmin metrics clear --master"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    if (args.Has("workers")) {
      return FailedPrecondition("Clearing the metrics of workers is not there yet: their counters "
                                "only ever grow; compare two readings instead");
    }
    RETURN_IF_ERROR(context.metrics->ClearMetrics());
    printer.Line("Successfully cleared metrics of Alluxio leading master.");
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
