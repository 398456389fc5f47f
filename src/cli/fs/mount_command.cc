#include <fmt/format.h>

#include <algorithm>

#include "cli/fs/commands.h"
#include "cli/fs/mount_options.h"
#include "cli/fs/path_arg.h"
#include "cli/json_text.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

std::string PropertiesText(const std::map<std::string, std::string>& properties) {
  std::string text;
  for (const auto& [name, value] : properties) {
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  }
  return "{" + text + "}";
}

void ShowTable(const std::map<std::string, MountPointInfo>& table, Printer& printer) {
  size_t uri_width = 1, path_width = 1;
  for (const auto& [path, mount] : table) {
    uri_width = std::max(uri_width, mount.ufs_uri.size());
    path_width = std::max(path_width, path.size());
  }
  for (const auto& [path, mount] : table) {
    std::string used = SizeText(mount.ufs_used_bytes);
    if (mount.ufs_capacity_bytes > 0) {
      double share = 100.0 * static_cast<double>(mount.ufs_used_bytes) /
                     static_cast<double>(mount.ufs_capacity_bytes);
      used += fmt::format("({}%)", static_cast<int>(share));
    }
    printer.Line("{:<{}}  on  {:<{}}  ({}, capacity={}, used={}, {}read-only, {}shared, "
                 "properties={})",
                 mount.ufs_uri, uri_width, path, path_width, mount.ufs_type,
                 SizeText(mount.ufs_capacity_bytes), used, mount.read_only ? "" : "not ",
                 mount.shared ? "" : "not ", PropertiesText(mount.properties));
  }
}

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
    ShowTable(table, printer);
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
