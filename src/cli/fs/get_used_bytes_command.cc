#include "cli/fs/commands.h"

namespace alluxio::cli {

Command GetUsedBytesCommand(FsContext& context) {
  Command command;
  command.name = "getUsedBytes";
  command.usage = "getUsedBytes";
  command.description = "Gets number of bytes used in the Alluxio file system.";
  command.max_args = 0;
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(int64_t bytes, context.fs->UsedBytes());
    printer.Line("Used Bytes: {}", bytes);
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
