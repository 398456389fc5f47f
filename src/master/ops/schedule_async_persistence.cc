// ScheduleAsyncPersistence: a complete file of the cache is to be written to the under store.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/ops/persist_schedule.h"
#include "master/state/edit_context.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {

Status FsOperations::ScheduleAsyncPersistence(OpContext& context, const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  OpAccess access(parts_, context);
  PathClaim claim(parts_, context, {{path, PathLockKind::kWrite}});
  RETURN_IF_ERROR(claim.Take());
  WriterLock lock(parts_.tree->lock());
  RETURN_IF_ERROR(claim.Check());
  WalkResult walk = parts_.tree->Walk(path);
  RETURN_IF_ERROR(access.CheckTraverse(walk));
  if (!walk.found()) return PathMissing(path);
  InodeView file = walk.last();
  RETURN_IF_ERROR(access.CheckInode(file, path, Bits::kWrite));
  if (file.is_directory()) return MustBeFile(path);
  if (!file.completed()) {
    return InvalidArgument("Cannot persist an incomplete Alluxio file: " + path);
  }
  RETURN_IF_ERROR(parts_.mounts->CheckWritable(path));
  parts_.persists->Release(file.id());
  if (file.persistence() != PersistenceState::kNotPersisted) {
    if (file.persistence() == PersistenceState::kLost) {
      return FailedPrecondition("Cannot persist " + path + ": its blocks are lost");
    }
    return OkStatus();
  }
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  InodeUpdate update;
  update.id = file.id();
  update.persistence = PersistenceState::kToBePersisted;
  edits.Record(UpdateInodeEdit(update));
  return OkStatus();
}

}  // namespace alluxio::master
