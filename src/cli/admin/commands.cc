#include "cli/admin/commands.h"

namespace alluxio::cli {
namespace {

Command Absent(std::string name, std::string usage, std::string description, std::string instead) {
  Command command;
  command.name = name;
  command.usage = std::move(usage);
  command.description = std::move(description);
  command.run = [name, instead](const ParsedArgs&, Printer&) -> Result<int> {
    return FailedPrecondition("fsadmin " + name + " is not there yet: " + instead);
  };
  return command;
}

}  // namespace

Command DecommissionWorkerCommand() {
  Command command =
      Absent("decommissionWorker",
             "decommissionWorker --addresses <workerHosts> [--wait waitTime] [--disable]",
             "Decommission a specific batch of workers in the Alluxio cluster.",
             "stop the worker with \"alluxio-stop.sh worker\" on its host");
  command.options = {{"a", "addresses", "worker addresses", true, "workerHosts", true},
                     {"w", "wait", "how long to wait for workers to be idle", true, "waitTime"},
                     {"d", "disable", "workers may not register again"}};
  command.max_args = 0;
  command.examples = {"alluxio fsadmin decommissionWorker --addresses worker1,worker2"};
  return command;
}

std::vector<Command> AdminCommands(AdminContext& context) {
  return {BackupCommand(context),   DecommissionWorkerCommand(),  DoctorCommand(context),
          EnableWorkerCommand(context), GetBlockInfoCommand(context), JournalCommand(context),
          MetricsCommand(context),  PathConfCommand(context),     ReportCommand(context),
          StateLockCommand(context), UfsModeCommand(context),     UpdateConfCommand(context)};
}

}  // namespace alluxio::cli
