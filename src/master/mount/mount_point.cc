#include "master/mount/mount_point.h"

#include "conf/configuration.h"
#include "conf/secret_name.h"
#include "conf/value_format.h"

namespace alluxio::master {
namespace {
constexpr const char* kSyncInterval = "alluxio.user.file.metadata.sync.interval";
}  // namespace

std::optional<int64_t> SyncIntervalMs(const MountPoint& mount) {
  auto found = mount.properties.find(kSyncInterval);
  if (found == mount.properties.end()) return std::nullopt;
  auto interval = conf::ParseDuration(found->second);
  if (!interval.ok()) return std::nullopt;
  return *interval < Duration::zero() ? -1 : ToMillis(*interval);
}

Status CheckOptions(const MountPoint& mount) {
  if (std::string shown = conf::WithoutPassword(mount.ufs_uri); shown != mount.ufs_uri) {
    return InvalidArgument("Ufs path " + shown + " holds a password, which would be shown with " +
                           "every file; give credentials as options of the mount");
  }
  auto found = mount.properties.find(kSyncInterval);
  if (found == mount.properties.end()) return OkStatus();
  return conf::ParseDuration(found->second)
      .status()
      .WithContext("mount option " + std::string(kSyncInterval) + "=" + found->second);
}

std::map<std::string, std::string> RedactedProperties(const MountPoint& mount) {
  std::map<std::string, std::string> shown;
  for (const auto& [key, value] : mount.properties) {
    shown[key] = conf::IsSecretName(key) ? std::string(conf::kMaskedValue) : value;
  }
  return shown;
}

}  // namespace alluxio::master
