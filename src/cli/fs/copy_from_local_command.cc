#include "cli/fs/commands.h"
#include "cli/fs/copier.h"
#include "cli/fs/local_path.h"

namespace alluxio::cli {

Command CopyFromLocalCommand(FsContext& context) {
  Command command;
  command.name = "copyFromLocal";
  command.usage = "copyFromLocal [--thread <num>] [--buffersize <bytes>] <src> <remoteDst>";
  command.description =
      "Copies a file or a directory from local filesystem to Alluxio filesystem in parallel at "
      "file level.";
  command.options = CopyOptions(true);
  command.min_args = 2;
  command.max_args = 2;
  command.validate = [](const ParsedArgs& args) { return ParseCopySettings(args, 1).status(); };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(CopySettings settings, ParseCopySettings(args, context.cpus));
    ASSIGN_OR_RETURN(std::string from, AbsoluteLocalPath(args.arg(0)));
    ASSIGN_OR_RETURN(PathArg to, ParsePathArg(args.arg(1)));
    RETURN_IF_ERROR(Copier(context, settings, printer).FromLocal(from, to));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
