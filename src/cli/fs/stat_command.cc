#include <fmt/format.h>

#include "cli/fs/commands.h"
#include "cli/fs/file_json.h"
#include "cli/fs/path_arg.h"
#include "cli/fs/status_text.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

constexpr std::string_view kSpecifiers = "biguyzNY";

std::string Field(const FileInfo& file, char specifier) {
  switch (specifier) {
    case 'b': return file.folder ? "NA" : std::to_string(file.block_ids.size());
    case 'i': return std::to_string(file.id);
    case 'g': return file.group;
    case 'u': return file.owner;
    case 'y': return UtcDateText(file.modification_time_ms, "yyyy-MM-dd HH:mm:ss");
    case 'z': return file.folder ? "NA" : std::to_string(file.length);
    case 'N': return file.name;
    default: return std::to_string(file.modification_time_ms);
  }
}

std::string Formatted(const FileInfo& file, const std::string& format) {
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    bool known = format[i] == '%' && i + 1 < format.size() &&
                 kSpecifiers.find(format[i + 1]) != std::string_view::npos;
    if (known) {
      out += Field(file, format[++i]);
    } else {
      out += format[i];
    }
  }
  return out;
}

Status ShowBlocks(FsContext& context, const FileInfo& file, Printer& printer) {
  if (file.block_ids.empty()) {
    printer.Line("This file does not contain any blocks.");
    return OkStatus();
  }
  printer.Line("Containing the following blocks: ");
  for (BlockId id : file.block_ids) {
    ASSIGN_OR_RETURN(BlockInfo block, context.fs->GetBlockInfo(id));
    printer.Line("{}", BlockText(block));
  }
  return OkStatus();
}

Status Show(FsContext& context, const PathArg& path, const ParsedArgs& args, Printer& printer) {
  ASSIGN_OR_RETURN(FileInfo file, context.fs->GetStatus(path.path));
  if (args.Has("json")) {
    printer.Line("{}", FileJson(file));
    return OkStatus();
  }
  if (args.Has("f")) {
    printer.Line("{}", Formatted(file, args.Value("f")));
    return OkStatus();
  }
  printer.Line("{} is a {} path.", path.Shown(), file.folder ? "directory" : "file");
  printer.Line("{}", StatusText(file));
  return file.folder ? OkStatus() : ShowBlocks(context, file, printer);
}

}  // namespace

Command StatCommand(FsContext& context) {
  Command command;
  command.name = "stat";
  command.usage = "stat [-f <format>] <path> or stat [-f <format>] --file-id <file-id>";
  command.description =
      "Displays info for the specified file or directory.\n"
      "Specify --file-id to treat the first positional argument as a file ID.\n"
      "Specify -f to display info in given format:\n"
      "   \"%N\": name of the file;\n"
      "   \"%z\": size of file in bytes;\n"
      "   \"%u\": owner;\n"
      "   \"%g\": group name of owner;\n"
      "   \"%i\": file id of the file;\n"
      "   \"%y\": modification time in UTC in 'yyyy-MM-dd HH:mm:ss' format;\n"
      "   \"%Y\": modification time as Unix timestamp in milliseconds;\n"
      "   \"%b\": Number of blocks allocated for file";
  command.options = {{"f", "", "format", true},
                     {"", "file-id", "specify a file by file-id"},
                     {"", "json", "print one JSON object"}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    std::string pattern = args.arg(0);
    if (args.Has("file-id")) {
      ASSIGN_OR_RETURN(int64_t id, ParseLongNumber(pattern));
      ASSIGN_OR_RETURN(pattern, context.fs->PathOfFileId(id));
      printer.Line("The specified file ID {} is {}", id, pattern);
    }
    RETURN_IF_ERROR(ForEachPath(context, pattern, [&](const PathArg& path) {
      return Show(context, path, args, printer);
    }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
