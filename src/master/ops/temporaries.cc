#include "master/ops/temporaries.h"

#include "master/mount/mount_table.h"
#include "master/ops/fs_parts.h"

namespace alluxio::master {

std::string FormerTemporary(InodeView file) {
  std::string path(file.temp_ufs_path());
  // One of time 0 was never made: it only says that a copy may be at the file's path.
  return path.ends_with("-0") ? std::string() : path;
}

Status DropTemporary(const FsParts& parts, const std::string& temp_ufs_path) {
  auto path = parts.mounts->ReverseResolve(temp_ufs_path);
  if (!path.ok()) return OkStatus();
  MountResolution at = parts.mounts->Resolve(*path);
  ASSIGN_OR_RETURN(auto ufs, parts.mounts->OpenUfs(*at.mount));
  // Without a look: one request of an object store.
  Status dropped = ufs->DeleteFiles({at.key});
  if (dropped.ok() || dropped.Is(StatusCode::kNotFound)) return OkStatus();
  return dropped.WithContext("the temporary " + temp_ufs_path + " of an attempt to persist");
}

}  // namespace alluxio::master
