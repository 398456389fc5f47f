#include "worker/fetch/mounts.h"

#include <fmt/core.h>

namespace alluxio::worker {
namespace {

// "file:///data/" and "/data" are the same place.
std::string_view Bare(std::string_view uri) {
  if (uri.starts_with("file://")) uri.remove_prefix(7);
  while (!uri.empty() && uri.back() == '/') uri.remove_suffix(1);
  return uri;
}

}  // namespace

Result<std::string> KeyInside(std::string_view uri, std::string_view path) {
  std::string_view root = Bare(uri);
  std::string_view inside = Bare(path);
  bool below = inside.starts_with(root) &&
               (inside.size() == root.size() || inside[root.size()] == '/');
  if (!below) return PermissionDenied(fmt::format("{}: outside of the mount of {}", path, uri));
  inside.remove_prefix(std::min(inside.size(), root.size() + 1));
  if (Status valid = ufs::CheckKey(inside); !valid.ok()) return valid.WithContext(path);
  return std::string(inside);
}

Result<UfsTarget> Mounts::Resolve(MountId mount, const std::string& ufs_path, UfsAccess access) {
  if (ufs_path.empty()) return InvalidArgument("no path of an under store was given");
  ASSIGN_OR_RETURN(Open open, Get(mount));
  if (access == UfsAccess::kWrite && open.read_only) {
    return PermissionDenied(fmt::format("{}: mount {} is read-only", ufs_path, open.uri));
  }
  ASSIGN_OR_RETURN(std::string key, KeyInside(open.uri, ufs_path));
  return UfsTarget{open.ufs, std::move(key)};
}

Result<Mounts::Open> Mounts::Get(MountId mount) {
  {
    MutexLock lock(mutex_);
    auto it = open_.find(mount);
    if (it != open_.end()) return it->second;
  }
  Result<stub::UfsMountInfo> info = master_.GetUfsInfo(mount);
  if (!info.ok()) return info.status().WithContext(fmt::format("mount {}", mount));
  if (info->uri.empty()) return NotFound(fmt::format("mount {}: unknown to the master", mount));
  ufs::UfsOpenOptions options{info->options.properties, info->options.read_only};
  Result<std::shared_ptr<ufs::Ufs>> ufs = factory_.Open(info->uri, options);
  if (!ufs.ok()) return ufs.status().WithContext(fmt::format("mount {}", mount));
  Open open{*std::move(ufs), info->uri, info->options.read_only};
  MutexLock lock(mutex_);
  if (open_.size() >= kMaxOpen) open_.erase(open_.begin());
  return open_.emplace(mount, std::move(open)).first->second;
}

}  // namespace alluxio::worker
