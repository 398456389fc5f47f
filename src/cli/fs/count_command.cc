#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"
#include "base/json_text.h"
#include "cli/units.h"

namespace alluxio::cli {

Command CountCommand(FsContext& context) {
  Command command;
  command.name = "count";
  command.usage = "count [-h] <path>";
  command.description =
      "Displays the number of files and directories matching the specified prefix.";
  command.options = {{"h", "", "print sizes in human readable format (e.g. 1KB 234MB 2GB)"},
                     {"", "json", "print one JSON object"}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(PathArg path, ParsePathArg(args.arg(0)));
    int64_t files = 0, folders = 0, bytes = 0;
    ListStatusOptions options;
    options.recursive = true;
    RETURN_IF_ERROR(context.fs->IterateStatus(path.path, options, [&](const FileInfo& entry) {
      folders += entry.folder ? 1 : 0;
      files += entry.folder ? 0 : 1;
      bytes += entry.folder ? 0 : entry.length;
    }));
    if (args.Has("json")) {
      JsonText json;
      json.BeginObject().Field("files", files).Field("folders", folders).Field("bytes", bytes);
      printer.Line("{}", json.EndObject().text());
      return kExitOk;
    }
    std::string size = args.Has("h") ? SizeText(bytes) : std::to_string(bytes);
    printer.Line("{:<25}{:<25}{:<15}", "File Count", "Folder Count", "Folder Size");
    printer.Line("{:<25}{:<25}{:<15}", files, folders, size);
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
