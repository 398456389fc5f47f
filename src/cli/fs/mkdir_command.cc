#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command MkdirCommand(FsContext& context) {
  Command command;
  command.name = "mkdir";
  command.usage = "mkdir <path1> [path2] ... [pathn]";
  command.description =
      "Creates the specified directories, including any parent directories that are required.";
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    for (const std::string& text : args.args()) {
      ASSIGN_OR_RETURN(PathArg path, ParsePathArg(text));
      CreateDirectoryOptions options;
      options.recursive = true;
      RETURN_IF_ERROR(context.fs->CreateDirectory(path.path, options));
      printer.Line("Successfully created directory {}", path.Shown());
    }
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
