// What time does to inodes: the end of a time to live, and lost blocks.
#include "master/block/block_master.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_errors.h"
#include "master/state/edit_context.h"
#include "master/tree/inode_entries.h"
#include "master/tree/subtree_walk.h"

namespace alluxio::master {
namespace {

bool Expired(InodeView inode, int64_t now_ms) {
  return inode && inode.ttl_ms() != kNoTtl && inode.creation_time_ms() + inode.ttl_ms() <= now_ms;
}

Status ResetTtl(const FsParts& parts, OpContext& context, InodeId id) {
  WriterLock lock(parts.tree->lock());
  InodeView inode = parts.tree->Find(id);
  if (!inode) return OkStatus();
  EditContext edits(*parts.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  InodeUpdate update;
  update.id = id;
  update.ttl_ms = kNoTtl;
  update.ttl_action = TtlAction::kDelete;
  update.pinned = false;
  edits.Record(UpdateInodeEdit(update));
  if (inode.is_file() && inode.replication_min() > 0) {
    FileUpdate file;
    file.id = id;
    file.replication_min = 0;
    file.replication_max = inode.replication_max();
    edits.Record(UpdateFileEdit(file));
  }
  return OkStatus();
}

}  // namespace

std::vector<InodeId> FsOperations::ExpiredInodes(int64_t now_ms, size_t limit) {
  std::vector<InodeId> ids;
  ReaderLock lock(parts_.tree->lock());
  InodeIndexes::Expiry first{INT64_MIN, kNoInode};
  for (const auto& expiry : parts_.tree->indexes().Expired(now_ms, first, limit)) {
    ids.push_back(expiry.id);
  }
  return ids;
}

Status FsOperations::ExpireInode(OpContext& context, InodeId id, int64_t now_ms) {
  std::string path;
  TtlAction action = TtlAction::kDelete;
  {
    ReaderLock lock(parts_.tree->lock());
    InodeView inode = parts_.tree->Find(id);
    if (!Expired(inode, now_ms)) return OkStatus();
    path = parts_.tree->PathOf(inode);
    action = inode.ttl_action();
  }
  if (action == TtlAction::kFree) {
    FreeOptions options;
    options.recursive = true;
    options.forced = true;
    RETURN_IF_ERROR(FreeTree(context, path, options, true));
    return ResetTtl(parts_, context, id);
  }
  DeleteOptions options;
  options.common.sync_interval_ms = -1;
  options.recursive = true;
  options.alluxio_only = action == TtlAction::kDeleteAlluxio;
  return DeleteExpired(context, path, options);
}

Status FsOperations::MarkLost(OpContext& context, InodeId id) {
  WriterLock lock(parts_.tree->lock());
  InodeView file = parts_.tree->Find(id);
  if (!file || file.is_directory() || !file.completed()) return OkStatus();
  if (file.persistence() == PersistenceState::kPersisted ||
      file.persistence() == PersistenceState::kLost) {
    return OkStatus();
  }
  bool lost = false;
  for (const BlockInfo& block : parts_.blocks->GetBlockInfos(file.block_ids())) {
    lost = lost || block.locations.empty();
  }
  if (!lost) return OkStatus();
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  InodeUpdate update;
  update.id = id;
  update.persistence = PersistenceState::kLost;
  edits.Record(UpdateInodeEdit(update));
  return OkStatus();
}

Result<std::vector<InodeId>> FsOperations::GetLostFiles(OpContext& context) {
  // No index is kept for so rare a question: everything is looked at.
  if (!context.may_block()) return WouldBlock();
  std::vector<InodeId> lost;
  SubtreeWalk walk(kRootId, "/", SubtreeWalk::Order::kParentsFirst);
  while (!walk.done()) {
    RETURN_IF_ERROR(context.CheckAlive());
    ReaderLock lock(parts_.tree->lock());
    walk.Next(*parts_.tree, parts_.settings.walk_slice, [&](InodeView inode, std::string_view) {
      if (inode.is_file() && inode.persistence() == PersistenceState::kLost) {
        lost.push_back(inode.id());
      }
      return true;
    });
  }
  return lost;
}

}  // namespace alluxio::master
