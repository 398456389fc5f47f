#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command UnmountCommand(FsContext& context) {
  Command command;
  command.name = "unmount";
  command.usage = "unmount <alluxioPath>";
  command.description =
      "Unmounts an Alluxio path.";
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      RETURN_IF_ERROR(context.fs->Unmount(path.path));
      printer.Line("Unmounted {}", path.Shown());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
