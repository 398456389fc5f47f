#include <algorithm>

#include "cli/fs/commands.h"
#include "cli/fs/file_part.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command TailCommand(FsContext& context) {
  Command command;
  command.name = "tail";
  command.usage = "tail [-c <bytes>] <path>";
  command.description = "Prints the file's last n bytes (by default, 1KB) to the console.";
  command.options = {{"c", "", "number of bytes (e.g., 1024, 4KB)", true}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(int64_t bytes, ParsePartSize(args.Value("c", "1KB")));
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), [&](const PathArg& path) -> Status {
      ASSIGN_OR_RETURN(FileInfo file, GetFile(*context.fs, path));
      int64_t begin = std::max<int64_t>(0, file.length - bytes);
      return PrintFilePart(context, file, begin, bytes, printer);
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
