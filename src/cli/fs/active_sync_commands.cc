// startSync, stopSync and getSyncPathList: folders that follow the events of their under store.
#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command StartSyncCommand(FsContext& context) {
  Command command;
  command.name = "startSync";
  command.usage = "startSync <path>";
  command.description = "Starts the automatic syncing process of the specified path).";
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      printer.Line("Starting a full sync of '{}'. You can check the status of the sync using "
                   "getSyncPathList cmd", path.Shown());
      Status started = context.fs->StartSync(path.path);
      if (started.ok()) {
        printer.Line("Started automatic syncing of '{}'.", path.Shown());
        return OkStatus();
      }
      printer.Line("Failed to start automatic syncing of '{}'.", path.Shown());
      return Status(started.code(), "alluxio.exception.AlluxioException: " + started.message());
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

Command StopSyncCommand(FsContext& context) {
  Command command;
  command.name = "stopSync";
  command.usage = "stopSync <path>";
  command.description = "Stops the automatic syncing process of the specified path).";
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      RETURN_IF_ERROR(context.fs->StopSync(path.path));
      printer.Line("Stopped automatic syncing of '{}'.", path.Shown());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

Command GetSyncPathListCommand(FsContext& context) {
  Command command;
  command.name = "getSyncPathList";
  command.usage = "getSyncPathList";
  command.description = "Gets all the paths that are under active syncing right now.";
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(std::vector<std::string> paths, context.fs->SyncPaths());
    printer.Line("The following paths are under active sync");
    for (const std::string& path : paths) printer.Line("{}", path);
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
