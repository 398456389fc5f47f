#include "cli/admin/commands.h"

namespace alluxio::cli {
namespace {

Command CheckpointCommand(AdminContext& context) {
  Command command;
  command.name = "checkpoint";
  command.usage = "checkpoint";
  command.description =
      "creates a checkpoint in the primary master journal system. Edits go on meanwhile; journal "
      "logs that it covers are removed.";
  command.max_args = 0;
  command.examples = {"alluxio fsadmin journal checkpoint"};
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(std::string host, context.meta->Checkpoint());
    printer.Line("Successfully took a checkpoint on master {}", host);
    return kExitOk;
  };
  return command;
}

// Quorums belong to Alluxio's embedded journal; here ZooKeeper elects, see "fs masterInfo".
Command QuorumPart(std::string name, std::string usage, std::string description) {
  Command command;
  command.name = std::move(name);
  command.usage = std::move(usage);
  command.description = std::move(description);
  command.options = {{"domain", "", "Journal domain", true, "MASTER|JOB_MASTER"},
                     {"address", "", "Server address", true, "HostName:Port"}};
  command.max_args = 0;
  command.run = [](const ParsedArgs&, Printer&) -> Result<int> {
    return FailedPrecondition("Quorum operations are supported for journal type: EMBEDDED");
  };
  return command;
}

Command QuorumCommand() {
  Command command;
  command.name = "quorum";
  command.usage = "quorum [remove] [elect] [info]";
  command.description =
      "Manage embedded journal quorum configuration. See sub-commands' descriptions for more "
      "details.";
  command.subcommands = {
      QuorumPart("remove", "remove -domain <MASTER|JOB_MASTER>\n -address <HostName:Port>",
                 "Removes a server from embedded journal quorum."),
      QuorumPart("elect", "elect -address <HOSTNAME:PORT>",
                 "Transfers leadership of the quorum to the master located at <hostname>:<port>"),
      QuorumPart("info", "info -domain <MASTER|JOB_MASTER>",
                 "Shows quorum information for embedded journal.")};
  return command;
}

}  // namespace

Command JournalCommand(AdminContext& context) {
  Command command;
  command.name = "journal";
  command.usage = "journal [checkpoint] [quorum]";
  command.description =
      "Provide operations for the journal. See sub-commands' descriptions for more details.";
  command.subcommands = {CheckpointCommand(context), QuorumCommand()};
  command.examples = {"alluxio fsadmin journal checkpoint"};
  return command;
}

}  // namespace alluxio::cli
