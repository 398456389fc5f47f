#include "cli/fs/commands.h"

#include "cli/fs/acl_text.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command GetfaclCommand(FsContext& context) {
  Command command;
  command.name = "getfacl";
  command.usage = "getfacl <path>";
  command.description =
      "Displays the access control lists (ACLs) for a path.";
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      ASSIGN_OR_RETURN(FileInfo file, context.fs->GetStatus(path.path));
      printer.Line("# file: {}", file.path);
      printer.Line("# owner: {}", file.owner);
      printer.Line("# group: {}", file.group);
      for (const std::string& entry : AclLines(file)) printer.Line("{}", entry);
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
