#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command ChgrpCommand(FsContext& context) {
  Command command;
  command.name = "chgrp";
  command.usage = "chgrp [-R/--recursive] <group> <path>";
  command.description =
      "Changes the group of a file or directory specified by args. Specify -R/--recursive "
      "to change the group recursively.";
  command.options = {{"R", "recursive", "change group recursively"}};
  command.min_args = 2;
  command.max_args = 2;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.group = args.arg(0);
      options.recursive = args.Has("R");
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      printer.Line("Changed group of {} to {}", path.Shown(), args.arg(0));
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(1), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
