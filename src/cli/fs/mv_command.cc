#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command MvCommand(FsContext& context) {
  Command command;
  command.name = "mv";
  command.usage = "mv <src> <dst>";
  command.description = "Renames a file or directory.";
  command.min_args = 2;
  command.max_args = 2;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(PathArg from, ParsePathArg(args.arg(0)));
    ASSIGN_OR_RETURN(PathArg to, ParsePathArg(args.arg(1)));
    RETURN_IF_ERROR(context.fs->Rename(from.path, to.path, {}));
    printer.Line("Renamed {} to {}", from.Shown(), to.Shown());
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
