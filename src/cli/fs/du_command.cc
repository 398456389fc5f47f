#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "cli/fs/commands.h"
#include "cli/fs/path_arg.h"
#include "base/json_text.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

// Sizes of one line; the parts are percentages of bytes times 100 until they are shown.
struct Usage {
  int64_t bytes = 0;
  int64_t in_alluxio = 0;
  int64_t in_memory = 0;
  std::map<std::string, int64_t> by_host;

  void Add(const FileInfo& file) {
    if (file.folder) return;
    bytes += file.length;
    in_alluxio += file.length * file.in_alluxio_percentage;
    in_memory += file.length * file.in_memory_percentage;
    for (const FileBlockInfo& block : file.blocks) {
      for (const BlockLocation& location : block.block.locations) {
        by_host[location.address.host] += block.block.length;
      }
    }
  }
};

class DuTable {
 public:
  DuTable(const ParsedArgs& args, Printer& printer)
      : people_(args.Has("h")),
        memory_(args.Has("m")),
        grouped_(args.Has("g")),
        json_(args.Has("json")),
        printer_(printer) {}

  void Header() {
    if (!json_) Row("File Size", "In Alluxio", "In Memory", "Worker Host Name", "Path");
  }

  void Show(const Usage& usage, const std::string& path) {
    if (json_) return ShowJson(usage, path);
    Row(Size(usage.bytes), Share(usage.in_alluxio / 100, usage.bytes),
        Share(usage.in_memory / 100, usage.bytes), "total", path);
    if (!grouped_) return;
    for (const auto& [host, bytes] : usage.by_host) Row("", Size(bytes), "", host, "");
  }

 private:
  std::string Size(int64_t bytes) { return people_ ? SizeText(bytes) : std::to_string(bytes); }
  std::string Share(int64_t part, int64_t whole) {
    return fmt::format("{} ({}%)", Size(part), whole == 0 ? 0 : part * 100 / whole);
  }
  void Row(const std::string& size, const std::string& in_alluxio, const std::string& in_memory,
           const std::string& host, const std::string& path) {
    std::string line = fmt::format("{:<13} {:<16} ", size, in_alluxio);
    if (memory_) line += fmt::format("{:<16} ", in_memory);
    if (grouped_) line += fmt::format("{:<25} ", host);
    printer_.Line("{}{}", line, path);
  }
  void ShowJson(const Usage& usage, const std::string& path) {
    JsonText json;
    json.BeginObject().Field("path", path).Field("bytes", usage.bytes);
    json.Field("inAlluxioBytes", usage.in_alluxio / 100);
    json.Field("inMemoryBytes", usage.in_memory / 100).Key("bytesByWorkerHost").BeginObject();
    for (const auto& [host, bytes] : usage.by_host) json.Field(host, bytes);
    printer_.Line("{}", json.EndObject().EndObject().text());
  }

  const bool people_;
  const bool memory_;
  const bool grouped_;
  const bool json_;
  Printer& printer_;
};

Status ShowUsage(FsContext& context, const PathArg& path, bool summary, DuTable* table) {
  ListStatusOptions options;
  options.recursive = true;
  if (summary) {
    Usage usage;
    RETURN_IF_ERROR(context.fs->IterateStatus(
        path.path, options, [&](const FileInfo& entry) { usage.Add(entry); }));
    table->Show(usage, path.Shown());
    return OkStatus();
  }
  ASSIGN_OR_RETURN(std::vector<FileInfo> entries, context.fs->ListStatus(path.path, options));
  std::sort(entries.begin(), entries.end(),
            [](const FileInfo& a, const FileInfo& b) { return a.path < b.path; });
  for (const FileInfo& entry : entries) {
    if (entry.folder) continue;
    Usage usage;
    usage.Add(entry);
    table->Show(usage, entry.path);
  }
  return OkStatus();
}

}  // namespace

Command DuCommand(FsContext& context) {
  Command command;
  command.name = "du";
  command.usage = "du [-h|-s|-g|-m] <path>";
  command.description =
      "Displays the total size and the in Alluxio size of the specified file or directory.";
  command.options = {
      {"g", "",
       "display information for In-Alluxio data size under the path, grouped by worker."},
      {"h", "", "print sizes in human readable format (e.g., 1KB 234MB 2GB)"},
      {"", "json", "print one JSON object a line"},
      {"m", "memory", "display the in memory size and in memory percentage"},
      {"s", "", "display the aggregate summary of file lengths being displayed"}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    DuTable table(args, printer);
    auto each = [&](const PathArg& path) {
      return ShowUsage(context, path, args.Has("s"), &table);
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each, [&] { table.Header(); }));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
