#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/fs/commands.h"

namespace alluxio::cli {

Command MasterInfoCommand(FsContext& context) {
  Command command;
  command.name = "masterInfo";
  command.usage = "masterInfo";
  command.description =
      "Prints information regarding master fault tolerance such as leader address, list of master "
      "addresses, and the configured Zookeeper address.";
  command.max_args = 0;
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    Result<std::string> primary = context.fs->PrimaryAddress();
    if (primary.ok()) {
      printer.Line("Current leader master: {}", *primary);
    } else {
      printer.Line("Failed to find leader master");
    }
    printer.Line("All masters: [{}]", fmt::join(context.fs->MasterAddresses(), ", "));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
