// What was half done in an under store when a master ended, or when the store failed, and could not
// be undone: adopted before this master serves, finished by a chore.
#include "base/log.h"
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/ops/store_repairs.h"
#include "master/state/op_context.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "master/tree/path_locks.h"
#include "master/tree/subtree_walk.h"

namespace alluxio::master {
namespace {

OpContextOptions ContextOf(const StoreEdit& edit, const Clock& clock) {
  OpContextOptions options;
  options.user = edit.user;
  options.clock = &clock;
  options.may_block = true;
  options.operation_id = edit.operation;  // a client that asks again finds it done
  return options;
}

// The directories at and below `path`, as far as they are known.
std::vector<std::string> DirectoriesBelow(const FsParts& parts, const std::string& path) {
  std::vector<std::string> directories;
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts.tree->lock());
    WalkResult walk = parts.tree->Walk(path);
    if (!walk.found()) return directories;
    top = walk.last().id();
  }
  SubtreeWalk walk(top, path, SubtreeWalk::Order::kParentsFirst);
  while (!walk.done()) {
    ReaderLock lock(parts.tree->lock());
    walk.Next(*parts.tree, parts.settings.walk_slice, [&](InodeView inode, std::string_view at) {
      if (inode.is_directory()) directories.emplace_back(at);
      return true;
    });
  }
  return directories;
}

}  // namespace

void FsOperations::AdoptStoreEdits() {
  std::vector<StoreEdit> left;
  {
    ReaderLock lock(parts_.tree->lock());
    left = parts_.store_edits->All();
  }
  for (StoreEdit& edit : left) {
    LOG_WARN("ops: half done by an earlier run, to be finished path={} to={} user={}", edit.path,
             edit.to, edit.user);
    PathLockHold hold;
    if (edit.kind == StoreEdit::Kind::kRename) {
      hold = parts_.locks->TryAcquire(
          {{edit.path, PathLockKind::kTree}, {edit.to, PathLockKind::kTree}});
    } else {
      // Whoever comes first compares with the under store.
      parts_.sync->MarkDirty(edit.path, Clock::Real().NowMs());
    }
    parts_.repairs->Add(std::move(edit), std::move(hold), "this master has just started");
  }
}

void FsOperations::RepairStoreEdits(const Clock& clock) {
  if (parts_.repairs->size() == 0) return;
  for (const StoreEdit& edit : parts_.repairs->TakeDue(clock.Monotonic())) {
    OpContext context(ContextOf(edit, clock));
    Status finished = edit.kind == StoreEdit::Kind::kRename ? FinishRename(context, edit)
                                                            : FinishDelete(context, edit);
    if (finished.ok()) {
      LOG_INFO("ops: finished what was half done path={} to={}", edit.path, edit.to);
      parts_.repairs->Done(edit.inode);
      continue;
    }
    LOG_ERROR("ops: half done and not finished yet path={} to={} error={}", edit.path, edit.to,
              finished.ToString());
    parts_.repairs->Retry(edit.inode, clock.Monotonic(), finished.message());
  }
}

// The copies that are gone say how far it got: the namespace follows them and keeps the rest.
Status FsOperations::FinishDelete(OpContext& context, const StoreEdit& edit) {
  SyncWish wish;
  wish.interval_ms = 0;
  RETURN_IF_ERROR(parts_.sync->Freshen(context, edit.path, wish));
  wish.children = true;
  for (const std::string& directory : DirectoriesBelow(parts_, edit.path)) {
    RETURN_IF_ERROR(parts_.sync->Freshen(context, directory, wish));
  }
  WriterLock lock(parts_.tree->lock());
  bool gone = !parts_.tree->Find(edit.inode);
  InodeUpdate nothing;
  nothing.id = gone ? kRootId : edit.inode;
  Edit carrier = UpdateInodeEdit(nothing);
  MarkEnd(edit.inode, &carrier);
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  // What is still there is deleted when the client asks again.
  if (gone) {
    edits.RecordOutcome(std::move(carrier));
  } else {
    edits.Record(std::move(carrier));
  }
  return OkStatus();
}

}  // namespace alluxio::master
