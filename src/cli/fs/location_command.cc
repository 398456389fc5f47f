#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command LocationCommand(FsContext& context) {
  Command command;
  command.name = "location";
  command.usage = "location <path>";
  command.description =
      "Displays the list of hosts storing the specified file.";
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      ASSIGN_OR_RETURN(FileInfo file, context.fs->GetStatus(path.path));
      printer.Line("{} with file id {} is on nodes: ", path.Shown(), file.id);
      for (BlockId id : file.block_ids) {
        ASSIGN_OR_RETURN(BlockInfo block, context.fs->GetBlockInfo(id));
        for (const BlockLocation& location : block.locations) {
          printer.Line("{}", location.address.host);
        }
      }
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
