// Unmount: takes a mount point and all that is known below it out of the namespace. The under store
// keeps everything.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "model/path.h"

namespace alluxio::master {

Status FsOperations::Unmount(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  OpAccess access(parts_, context);
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    RETURN_IF_ERROR(access.CheckParent(walk, Bits::kWrite));
    if (!walk.found()) return NotFound("Failed to unmount: Path " + path + " does not exist");
    if (!parts_.mounts->IsMountPoint(path)) {
      return InvalidArgument("Failed to unmount " + path +
                             ". Please ensure the path is an existing mount point.");
    }
    bool holds_another = path == "/";
    for (const MountPointPtr& mount : parts_.mounts->List()) {
      holds_another |= mount->path != path && IsSameOrBelow(mount->path, path);
    }
    if (holds_another) {
      return InvalidArgument("Failed to unmount " + path + ". Please ensure the path is an " +
                             "existing mount point and not root.");
    }
  }
  DeleteOptions options;
  options.common.sync_interval_ms = -1;
  options.recursive = true;
  options.alluxio_only = true;
  options.delete_mount_point = true;
  // The mount's own flag must not keep its owner from taking it off.
  return RemoveMounted(context, path, options);
}

}  // namespace alluxio::master
