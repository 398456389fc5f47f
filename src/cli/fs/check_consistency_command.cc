#include <fmt/format.h>

#include <algorithm>

#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

// Drops what Alluxio believes; looking again loads the truth from the under store.
Status Repair(FsContext& context, const std::string& path, Printer& printer) {
  printer.Line("repairing path: {}", path);
  DeleteOptions options;
  options.recursive = true;
  options.alluxio_only = true;
  Status deleted = context.fs->Delete(path, options);
  if (!deleted.ok() && !deleted.Is(StatusCode::kNotFound)) return deleted;
  RETURN_IF_ERROR(context.fs->Exists(path).status());
  printer.Line("{} repaired", path);
  printer.Line("");
  return OkStatus();
}

Status Check(FsContext& context, const PathArg& path, bool repair, int threads,
             Printer& printer) {
  ASSIGN_OR_RETURN(std::vector<std::string> wrong, context.fs->CheckConsistency(path.path));
  if (wrong.empty()) {
    printer.Line("{} is consistent with the under storage system.", path.Shown());
    return OkStatus();
  }
  std::sort(wrong.begin(), wrong.end());
  if (!repair) {
    printer.Line("The following files are inconsistent:");
    for (const std::string& one : wrong) printer.Line("{}", one);
    return OkStatus();
  }
  printer.Line("{} has: {} inconsistent files. Repairing with {} threads.", path.Shown(),
               wrong.size(), threads);
  for (const std::string& one : wrong) RETURN_IF_ERROR(Repair(context, one, printer));
  return OkStatus();
}

}  // namespace

Command CheckConsistencyCommand(FsContext& context) {
  Command command;
  command.name = "checkConsistency";
  command.usage = "checkConsistency [-r] [-t|--threads <threads>] <Alluxio path>";
  command.description =
      "Checks the consistency of a persisted file or directory in Alluxio. Any files or "
      "directories which only exist in Alluxio or do not match the metadata of files in the "
      "under storage will be returned. An administrator should then reconcile the  differences. "
      "Specify -r to repair "
      "the inconsistent files. Use -t or --threads to specify the number of threads that should be "
      "used when repairing. Defaults to 2*<number of CPU cores>";
  command.options = {{"r", "", "repair inconsistent files"},
                     {"t", "threads",
                      "Number of threads used when repairing consistency. Defaults to <number of "
                      "cores> * 2. This option has no effect if -r is not specified",
                      true}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    int threads = context.cpus * 2;
    if (args.Has("threads")) {
      Result<int> given = ParseNumber(args.Value("threads"));
      if (!given.ok() || *given < 1) {
        return InvalidArgument(
            fmt::format("The threads option must be a positive integer but was \"{}\"",
                        args.Value("threads")));
      }
      threads = *given;
    }
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), [&](const PathArg& path) {
      return Check(context, path, args.Has("r"), threads, printer);
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
