#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {
namespace {

Status Load(FsContext& context, const std::string& path, bool local, Printer& printer) {
  ASSIGN_OR_RETURN(FileInfo info, context.fs->GetStatus(path));
  if (info.folder) {
    ASSIGN_OR_RETURN(std::vector<FileInfo> entries, context.fs->ListStatus(path));
    for (const FileInfo& entry : entries) {
      RETURN_IF_ERROR(Load(context, entry.path, local, printer));
    }
  } else if (!local && info.in_alluxio_percentage == 100) {
    printer.Line("{} already in Alluxio fully", path);
    return OkStatus();
  } else {
    Status loaded = context.fs->LoadBlocks(info, local);
    if (local && loaded.Is(StatusCode::kNotFound)) {
      printer.Line("{}", loaded.message());
      return OkStatus();
    }
    RETURN_IF_ERROR(loaded);
  }
  printer.Line("{} loaded", path);
  return OkStatus();
}

std::vector<Option> LoadOptions() {
  return {{"", "local", "load the file to local worker."},
          {"", "submit",
           "Submit load job to Alluxio master, update job options if already exists."},
          {"", "stop", "Stop a load job if it's still running."},
          {"", "progress", "Get progress report of a load job."},
          {"", "partial-listing",
           "Use partial directory listing. This limits the memory usage and starts load sooner for "
           "larger directory. But progress report cannot report on the total number of files "
           "because the whole directory is not listed yet."},
          {"", "verify", "Run verification when load finish and load new files if any."},
          {"", "bandwidth", "Single worker read bandwidth limit.", true},
          {"", "format",
           "Format of the progress report, supports TEXT and JSON. If not set, TEXT is used.",
           true},
          {"", "verbose", "Whether to return a verbose progress report with detailed errors"}};
}

// The classic form has at most --local.
bool IsClassic(const ParsedArgs& args) {
  for (const Option& option : LoadOptions()) {
    if (option.long_name != "local" && args.Has(option.long_name)) return false;
  }
  return true;
}

}  // namespace

Command LoadCommand(FsContext& context) {
  Command command;
  command.name = "load";
  command.usage =
      "For backward compatibility: load [--local] <path>\n"
      "For distributed load:\n"
      "\tload <path> --submit [--bandwidth N] [--verify] [--partial-listing]\n"
      "\tload <path> --stop\n"
      "\tload <path> --progress [--format TEXT|JSON] [--verbose]\n";
  command.description =
      "Loads a file or directory in Alluxio space, makes it resident in Alluxio.";
  command.min_args = 1;
  command.options = LoadOptions();
  command.validate = [](const ParsedArgs& args) {
    int ways = int{args.Has("submit")} + int{args.Has("stop")} + int{args.Has("progress")};
    if (IsClassic(args) || ways == 1) return OkStatus();
    return InvalidArgument("Must have one of submit / stop / progress");
  };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    if (args.Has("submit") || args.Has("stop") || args.Has("progress")) {
      return FailedPrecondition(
          "Load jobs (--submit, --stop, --progress) are not supported by this release. "
          "Use load [--local] <path>");
    }
    auto each = [&](const PathArg& path) -> Status {
      return Load(context, path.path, args.Has("local"), printer);
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
