#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/fs/commands.h"
#include "cli/fs/job_command.h"
#include "cli/fs/path_arg.h"
#include "cli/units.h"
#include "job/plan/command.h"

namespace alluxio::cli {
namespace {

std::vector<Option> Options() {
  return {{"", "active-jobs",
           "Number of active jobs that can run at the same time. Later jobs must wait. The default "
           "upper limit is 3000", true, "active job count"},
          {"", "overwrite", "Whether to overwrite the destination. Default is true.", true,
           "overwrite"},
          {"", "batch-size", "Number of files per request", true, "batch-size"},
          {"", "async",
           "Use async to submit the command asynchronously and not wait for command to finish"}};
}

struct Copied {
  bool waited = false;
  bool completed = false;
};

Result<Copied> Copy(const FsContext& context, const ParsedArgs& args, bool async,
                    Printer& printer) {
  if (async) printer.Line("Entering async submission mode. ");
  ASSIGN_OR_RETURN(PathArg source, ParsePathArg(args.arg(0)));
  ASSIGN_OR_RETURN(PathArg destination, ParsePathArg(args.arg(1)));
  job::CopyCommand copy;
  copy.source = source.path;
  copy.destination = destination.path;
  copy.write_type = context.write_type;
  copy.overwrite = !args.Has("overwrite") || IsTrue(args.Value("overwrite"));
  copy.batch_size = context.batch_size;
  if (args.Has("batch-size")) {
    ASSIGN_OR_RETURN(copy.batch_size, ParseNumber(args.Value("batch-size")));
  }
  if (args.Has("active-jobs")) RETURN_IF_ERROR(ParseNumber(args.Value("active-jobs")).status());
  ASSIGN_OR_RETURN(stub::JobMasterClient * jobs, JobsOf(context));
  printer.Line("Please wait for command submission to finish..");
  ASSIGN_OR_RETURN(int64_t id, jobs->Submit(job::WriteCommand(copy)));
  if (async) {
    printer.Line("Submitted migrate job successfully, jobControlId = {}", id);
    return Copied{};
  }
  printer.Line("Submitted successfully, jobControlId = {}\nWaiting for the command to finish ...",
               id);
  printer.out().flush();
  ASSIGN_OR_RETURN(JobCommandResult result, AwaitJobCommand(context, id, printer));
  ShowFailures(context, "distributedCp", args.arg(0), result.failed, printer);
  return Copied{true, result.completed};
}

// Whether all of the source is at the destination, before the source is deleted: a copy that was
// made may have been taken away since.
Status CheckCopied(client::FileSystem& fs, const std::string& source, const std::string& to) {
  std::vector<std::pair<std::string, int64_t>> files;
  ListStatusOptions all;
  all.recursive = true;
  RETURN_IF_ERROR(fs.IterateStatus(source, all, [&](const FileInfo& info) {
    if (!info.folder) files.emplace_back(info.path, info.length);
  }));
  const std::string from = source == "/" ? "" : source;
  const std::string below = to == "/" ? "" : to;
  size_t missing = 0;
  std::string first;
  for (const auto& [path, length] : files) {
    const std::string copy = below + path.substr(std::min(from.size(), path.size()));
    Result<FileInfo> there = fs.GetStatus(copy);
    if (!there.ok() && !there.status().Is(StatusCode::kNotFound)) return there.status();
    if (there.ok() && there->completed && there->length == length) continue;
    if (missing++ == 0) first = copy;
  }
  if (missing == 0) return OkStatus();
  return FailedPrecondition(fmt::format(
      "{} of {} files are not whole at the destination, {} for one. {} is kept: run the command "
      "again.", missing, files.size(), first, source));
}

}  // namespace

Command DistributedCpCommand(FsContext& context) {
  Command command;
  command.name = "distributedCp";
  command.usage = "distributedCp [--active-jobs <num>] [--batch-size <num>] <src> <dst>";
  command.description = "Copies a file or directory in parallel at file level.";
  command.options = Options();
  command.min_args = 2;
  command.max_args = 2;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(Copied copied, Copy(context, args, args.Has("async"), printer));
    return !copied.waited || copied.completed ? kExitOk : kExitFailure;
  };
  return command;
}

// The source goes only when all of it has been copied.
Command DistributedMvCommand(FsContext& context) {
  Command command;
  command.name = "distributedMv";
  command.usage = "distributedMv <src> <dst>";
  command.description = "Moves a file or directory in parallel at file level";
  command.options = Options();
  command.options.pop_back();
  command.min_args = 2;
  command.max_args = 2;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    Result<Copied> copied = Copy(context, args, /*async=*/false, printer);
    if (!copied.ok() || !copied->completed) {
      printer.Line("Copy operation portion of Move failed. If the error below is intermittent, you "
                   "can rerun this by deleting the destination first.");
      if (!copied.ok()) return copied.status();
      return kExitFailure;
    }
    ASSIGN_OR_RETURN(PathArg source, ParsePathArg(args.arg(0)));
    ASSIGN_OR_RETURN(PathArg destination, ParsePathArg(args.arg(1)));
    RETURN_IF_ERROR(CheckCopied(*context.fs, source.path, destination.path));
    printer.Line("Deleting {}", args.arg(0));
    DeleteOptions all;
    all.recursive = true;
    all.unchecked = true;
    RETURN_IF_ERROR(context.fs->Delete(source.path, all));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
