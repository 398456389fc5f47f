#include <optional>

#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"
#include "cli/units.h"

namespace alluxio::cli {

Command SetReplicationCommand(FsContext& context) {
  Command command;
  command.name = "setReplication";
  command.usage = "setReplication [-R] [--max <num> | --min <num>] <path>";
  command.description =
      "Sets the minimum/maximum number of replicas for the file or directory at given path. "
      "Specify '-1' as the argument of '--max' option to indicate no limit of the maximum number "
      "of replicas. If 'path' is a directory and '-R' is specified, it will recursively set all "
      "files in this directory.";
  command.options = {{"", "max", "the maximum number of replicas", true},
                     {"", "min", "the minimum number of replicas", true},
                     {"R", "", "set replication recursively"}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    SetAttributeOptions options;
    options.recursive = args.Has("R");
    if (args.Has("max")) {
      ASSIGN_OR_RETURN(options.replication_max, ParseNumber(args.Value("max")));
    }
    if (args.Has("min")) {
      ASSIGN_OR_RETURN(options.replication_min, ParseNumber(args.Value("min")));
    }
    if (!options.replication_max && !options.replication_min) {
      return InvalidArgument("At least one option of '--max' or '--min' must be specified");
    }
    if (options.replication_max && options.replication_min && *options.replication_max >= 0 &&
        *options.replication_max < *options.replication_min) {
      return InvalidArgument("Invalid values for '--max' and '--min' options");
    }
    ASSIGN_OR_RETURN(PathArg path, ParsePathArg(args.arg(0)));
    RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
    printer.Line("Changed the replication level of {}", path.Shown());
    if (options.replication_max) {
      printer.Line("replicationMax was set to {}", *options.replication_max);
    }
    if (options.replication_min) {
      printer.Line("replicationMin was set to {}", *options.replication_min);
    }
    printer.Line("");
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
