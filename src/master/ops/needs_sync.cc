// NeedsSync marks a path dirty; active sync is not there.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/state/op_context.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {

Status FsOperations::NeedsSync(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  parts_.sync->MarkDirty(path, context.NowMs());
  return OkStatus();
}

Status FsOperations::StartSync(OpContext&, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  return FailedPrecondition("start sync of " + path + ": active sync needs HDFS iNotify, which " +
                            "the under store " + parts_.mounts->Resolve(path).mount->ufs_uri +
                            " does not offer");
}

Status FsOperations::StopSync(OpContext&, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  return FailedPrecondition("stop sync of " + path + ": active sync needs HDFS iNotify; no path " +
                            "is under active sync");
}

Result<std::vector<std::string>> FsOperations::GetSyncPathList(OpContext&) {
  return std::vector<std::string>{};
}

}  // namespace alluxio::master
