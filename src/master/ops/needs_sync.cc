// NeedsSync marks a path dirty; active sync has no store that could do it.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/state/edit_context.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_tree.h"
#include "model/path.h"

namespace alluxio::master {

Status FsOperations::NeedsSync(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  parts_.sync->ForgetListings(context, path);
  parts_.sync->MarkDirty(path, context.NowMs());
  return OkStatus();
}

Status FsOperations::StartSync(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  // Opening asks no store, but may read files.
  if (!context.may_block()) return WouldBlock();
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*parts_.mounts->Resolve(path).mount));
  return UnknownError("Active Syncing is not supported on this UFS type: " +
                      std::string(ufs->type()));
}

// Journals of Alluxio 2.9 may have sync points. Nothing follows them here, but they can be listed
// and taken out.
Status FsOperations::StopSync(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  OpAccess access(parts_, context);
  WriterLock lock(parts_.tree->lock());
  auto edit = parts_.mounts->RemoveSyncPointEdit(path);
  if (!edit) return InvalidArgument(path + " is not a sync point");
  RETURN_IF_ERROR(access.CheckParent(parts_.tree->Walk(path), Bits::kWrite));
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  edits.RecordOutcome(*std::move(edit));
  return OkStatus();
}

Result<std::vector<std::string>> FsOperations::GetSyncPathList(OpContext& context) {
  std::vector<std::string> points = parts_.mounts->SyncPoints();
  context.SawPosition(parts_.ledger->journal->appended());
  return points;
}

}  // namespace alluxio::master
