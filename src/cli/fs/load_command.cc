#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"
#include "cli/units.h"
#include "job/plan/load_job.h"
#include "proto/grpc/file_system_master.pb.h"

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

constexpr int kNoSuchJob = -2;

Result<int> Submit(FsContext& context, const PathArg& path, const ParsedArgs& args,
                   Printer& printer) {
  grpc::file::LoadJobPOptions options;
  options.set_partiallisting(args.Has("partial-listing"));
  options.set_verify(args.Has("verify"));
  if (args.Has("bandwidth")) {
    ASSIGN_OR_RETURN(int64_t bandwidth, ParseSpaceSize(args.Value("bandwidth")));
    options.set_bandwidth(bandwidth);
  }
  Result<std::string> id = context.fs->SubmitJob(
      job::WriteLoadJob({path.path, options.SerializeAsString()}));
  if (!id.ok()) {
    printer.Line("Failed to submit load job {}: {}", path.Shown(), id.status().message());
    return kExitFailure;
  }
  if (!id->empty()) {
    printer.Line("Load '{}' is successfully submitted. JobId: {}", path.Shown(), *id);
  } else {
    printer.Line(
        "Load already running for path '{}', updated the job with new bandwidth: {}, verify: {}",
        path.Shown(), options.has_bandwidth() ? std::to_string(options.bandwidth()) : "unlimited",
        options.verify());
  }
  return kExitOk;
}

Result<int> Stop(FsContext& context, const PathArg& path, Printer& printer) {
  Result<bool> stopped = context.fs->StopLoadJob(path.path);
  if (!stopped.ok()) {
    printer.Line("Failed to stop load job {}: {}", path.Shown(), stopped.status().message());
    return kExitFailure;
  }
  if (*stopped) {
    printer.Line("Load '{}' is successfully stopped.", path.Shown());
  } else {
    printer.Line(
        "Cannot find load job for path {}, it might have already been stopped or finished",
        path.Shown());
  }
  return kExitOk;
}

Result<int> ShowProgress(FsContext& context, const PathArg& path, const ParsedArgs& args,
                         Printer& printer) {
  const std::string format = args.Value("format", "TEXT");
  if (format != "TEXT" && format != "JSON") {
    return InvalidArgument("--format " + format + ": it has to be TEXT or JSON");
  }
  printer.Line("Progress for loading path '{}':", path.Shown());
  Result<std::string> progress =
      context.fs->LoadJobProgress(path.path, {format == "JSON", args.Has("verbose")});
  if (progress.ok()) {
    printer.Line("{}", *progress);
    return kExitOk;
  }
  if (progress.status().Is(StatusCode::kNotFound)) {
    printer.Line("Load for path '{}' cannot be found.", path.Shown());
    return kNoSuchJob;
  }
  printer.Line("Failed to get progress for load job {}: {}", path.Shown(),
               progress.status().message());
  return kExitFailure;
}

Result<int> RunJob(FsContext& context, const ParsedArgs& args, Printer& printer) {
  ASSIGN_OR_RETURN(PathArg path, ParsePathArg(args.arg(0)));
  if (path.path.find('*') != std::string::npos) {
    return InvalidArgument("Load does not support wildcard path");
  }
  if (args.Has("submit")) return Submit(context, path, args, printer);
  if (args.Has("stop")) return Stop(context, path, printer);
  return ShowProgress(context, path, args, printer);
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
    if (!IsClassic(args)) return RunJob(context, args, printer);
    auto each = [&](const PathArg& path) -> Status {
      return Load(context, path.path, args.Has("local"), printer);
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
