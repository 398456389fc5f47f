#include "cli/fs/commands.h"

#include "cli/fs/mode_text.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command ChmodCommand(FsContext& context) {
  Command command;
  command.name = "chmod";
  command.usage = "chmod [-R/--recursive] <mode> <path>";
  command.description =
      "Changes the permission of a file or directory specified by args. Specify "
      "-R/--recursive to change the permission recursively.";
  command.options = {{"R", "recursive", "change mode recursively"}};
  command.min_args = 2;
  command.max_args = 2;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(Mode mode, ParseMode(args.arg(0)));
    auto each = [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.mode = mode;
      options.recursive = args.Has("R");
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      printer.Line("Changed permission of {} to {:o}", path.Shown(), mode.bits);
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(1), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
