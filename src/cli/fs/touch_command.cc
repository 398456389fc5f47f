#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command TouchCommand(FsContext& context) {
  Command command;
  command.name = "touch";
  command.usage = "touch <path>";
  command.description =
      "Creates a 0 byte file. The file will be written to the under file system.";
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      client::CreateOptions options;
      options.recursive = false;
      ASSIGN_OR_RETURN(std::unique_ptr<client::FileOutStream> stream,
                       context.fs->CreateFile(path.path, options));
      RETURN_IF_ERROR(stream->Close());
      printer.Line("{} has been created", path.Shown());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
