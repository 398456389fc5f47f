// HDFS: "hdfs://..." by its own protocol, "webhdfs://..." and "swebhdfs://..." by that of the web.
#include "ufs/opendal/store_settings.h"

namespace alluxio::ufs {
namespace {

Result<StoreSettings> Begin(const StoreUri& uri, const Properties& properties,
                            const std::string& service) {
  StoreSettings settings;
  settings.service = service;
  settings.type = "hdfs";
  settings.options["url"] = uri.scheme + "://" + uri.authority + "/";
  std::string files = PropertyOr(properties, "alluxio.underfs.hdfs.configuration", "");
  if (!files.empty()) settings.options["conf.files"] = files;
  RETURN_IF_ERROR(ApplyRows(uri, properties, {{"user", {"hadoop.user.name"}}}, &settings));
  // Hadoop's own names may be set for a mount as they are; they win over the files.
  for (const auto& [name, value] : properties) {
    for (const char* prefix : {"dfs.", "hadoop.", "ipc.", "fs.defaultFS", "fs.viewfs."}) {
      if (name.starts_with(prefix) && !value.empty()) settings.options[name] = value;
    }
  }
  return settings;
}

}  // namespace

Result<StoreSettings> HdfsSettings(const StoreUri& uri, const Properties& properties) {
  ASSIGN_OR_RETURN(StoreSettings settings, Begin(uri, properties, "hdfs"));
  RETURN_IF_ERROR(ApplyRows(
      uri, properties,
      {{"kerberos.principal", {"alluxio.master.principal", "alluxio.worker.principal"}},
       {"kerberos.keytab", {"alluxio.master.keytab.file", "alluxio.worker.keytab.file"}}},
      &settings));
  return settings;
}

Result<StoreSettings> WebHdfsSettings(const StoreUri& uri, const Properties& properties) {
  if (uri.authority.empty()) {
    return SettingsError(uri, "no host; write " + uri.scheme + "://host:port/folder, with the " +
                                  "name node's port of the web");
  }
  return Begin(uri, properties, "webhdfs");
}

}  // namespace alluxio::ufs
