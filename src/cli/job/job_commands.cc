// The verbs of "alluxio job", as Alluxio 2.9 has them.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "cli/fs/job_command.h"
#include "cli/job/job_shell.h"
#include "cli/shell.h"
#include "cli/units.h"
#include "proto/grpc/job_master.pb.h"

namespace alluxio::cli {
namespace {

constexpr size_t kDescriptionShown = 200;

std::string Abbreviated(const std::string& text) {
  return text.size() <= kDescriptionShown ? text : text.substr(0, kDescriptionShown - 3) + "...";
}

std::string NameOf(grpc::job::Status status) { return grpc::job::Status_Name(status); }

// What went wrong, below the line that 2.9 prints.
Result<int> Failed(const Status& why, Printer& printer) {
  printer.ErrorLine("{}", why.message());
  return kExitFailure;
}

Status NeedsId(const ParsedArgs& args) {
  if (ParseLongNumber(args.arg(0)).ok()) return OkStatus();
  return InvalidArgument(fmt::format("Arg {} is not type long", args.arg(0)));
}

Command List(stub::JobMasterClient& jobs) {
  Command command;
  command.name = "ls";
  command.usage = "ls";
  command.description =
      "Prints the IDs of the most recent jobs, running and finished, in the history up to the "
      "capacity set in alluxio.job.master.job.capacity";
  command.max_args = 0;
  command.run = [&jobs](const ParsedArgs&, Printer& printer) -> Result<int> {
    Result<std::vector<grpc::job::JobInfo>> list = jobs.ListJobs();
    if (!list.ok()) {
      printer.Line("Failed to list the jobs");
      return Failed(list.status(), printer);
    }
    for (const grpc::job::JobInfo& job : *list) {
      printer.Line("{:<15} {:<10} {:<10}", job.id(), job.name(), NameOf(job.status()));
    }
    return kExitOk;
  };
  return command;
}

void ShowTask(const grpc::job::JobInfo& task, Printer& printer) {
  printer.Line("Task {}", task.id());
  if (!task.workerhost().empty()) printer.Line("\tWorker: {}", task.workerhost());
  if (!task.description().empty()) {
    printer.Line("\tDescription: {}", Abbreviated(task.description()));
  }
  printer.Line("\tStatus: {}", NameOf(task.status()));
  if (!task.errormessage().empty()) printer.Line("\tError: {}", task.errormessage());
}

Command Stat(stub::JobMasterClient& jobs) {
  Command command;
  command.name = "stat";
  command.usage = "stat [-v] <id>";
  command.description =
      "Displays the status info for the specific job. Use -v flag to display the status of every "
      "task";
  command.options = {{"v", "", "show the status of every task"}};
  command.min_args = 1;
  command.max_args = 1;
  command.validate = NeedsId;
  command.run = [&jobs](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(int64_t id, ParseLongNumber(args.arg(0)));
    grpc::job::JobInfo job;
    if (Status got = jobs.GetJob(id, &job); !got.ok()) {
      printer.Line("Failed to get status of the job {}", id);
      return Failed(got, printer);
    }
    const bool all = args.Has("v");
    printer.Line("ID: {}\nName: {}\nDescription: {}\nStatus: {}", job.id(), job.name(),
                 all ? job.description() : Abbreviated(job.description()), NameOf(job.status()));
    if (!job.errormessage().empty()) printer.Line("Error: {}", job.errormessage());
    if (!all) return kExitOk;
    for (const grpc::job::JobInfo& task : job.children()) ShowTask(task, printer);
    return kExitOk;
  };
  return command;
}

Command Leader(stub::JobMasterClient& jobs) {
  Command command;
  command.name = "leader";
  command.usage = "leader";
  command.description = "Prints the hostname of the job master service leader.";
  command.max_args = 0;
  command.run = [&jobs](const ParsedArgs&, Printer& printer) -> Result<int> {
    Result<std::string> leader = jobs.Leader();
    if (!leader.ok()) {
      printer.Line("Failed to get the primary job master.");
      return Failed(leader.status(), printer);
    }
    printer.Line("{}", *leader);
    return kExitOk;
  };
  return command;
}

Command Cancel(stub::JobMasterClient& jobs) {
  Command command;
  command.name = "cancel";
  command.usage = "cancel <id>";
  command.description = "Cancels a job asynchronously.";
  command.min_args = 1;
  command.max_args = 1;
  command.validate = NeedsId;
  command.run = [&jobs](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(int64_t id, ParseLongNumber(args.arg(0)));
    if (Status cancelled = jobs.Cancel(id); !cancelled.ok()) {
      printer.Line("Failed to cancel the job {}", id);
      return Failed(cancelled, printer);
    }
    return kExitOk;
  };
  return command;
}

Command GetCmdStatus(stub::JobMasterClient& jobs) {
  Command command;
  command.name = "getCmdStatus";
  command.usage = "getCmdStatus <jobControlId>";
  command.description = "Get the status information for a distributed command.";
  command.min_args = 1;
  command.max_args = 1;
  command.validate = NeedsId;
  command.run = [&jobs](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(int64_t id, ParseLongNumber(args.arg(0)));
    std::set<std::string> failed;
    if (Status shown = ShowCmdStatus(jobs, id, printer, &failed); !shown.ok()) {
      printer.Line("Unable to get detailed information for command {}. Please retry using "
                   "`getCmdStatus` to check command detailed status,", id);
      return Failed(shown, printer);
    }
    if (failed.empty()) return kExitOk;
    printer.Line("Failed files are:");
    for (const std::string& path : failed) printer.Line("{}", path);
    return kExitOk;
  };
  return command;
}

}  // namespace

std::vector<Command> JobCommands(stub::JobMasterClient& jobs) {
  std::vector<Command> commands = {Cancel(jobs), GetCmdStatus(jobs), Leader(jobs), List(jobs),
                                   Stat(jobs)};
  commands.push_back(HelpCommand(commands));
  std::sort(commands.begin(), commands.end(),
            [](const Command& a, const Command& b) { return a.name < b.name; });
  return commands;
}

}  // namespace alluxio::cli
