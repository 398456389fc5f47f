#include <fmt/format.h>

#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

Status Remove(FsContext& context, const PathArg& path, const ParsedArgs& args, Printer& printer) {
  bool recursive = args.Has("R") || args.Has("r");
  Result<FileInfo> info = context.fs->GetStatus(path.path);
  if (!info.ok() && !info.status().Is(StatusCode::kNotFound)) return info.status();
  if (!info.ok()) return NotFound(fmt::format("Path \"{}\" does not exist.", path.Shown()));
  if (!recursive && info->folder) {
    return FailedPrecondition(
        path.Shown() + " is a directory, to remove it, please use \"rm -R/-r/--recursive <path>\"");
  }
  DeleteOptions options;
  options.recursive = recursive;
  options.alluxio_only = args.Has("alluxioOnly");
  options.unchecked = args.Has("U");
  options.delete_mount_point = args.Has("m");
  options.sync_parent_next_time = IsTrue(args.Value("s"));
  RETURN_IF_ERROR(context.fs->Delete(path.path, options));
  printer.Line("{} has been removed{}", path.Shown(),
               options.alluxio_only ? " only from Alluxio space" : "");
  return OkStatus();
}

}  // namespace

Command RmCommand(FsContext& context) {
  Command command;
  command.name = "rm";
  command.usage =
      "rm [-R/-r/--recursive] [-U] [--alluxioOnly] [-m/--deleteMountPoint] <path>";
  command.description =
      "Removes the specified file. Specify -R/-r/--recursive to remove file or directory "
      "recursively. Specify -U to remove directories without checking  UFS contents are in sync. "
      "Specify --alluxioOnly to remove data and metadata from alluxio space only. Specify "
      "-m/--deleteMountPoint to allow removing mount points, otherwise the rm will fail if the "
      "directory contains mount points.";
  command.options = {
      {"", "alluxioOnly", "remove data and metadata from Alluxio space only"},
      {"m", "deleteMountPoint", "remove mount points in the directory"},
      {"R", "recursive", "delete files and subdirectories recursively"},
      {"r", "", "copy files in subdirectories recursively"},
      {"s", "syncParentNextTime",
       "Marks a directory to either trigger a metadata sync or skip the metadata sync on next "
       "access.",
       true},
      {"U", "", "remove directories without checking UFS contents are in sync"}};
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), [&](const PathArg& path) {
      return Remove(context, path, args, printer);
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
