#include "cli/fs/mount_table_text.h"

#include <algorithm>

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

}  // namespace

void PrintMountTable(const std::map<std::string, MountPointInfo>& table, Printer& printer) {
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

}  // namespace alluxio::cli
