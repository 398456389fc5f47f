#include "cli/fs/commands.h"

namespace alluxio::cli {

Command LeaderCommand(FsContext& context) {
  Command command;
  command.name = "leader";
  command.usage = "leader";
  command.description = "Prints the current leader master host name.";
  command.max_args = 0;
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    printer.Line("This command will be deprecated as of v3.0, please use masterInfo command");
    Result<std::string> address = context.fs->PrimaryAddress();
    if (!address.ok()) {
      printer.Line("Failed to get the leader master.");
      return kExitOk;
    }
    printer.Line("{}", address->substr(0, address->rfind(':')));
    // Any answer to a call shows that it serves.
    Result<FileInfo> root = context.fs->GetStatus("/");
    if (!root.ok() && root.status().Is(StatusCode::kUnavailable)) {
      printer.ErrorLine("The leader is not currently serving requests.");
    }
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
