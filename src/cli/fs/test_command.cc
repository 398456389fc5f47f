#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"

namespace alluxio::cli {
namespace {

constexpr int kExitFalse = 1;
constexpr int kExitUnreachable = 2;
constexpr int kExitMissing = 3;  // or not to be seen by the caller

bool Holds(const FileInfo& info, const ParsedArgs& args) {
  if (args.Has("d")) return info.folder;
  if (args.Has("f")) return !info.folder;
  if (args.Has("s")) return info.folder && info.length > 0;
  if (args.Has("z")) return !info.folder && info.length == 0;
  return true;
}

}  // namespace

Command TestCommand(FsContext& context) {
  Command command;
  command.name = "test";
  command.usage = "test [-d|-f|-e|-s|-z] <path>";
  command.description =
      "Test a property of a path, returning 0 if the property is true, or 1 otherwise.";
  command.options = {{"d", "", "test whether path is a directory."},
                     {"e", "", "test whether path exists."},
                     {"f", "", "test whether path is a file."},
                     {"s", "", "test whether path is not empty."},
                     {"z", "", "test whether file is zero length."}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer&) -> Result<int> {
    int asked = 0;
    for (const char* name : {"d", "e", "f", "s", "z"}) asked += args.Has(name) ? 1 : 0;
    if (asked != 1) return kExitFailure;
    ASSIGN_OR_RETURN(PathArg path, ParsePathArg(args.arg(0)));
    Result<FileInfo> info = context.fs->GetStatus(path.path);
    if (info.status().Is(StatusCode::kUnavailable)) return kExitUnreachable;
    if (!info.ok()) return kExitMissing;
    return Holds(*info, args) ? kExitOk : kExitFalse;
  };
  return command;
}

}  // namespace alluxio::cli
