// CheckAccess: may the caller do this with a path?
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {

Status FsOperations::CheckAccess(OpContext& context, const std::string& text, Bits bits) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  OpAccess access(parts_, context);
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  RETURN_IF_ERROR(parts_.sync->Freshen(context, path, wish));
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path);
  RETURN_IF_ERROR(access.CheckTraverse(walk));
  parts_.tree->NoteRead(walk, context);
  if (!walk.found()) return PathMissing(path);
  return access.CheckInode(walk.last(), path, bits);
}

}  // namespace alluxio::master
