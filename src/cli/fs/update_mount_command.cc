#include <fmt/format.h>

#include "cli/fs/commands.h"
#include "cli/fs/mount_options.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {

Command UpdateMountCommand(FsContext& context) {
  Command command;
  command.name = "updateMount";
  command.usage = "updateMount [--readonly] [--shared] [--option <key=val>] <alluxioPath>";
  command.description =
      "Updates options for a mount point while keeping the Alluxio metadata under the path.";
  command.options = {
      {"", "option",
       "options for this mount point. For security reasons, no options from existing mount point "
       "will be inherited.",
       true, "key=value"},
      {"", "readonly", "mount point is readonly in Alluxio"},
      {"", "shared", "mount point is shared"}};
  command.validate = [](const ParsedArgs& args) {
    if (args.count() == 1) return OkStatus();
    return InvalidArgument(
        fmt::format("Command updateMount takes 1 argument, not {}", args.count()));
  };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(PathArg path, ParsePathArg(args.arg(0)));
    ASSIGN_OR_RETURN(MountOptions options, ParseMountOptions(args));
    RETURN_IF_ERROR(context.fs->UpdateMount(path.path, options));
    printer.Line("Updated mount point options at {}", path.Shown());
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
