// MountPoint: one row of the mount table.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/status.h"
#include "model/ids.h"

namespace alluxio::master {

struct MountPoint {
  std::string path;     // where in the namespace, clean
  std::string ufs_uri;  // the under-store folder, as the user wrote it, without a trailing slash
  MountId id = kNoMount;
  bool read_only = false;
  bool shared = false;
  std::map<std::string, std::string> properties;  // may hold secrets: see RedactedProperties
};

// The mount's option alluxio.user.file.metadata.sync.interval, when it has one that can be read.
std::optional<int64_t> SyncIntervalMs(const MountPoint& mount);
// The mount's option alluxio.underfs.s3.intermediate.upload.clean.age, likewise.
std::optional<int64_t> UploadCleanAgeMs(const MountPoint& mount);
// INVALID_ARGUMENT when an option that the master reads has a value that cannot be read, and when
// the address holds a password.
Status CheckOptions(const MountPoint& mount);
// The options with every value that may be a credential replaced by "******".
std::map<std::string, std::string> RedactedProperties(const MountPoint& mount);

}  // namespace alluxio::master
