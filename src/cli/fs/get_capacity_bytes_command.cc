#include "cli/fs/commands.h"

namespace alluxio::cli {

Command GetCapacityBytesCommand(FsContext& context) {
  Command command;
  command.name = "getCapacityBytes";
  command.usage = "getCapacityBytes";
  command.description = "Gets the capacity of the Alluxio file system.";
  command.max_args = 0;
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(int64_t bytes, context.fs->CapacityBytes());
    printer.Line("Capacity Bytes: {}", bytes);
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
