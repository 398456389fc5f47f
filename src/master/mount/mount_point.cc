#include "master/mount/mount_point.h"

#include "conf/configuration.h"
#include "conf/secret_name.h"
#include "conf/value_format.h"

namespace alluxio::master {
namespace {

constexpr const char* kSyncInterval = "alluxio.user.file.metadata.sync.interval";
constexpr const char* kCleanAge = "alluxio.underfs.s3.intermediate.upload.clean.age";

std::optional<Duration> DurationOption(const MountPoint& mount, const char* name) {
  auto found = mount.properties.find(name);
  if (found == mount.properties.end()) return std::nullopt;
  auto duration = conf::ParseDuration(found->second);
  if (!duration.ok()) return std::nullopt;
  return *duration;
}

}  // namespace

std::optional<int64_t> SyncIntervalMs(const MountPoint& mount) {
  std::optional<Duration> interval = DurationOption(mount, kSyncInterval);
  if (!interval.has_value()) return std::nullopt;
  return *interval < Duration::zero() ? -1 : ToMillis(*interval);
}

std::optional<int64_t> UploadCleanAgeMs(const MountPoint& mount) {
  std::optional<Duration> age = DurationOption(mount, kCleanAge);
  if (!age.has_value()) return std::nullopt;
  return ToMillis(*age);
}

Status CheckOptions(const MountPoint& mount) {
  if (std::string shown = conf::WithoutPassword(mount.ufs_uri); shown != mount.ufs_uri) {
    return InvalidArgument("Ufs path " + shown + " holds a password, which would be shown with " +
                           "every file; give credentials as options of the mount");
  }
  for (const char* name : {kSyncInterval, kCleanAge}) {
    auto found = mount.properties.find(name);
    if (found == mount.properties.end()) continue;
    RETURN_IF_ERROR(conf::ParseDuration(found->second)
                        .status()
                        .WithContext("mount option " + std::string(name) + "=" + found->second));
  }
  return OkStatus();
}

std::map<std::string, std::string> RedactedProperties(const MountPoint& mount) {
  std::map<std::string, std::string> shown;
  for (const auto& [key, value] : mount.properties) {
    shown[key] = conf::IsSecretName(key) ? std::string(conf::kMaskedValue) : value;
  }
  return shown;
}

}  // namespace alluxio::master
