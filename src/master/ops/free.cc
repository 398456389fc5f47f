// Free: drops the cached copies of persisted files; the files stay.
#include "master/block/block_master.h"
#include "master/ops/done_counts.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/tree/inode_entries.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

// The error that stops the walk at this file, or OK. Codes are those of Alluxio's family of
// unexpected errors.
Status CheckFreeable(InodeView file, std::string_view path, bool forced) {
  if (!file.is_file()) return OkStatus();
  if (file.persistence() != PersistenceState::kPersisted) {
    return UnknownError("Cannot free file " + std::string(path) + " which is not persisted");
  }
  if (file.pinned() && !forced) {
    return UnknownError("Cannot free file " + std::string(path) +
                        " which is pinned. Please unpin it first or set the \"forced\" flag of "
                        "free operation to true");
  }
  return OkStatus();
}

}  // namespace

Status FsOperations::Free(OpContext& context, const std::string& text,
                          const FreeOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  return FreeTree(context, path, options, false);
}

Status FsOperations::FreeTree(OpContext& context, const std::string& path,
                              const FreeOptions& options, bool trusted) {
  OpAccess access(parts_, context, trusted);
  PathClaim claim(parts_, context, {{path, PathLockKind::kTree}});
  RETURN_IF_ERROR(claim.TakeNow());
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    RETURN_IF_ERROR(access.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context);
    if (!walk.found()) return PathMissing(path);
    RETURN_IF_ERROR(access.CheckInode(walk.last(), path, Bits::kRead));
    if (walk.last().is_directory() && !options.recursive && walk.last().child_count() > 0) {
      return UnknownError("Cannot free directory " + path +
                          " which is not empty. Please set the \"recursive\" flag of free "
                          "operation to true");
    }
    if (walk.last().is_directory() && walk.last().child_count() > 0 && !context.may_block()) {
      return WouldBlock();
    }
    top = walk.last().id();
  }
  SubtreeWalk walk(top, path, SubtreeWalk::Order::kParentsFirst);
  while (!walk.done()) {
    RETURN_IF_ERROR(context.CheckAlive());
    std::vector<BlockId> blocks;
    Status refused;
    {
      WriterLock lock(parts_.tree->lock());
      EditContext edits(*parts_.ledger, context);
      RETURN_IF_ERROR(edits.CheckAdmitted());
      walk.Next(*parts_.tree, parts_.settings.walk_slice,
                [&](InodeView inode, std::string_view at) {
                  refused = CheckFreeable(inode, at, options.forced);
                  if (!refused.ok()) return false;
                  if (inode.pinned() && options.forced) {
                    InodeUpdate unpin;
                    unpin.id = inode.id();
                    unpin.pinned = false;
                    edits.Record(UpdateInodeEdit(unpin));
                  }
                  if (inode.is_directory() || !inode.completed()) return true;
                  DoneCounts::Get().files_freed.Add();
                  for (BlockId block : inode.block_ids()) blocks.push_back(block);
                  return true;
                });
    }
    parts_.blocks->FreeBlocks(blocks);
    RETURN_IF_ERROR(refused);
  }
  return OkStatus();
}

}  // namespace alluxio::master
