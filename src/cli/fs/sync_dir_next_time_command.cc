#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"
#include "cli/units.h"

namespace alluxio::cli {

Command SyncDirNextTimeCommand(FsContext& context) {
  Command command;
  command.name = "syncDirNextTime";
  command.usage =
      "syncDirNextTime <true|false> <path>\n\ttrue means the next access will trigger a metadata "
      "sync on the dir\tfalse means the next metadata sync is disabled";
  command.description =
      "Marks a directory to either trigger a metadata sync or skip the metadata sync on next "
      "access.";
  command.min_args = 2;
  command.max_args = 2;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    bool sync = IsTrue(args.arg(0));
    RETURN_IF_ERROR(ForEachPath(context, args.arg(1), [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.children_loaded = !sync;
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      printer.Line("Successfully marked the dir {} to {}", path.Shown(),
                   sync ? "trigger metadata sync on next access"
                        : "skip metadata sync on next access");
      return OkStatus();
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
