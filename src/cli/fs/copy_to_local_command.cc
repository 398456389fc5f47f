#include "cli/fs/commands.h"
#include "cli/fs/copier.h"
#include "cli/fs/local_path.h"

namespace alluxio::cli {

Command CopyToLocalCommand(FsContext& context) {
  Command command;
  command.name = "copyToLocal";
  command.usage = "copyToLocal [--buffersize <bytes>]  <src> <localDst>";
  command.description =
      "Copies a file or a directory from the Alluxio filesystem to the local filesystem.";
  command.options = CopyOptions(false);
  command.min_args = 2;
  command.max_args = 2;
  command.validate = [](const ParsedArgs& args) { return ParseCopySettings(args, 1).status(); };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(CopySettings settings, ParseCopySettings(args, context.cpus));
    ASSIGN_OR_RETURN(PathArg from, ParsePathArg(args.arg(0)));
    ASSIGN_OR_RETURN(std::string to, AbsoluteLocalPath(args.arg(1)));
    RETURN_IF_ERROR(Copier(context, settings, printer).ToLocal(from, to));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
