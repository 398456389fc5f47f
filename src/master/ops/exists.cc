// Exists: is there a file or directory at a path?
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {

Result<bool> FsOperations::Exists(OpContext& context, const std::string& text,
                                  const ExistsOptions& options) {
  auto path = CleanPath(text);
  if (!path.ok()) return false;  // An invalid path exists nowhere.
  OpAccess access(parts_, context);
  SyncWish wish;
  wish.load = options.load_metadata;
  wish.interval_ms = options.common.sync_interval_ms;
  RETURN_IF_ERROR(parts_.sync->Freshen(context, *path, wish));
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(*path);
  RETURN_IF_ERROR(access.CheckTraverse(walk));
  parts_.tree->NoteRead(walk, context);
  return walk.found();
}

}  // namespace alluxio::master
