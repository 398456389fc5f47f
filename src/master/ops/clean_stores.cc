// Gives up what writers began in object stores and never ended: a worker that was killed leaves
// parts of uploads, which no listing shows and which cost money.
#include "base/log.h"
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"

namespace alluxio::master {

void FsOperations::CleanUnderStores(int64_t now_ms) {
  for (const MountPointPtr& mount : parts_.mounts->List()) {
    if (mount->read_only || !parts_.mounts->CheckUfsAllowed(*mount, true).ok()) continue;
    auto ufs = parts_.mounts->OpenUfs(*mount);
    if (!ufs.ok()) {
      LOG_WARN("cleanup: {} cannot be opened: {}", mount->path, ufs.status().ToString());
      continue;
    }
    if (!(*ufs)->is_object_store()) continue;
    int64_t age_ms = UploadCleanAgeMs(*mount).value_or(parts_.settings.upload_clean_age_ms);
    Status dropped = (*ufs)->DropLeftovers("", now_ms - age_ms);
    if (dropped.Is(StatusCode::kUnimplemented)) continue;
    LogIfError(dropped.WithContext(mount->path), "cleanup");
  }
}

}  // namespace alluxio::master
