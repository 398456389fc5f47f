#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"
#include "cli/pause.h"

namespace alluxio::cli {
namespace {

constexpr int kHeartbeatsToWait = 10;

// Workers give the space back when their next heartbeat tells them to.
Status WaitUntilFreed(FsContext& context, const std::string& path, const FreeOptions& options) {
  for (int i = 0; i < kHeartbeatsToWait; ++i) {
    ASSIGN_OR_RETURN(FileInfo info, context.fs->GetStatus(path));
    if (info.folder || info.in_alluxio_percentage == 0) return OkStatus();
    RETURN_IF_ERROR(context.fs->Free(path, options));
    PauseFor(Millis(context.heartbeat_ms));
  }
  return DeadlineExceeded(
      "Timed out waiting for file to be freed. Another user may be loading it.");
}

}  // namespace

Command FreeCommand(FsContext& context) {
  Command command;
  command.name = "free";
  command.usage = "free [-f] <path>";
  command.description =
      "Frees the space occupied by a file or a directory in Alluxio. Specify -f to force "
      "freeing pinned files in the directory.";
  command.options = {{"f", "", "force to free files even pinned"}};
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      FreeOptions options;
      options.recursive = true;
      options.forced = args.Has("f");
      RETURN_IF_ERROR(context.fs->Free(path.path, options));
      RETURN_IF_ERROR(WaitUntilFreed(context, path.path, options));
      printer.Line("{} was successfully freed from Alluxio space.", path.Shown());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
