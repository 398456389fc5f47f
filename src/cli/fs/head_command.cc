#include "cli/fs/commands.h"
#include "cli/fs/file_part.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command HeadCommand(FsContext& context) {
  Command command;
  command.name = "head";
  command.usage = "head [-c <bytes>] <path>";
  command.description = "Prints the file's first n bytes (by default, 1KB) to the console.";
  command.options = {{"c", "", "number of bytes (e.g., 1024, 4KB)", true}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(int64_t bytes, ParsePartSize(args.Value("c", "1KB")));
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), [&](const PathArg& path) -> Status {
      ASSIGN_OR_RETURN(FileInfo file, GetFile(*context.fs, path));
      return PrintFilePart(context, file, 0, bytes, printer);
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
