#include <fmt/format.h>


#include "cli/fs/commands.h"
#include "cli/fs/mount_options.h"
#include "cli/fs/mount_table_text.h"
#include "cli/fs/path_arg.h"
#include "base/json_text.h"

namespace alluxio::cli {
namespace {

void ShowJson(const std::map<std::string, MountPointInfo>& table, Printer& printer) {
  for (const auto& [path, mount] : table) {
    JsonText json;
    json.BeginObject()
        .Field("path", path)
        .Field("ufsUri", mount.ufs_uri)
        .Field("ufsType", mount.ufs_type)
        .Field("ufsCapacityBytes", mount.ufs_capacity_bytes)
        .Field("ufsUsedBytes", mount.ufs_used_bytes)
        .Field("readOnly", mount.read_only)
        .Field("shared", mount.shared)
        .EndObject();
    printer.Line("{}", json.text());
  }
}

Result<int> ListMounts(FsContext& context, bool json, Printer& printer) {
  ASSIGN_OR_RETURN(auto table, context.fs->MountTable(true));
  if (json) {
    ShowJson(table, printer);
  } else {
    PrintMountTable(table, printer);
  }
  return kExitOk;
}

}  // namespace

Command MountCommand(FsContext& context) {
  Command command;
  command.name = "mount";
  command.usage =
      "mount [--readonly] [--shared] [--remount] [--option <key=val>] <alluxioPath> <ufsURI>";
  command.description = "Mounts a UFS path onto an Alluxio path.";
  command.options = {
      {"", "json", "list mount points as one JSON object a line"},
      {"", "option", "options associated with this mount point", true, "key=value"},
      {"", "readonly", "mount point is readonly in Alluxio"},
      {"", "remount", "unmount and remount in one locked operation, with atomicity"},
      {"", "shared", "mount point is shared"}};
  command.validate = [](const ParsedArgs& args) {
    if (args.count() == 0 || args.count() == 2) return OkStatus();
    return InvalidArgument(
        fmt::format("Command mount takes 0 or 2 arguments, not {}", args.count()));
  };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    if (args.count() == 0) return ListMounts(context, args.Has("json"), printer);
    ASSIGN_OR_RETURN(PathArg path, ParsePathArg(args.arg(0)));
    ASSIGN_OR_RETURN(MountOptions options, ParseMountOptions(args));
    RETURN_IF_ERROR(context.fs->Mount(path.path, args.arg(1), options));
    printer.Line("Mounted {} at {}", args.arg(1), path.Shown());
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
