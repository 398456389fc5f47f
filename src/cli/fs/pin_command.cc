#include "cli/fs/commands.h"

#include <algorithm>

#include "cli/fs/path_arg.h"

namespace alluxio::cli {
namespace {

Status CheckMedia(const std::vector<std::string>& known, const std::vector<std::string>& wanted) {
  std::string invalid, valid;
  for (const std::string& medium : wanted) {
    bool ok = known.empty() || std::find(known.begin(), known.end(), medium) != known.end();
    std::string& list = ok ? valid : invalid;
    list += (list.empty() ? "" : ",") + medium;
  }
  if (invalid.empty()) return OkStatus();
  return InvalidArgument("Invalid medium to pin the file. " + invalid + " are invalid. " + valid +
                         " are valid medium types");
}

}  // namespace

Command PinCommand(FsContext& context) {
  Command command;
  command.name = "pin";
  command.usage = "pin <path> media1 media2 media3 ...";
  command.description =
      "Pins the given file or directory in memory (works recursively for directories). "
      "Pinned files are never evicted from memory, unless TTL is set.";
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      SetAttributeOptions options;
      options.pinned = true;
      options.pinned_media = {args.args().begin() + 1, args.args().end()};
      RETURN_IF_ERROR(CheckMedia(context.media, options.pinned_media));
      RETURN_IF_ERROR(context.fs->SetAttribute(path.path, options));
      printer.Line("File '{}' was successfully pinned.", path.Shown());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
