#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command UnpinCommand(FsContext& context) {
  Command command;
  command.name = "unpin";
  command.usage = "unpin <path>";
  command.description =
      "Unpins the given file or folder from memory (works recursively for a directory).";
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.pinned = false;
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      printer.Line("File '{}' was successfully unpinned.", path.Shown());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
