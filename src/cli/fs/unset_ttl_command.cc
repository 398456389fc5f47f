#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command UnsetTtlCommand(FsContext& context) {
  Command command;
  command.name = "unsetTtl";
  command.usage = "unsetTtl <path>";
  command.description =
      "Unsets the TTL value for the given path.";
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.common.ttl_ms = kNoTtl;
      options.common.ttl_action = TtlAction::kDelete;
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      printer.Line("TTL of file '{}' was successfully removed.", path.Shown());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
