#include "ufs/opendal/store_settings.h"

namespace alluxio::ufs {

Result<StoreSettings> HdfsSettings(const StoreUri& uri, const Properties& properties) {
  StoreSettings settings;
  settings.service = "hdfs";
  settings.type = "hdfs";
  settings.options["url"] = "hdfs://" + uri.authority + "/";
  std::string files = PropertyOr(properties, "alluxio.underfs.hdfs.configuration", "");
  if (!files.empty()) settings.options["conf.files"] = files;
  RETURN_IF_ERROR(ApplyRows(
      uri, properties,
      {{"user", {"hadoop.user.name"}},
       {"kerberos.principal", {"alluxio.master.principal", "alluxio.worker.principal"}},
       {"kerberos.keytab", {"alluxio.master.keytab.file", "alluxio.worker.keytab.file"}}},
      &settings));
  // Hadoop's own names may be set for a mount as they are; they win over the files.
  for (const auto& [name, value] : properties) {
    for (const char* prefix : {"dfs.", "hadoop.", "ipc.", "fs.defaultFS", "fs.viewfs."}) {
      if (name.starts_with(prefix) && !value.empty()) settings.options[name] = value;
    }
  }
  return settings;
}

}  // namespace alluxio::ufs
