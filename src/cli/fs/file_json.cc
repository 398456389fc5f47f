#include "cli/fs/file_json.h"

#include <fmt/format.h>

#include "base/json_text.h"

namespace alluxio::cli {

std::string FileJson(const FileInfo& file) {
  JsonText json;
  json.BeginObject()
      .Field("path", file.path)
      .Field("type", file.folder ? "directory" : "file")
      .Field("fileId", file.id)
      .Field("length", file.length)
      .Field("owner", file.owner)
      .Field("group", file.group)
      .Field("mode", fmt::format("{:o}", file.mode.bits))
      .Field("persistenceState", PersistenceStateText(file.persistence))
      .Field("inAlluxioPercentage", file.in_alluxio_percentage)
      .Field("creationTimeMs", file.creation_time_ms)
      .Field("lastModificationTimeMs", file.modification_time_ms)
      .Field("lastAccessTimeMs", file.access_time_ms)
      .Field("pinned", file.pinned)
      .Field("completed", file.completed)
      .Field("mountPoint", file.mount_point)
      .Field("ttl", file.ttl_ms)
      .Field("blockSizeBytes", file.block_size)
      .Field("ufsPath", file.ufs_path)
      .EndObject();
  return json.text();
}

}  // namespace alluxio::cli
