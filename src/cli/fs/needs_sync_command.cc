#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command NeedsSyncCommand(FsContext& context) {
  Command command;
  command.name = "needsSync";
  command.usage = "needsSync <path>";
  command.description =
      "Marks the path in Alluxio as needing synchronization with the under file system. The"
      " next time the path or any of its children are accessed a metadata synchronization "
      "will be performed.";
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer&) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      return context.fs->NeedsSync(path.path);
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
