// GetNewBlockId: the next block of a file that is being written.
#include "master/ops/done_counts.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/state/edit_context.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {

Result<BlockId> FsOperations::GetNewBlockId(OpContext& context, const std::string& text) {
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
  if (file.is_directory()) return MustBeFile(path);
  // Whoever creates a file may write it, whatever its mode says.
  bool writer = !file.completed() && file.owner() == access.identity().user;
  if (!writer) RETURN_IF_ERROR(access.CheckInode(file, path, Bits::kWrite));
  if (file.completed()) return AlreadyExists("File " + path + " has already been completed.");
  if (static_cast<int64_t>(file.block_count()) >= kMaxSequence) {
    return InvalidArgument("File " + path + " has too many blocks; use a larger block size.");
  }
  BlockId block = file.block_id(file.block_count());
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  edits.Record(NewBlockEdit(file.id()));
  DoneCounts::Get().new_blocks_got.Add();
  return block;
}

}  // namespace alluxio::master
