#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/fs/commands.h"
#include "cli/fs/file_json.h"
#include "cli/fs/path_arg.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

using Less = std::function<bool(const FileInfo&, const FileInfo&)>;

std::string Lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Null for a field nobody knows.
Less SortBy(const std::string& field) {
  if (field == "path") return [](auto& a, auto& b) { return a.path < b.path; };
  if (field == "name") return [](auto& a, auto& b) { return Lowered(a.name) < Lowered(b.name); };
  if (field == "size") return [](auto& a, auto& b) { return a.length < b.length; };
  if (field == "creationTime") {
    return [](auto& a, auto& b) { return a.creation_time_ms < b.creation_time_ms; };
  }
  if (field == "lastModificationTime") {
    return [](auto& a, auto& b) { return a.modification_time_ms < b.modification_time_ms; };
  }
  if (field == "lastAccessTime") {
    return [](auto& a, auto& b) { return a.access_time_ms < b.access_time_ms; };
  }
  if (field == "inMemoryPercentage") {
    return [](auto& a, auto& b) { return a.in_memory_percentage < b.in_memory_percentage; };
  }
  return nullptr;
}

bool IsTimestamp(const std::string& field) {
  return field == "creationTime" || field == "lastAccessTime" || field == "lastModificationTime";
}

int64_t Timestamp(const FileInfo& file, const std::string& field) {
  if (field == "creationTime") return file.creation_time_ms;
  if (field == "lastAccessTime") return file.access_time_ms;
  return file.modification_time_ms;
}

struct View {
  bool sizes_for_people = false;
  bool pinned_only = false;
  bool json = false;
  std::string timestamp;
};

std::string FormatLine(const FsContext& context, const FileInfo& file, const View& view) {
  bool extended = !file.acl.empty() || file.default_acl.has_value();
  std::string mode = (file.folder ? "d" : "-") + ModeText(file.mode) + (extended ? "+" : "");
  std::string size = view.sizes_for_people && !file.folder ? SizeText(file.length)
                                                           : std::to_string(file.length);
  std::string state = file.folder ? "DIR" : fmt::format("{}%", file.in_alluxio_percentage);
  std::string line;
  if (context.show_permissions) {
    line = fmt::format("{:<12}{:<15}{:<15}", mode, file.owner, file.group);
  }
  return line + fmt::format("{:>15}{:>16}{:>24}{:>5} {:<5}", size,
                            PersistenceStateText(file.persistence),
                            DateText(Timestamp(file, view.timestamp), context.date_pattern), state,
                            file.path);
}

void Show(const FsContext& context, const FileInfo& file, const View& view, Printer& printer) {
  if (view.pinned_only && !file.pinned) return;
  printer.Line("{}", view.json ? FileJson(file) : FormatLine(context, file, view));
}

Status List(FsContext& context, const PathArg& path, const ParsedArgs& args, const View& view,
            Printer& printer) {
  if (args.Has("d")) {
    ASSIGN_OR_RETURN(FileInfo file, context.fs->GetStatus(path.path));
    Show(context, file, view, printer);
    return OkStatus();
  }
  ListStatusOptions options;
  options.recursive = args.Has("R");
  options.exclude_mount_info = args.Has("m");
  if (args.Has("f")) options.load_metadata = LoadMetadataType::kAlways;
  if (!args.Has("sort")) {  // as the master sends them, without waiting for the last
    return context.fs->IterateStatus(path.path, options, [&](const FileInfo& file) {
      Show(context, file, view, printer);
    });
  }
  Less less = SortBy(args.Value("sort"));
  if (!less) {
    return InvalidArgument(
        fmt::format("Invalid sort option `{}` for --sort", args.Value("sort")));
  }
  ASSIGN_OR_RETURN(std::vector<FileInfo> files, context.fs->ListStatus(path.path, options));
  bool reverse = args.Has("r");
  std::stable_sort(files.begin(), files.end(), [&](const FileInfo& a, const FileInfo& b) {
    return reverse ? less(b, a) : less(a, b);
  });
  for (const FileInfo& file : files) Show(context, file, view, printer);
  return OkStatus();
}

std::vector<Option> LsOptions() {
  return {
      {"d", "", "list directories as plain files"},
      {"f", "", "force to load metadata for immediate children in a directory"},
      {"h", "", "print human-readable format sizes"},
      {"m", "omit-mount-info",
       "if specified, the status will not include mount point related information, like the UFS "
       "path"},
      {"p", "", "list all pinned files"},
      {"R", "recursive", "list subdirectories recursively"},
      {"r", "", "reverse order while sorting"},
      {"", "json", "print one JSON object a line"},
      {"", "sort",
       "sort statuses by the given field "
       "{path|lastAccessTime|creationTime|size|lastModificationTime|inMemoryPercentage|name}",
       true},
      {"", "timestamp",
       "display specific timestamp(default is last modification time) "
       "{lastAccessTime|creationTime|lastModificationTime}",
       true}};
}

}  // namespace

Command LsCommand(FsContext& context) {
  Command command;
  command.name = "ls";
  command.usage =
      "ls [-d|-f|-p|-R/--recursive|-h|--sort=option|--timestamp=option|-r|-m/--omit-mount-info] "
      "<path> ...";
  command.description =
      "Displays information for all files and directories directly under the specified paths, "
      "including permission, owner, group, size (bytes for files or the number of children for "
      "directories, persistence state, last modified time, the percentage of content already in "
      "Alluxio and the path in order.";
  command.options = LsOptions();
  command.min_args = 1;
  command.validate = [](const ParsedArgs& args) {
    std::string field = args.Value("timestamp", "lastModificationTime");
    return IsTimestamp(field) ? OkStatus()
                              : InvalidArgument("Unrecognized timestamp option " + field);
  };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    View view;
    view.sizes_for_people = args.Has("h");
    view.pinned_only = args.Has("p");
    view.json = args.Has("json");
    view.timestamp = args.Value("timestamp", "lastModificationTime");
    for (const std::string& pattern : args.args()) {
      RETURN_IF_ERROR(ForEachPath(context, pattern, [&](const PathArg& path) {
        return List(context, path, args, view, printer);
      }));
    }
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
