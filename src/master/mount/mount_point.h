// MountPoint: one row of the mount table.
#pragma once

#include <map>
#include <string>

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

// The options with every value that may be a credential replaced by "******".
std::map<std::string, std::string> RedactedProperties(const MountPoint& mount);

}  // namespace alluxio::master
