#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {
namespace {

std::vector<Option> LoadMetadataOptions() {
  return {{"a", "async", "load the metadata asynchronously"},
          {"d", "", "load directory type, can be SINGLE_LISTING, BFS, or DFS", true},
          {"F", "", "update the metadata of the existing sub file forcibly"},
          {"id", "", "the numeric task group id", true},
          {"o", "option", "operation, can be load, get, cancel", true},
          {"p", "polling",
           "when running a task asynchronously, how often to poll the task progress in ms", true},
          {"R", "", "load metadata subdirectories recursively"},
          {"v2", "", "use the load metadata v2 implementation"}};
}

}  // namespace

Command LoadMetadataCommand(FsContext& context) {
  Command command;
  command.name = "loadMetadata";
  command.usage =
      "loadMetadata [-R] [-F] [-v2] [-a/--async] [-o/--operation <operation>] [-d <type>] "
      "[-p <polling interval ms>] <path>";
  command.description =
      "Loads metadata for the given Alluxio path from the under file system.";
  command.options = LoadMetadataOptions();
  command.min_args = 1;
  command.validate = [](const ParsedArgs& args) {
    if (args.Has("a") && !args.Has("v2")) {
      return InvalidArgument("LoadMetadata v1 does not support -a/--async option.");
    }
    return OkStatus();
  };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    if (args.Has("v2") || args.Has("o") || args.Has("id")) {
      return FailedPrecondition("loadMetadata -v2, -o and -id are not supported by this release");
    }
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), [&](const PathArg& path) -> Status {
      ListStatusOptions options;
      options.recursive = args.Has("R");
      options.load_metadata = LoadMetadataType::kAlways;
      options.load_metadata_only = true;
      if (args.Has("F")) options.common.sync_interval_ms = 0;
      Duration start = context.clock->Monotonic();
      RETURN_IF_ERROR(context.fs->IterateStatus(path.path, options, [](const FileInfo&) {}));
      printer.Line("Time elapsed {}", ToMillis(context.clock->Monotonic() - start));
      return OkStatus();
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
