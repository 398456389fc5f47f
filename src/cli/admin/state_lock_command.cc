#include "cli/admin/commands.h"

namespace alluxio::cli {

Command StateLockCommand(AdminContext& context) {
  Command command;
  command.name = "statelock";
  command.usage = "statelock";
  command.description = "statelock returns all waiters and holders of the state lock.";
  command.max_args = 0;
  command.examples = {"alluxio fsadmin statelock"};
  command.run = [&context](const ParsedArgs&, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(std::vector<std::string> holders, context.files->GetStateLockHolders());
    for (const std::string& holder : holders) printer.Line("{}", holder);
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
