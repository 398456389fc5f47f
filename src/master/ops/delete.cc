// Delete: a file, or a directory with everything below it, children first.
//
// Copies in an under store go before the inodes do, slice by slice, between two marks in the
// journal. After a crash in between, what the under store has lost already is taken out of the
// namespace too, and the rest stays: the caller never got an answer.
#include <set>
#include <utility>

#include "base/log.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_before.h"
#include "master/ops/done_counts.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/parallel_calls.h"
#include "master/ops/path_claim.h"
#include "master/ops/persist_progress.h"
#include "master/ops/stray_parents.h"
#include "master/ops/temporaries.h"
#include "master/state/store_edits.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

constexpr size_t kFewFiles = 8;  // not worth threads

// An inode that is to go, as it was seen under the lock.
struct Doomed {
  InodeId id = kNoInode;
  std::string path;
  bool is_directory = false;
  bool in_ufs = false;
  bool mount_point = false;
  std::string temporary;  // of an attempt to persist it
  Status refused;  // not OK: it stays, and so do its ancestors
};

class Deletion {
 public:
  Deletion(const FsParts& parts, OpContext& context, std::string path,
           const DeleteOptions& options, bool trusted, bool unmounting = false)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        unmounting_(unmounting),
        access_(parts, context, trusted) {}

  Status Run();

 private:
  Status Check(const WalkResult& walk);
  // A file that is in the cache alone goes in one step, for which a look at the path locks is
  // enough. Where there is more to do `done` stays false, and nothing has changed.
  Status RemoveAtOnce(const SyncWish& wish, bool* done);
  Status RemoveInSteps(const SyncWish& wish);
  Status RemoveBlocks();
  Status Inspect(bool* needs_ufs, bool* is_directory);
  std::vector<Doomed> NextSlice(SubtreeWalk& walk);
  Status Begin(InodeId top);
  void EndInPlace();
  Status RemoveAll(InodeId top);
  Status RemoveFromUfs(const Doomed& doomed);
  void RemoveCopies(std::vector<Doomed>& slice);
  Status RemoveSlice(std::vector<Doomed>& slice);
  void RecordOne(EditContext& edits, const Doomed& doomed);
  Status MarkParent();
  void Keep(const Doomed& doomed, const Status& why);
  bool KeptBelow(const std::string& path) const;
  Status Failure() const;

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const DeleteOptions& options_;
  const bool unmounting_;
  OpAccess access_;
  std::set<std::string> kept_;
  std::vector<std::string> reasons_;
  InodeId begun_ = kNoInode;  // the edit is marked in the journal as under way
  std::vector<BlockId> blocks_;
};

Status Deletion::Check(const WalkResult& walk) {
  if (!walk.found()) {
    RETURN_IF_ERROR(access_.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context_);
    return PathMissing(path_);
  }
  RETURN_IF_ERROR(access_.CheckParent(walk, Bits::kWrite));
  InodeView inode = walk.last();
  RETURN_IF_ERROR(CheckOnly(options_.only_id, inode, path_));
  // A mount's read-only flag must not keep the mount itself from being taken off.
  if (!unmounting_) RETURN_IF_ERROR(parts_.mounts->CheckWritable(path_));
  if (inode.is_directory() && !options_.recursive && inode.child_count() > 0) {
    return FailedPrecondition("Cannot delete non-empty directory " + path_ +
                              " because recursive is set to false");
  }
  if (!options_.delete_mount_point && parts_.mounts->ContainsMountPoint(path_)) {
    return PermissionDenied("Cannot delete path " + path_ +
                            " which is or contains a mount point without "
                            "--deleteMountPoint/-m option specified");
  }
  return OkStatus();
}

Status Deletion::RemoveAtOnce(const SyncWish& wish, bool* done) {
  WriterLock lock(parts_.tree->lock());
  if (parts_.locks->Blocked(path_, PathLockKind::kTree)) return OkStatus();
  WalkResult walk = parts_.tree->Walk(path_);
  if (!walk.found() || walk.last().is_directory() || MayBeInUfs(walk.last())) return OkStatus();
  if (parts_.sync->Needed(walk, wish, context_.NowMs())) return OkStatus();
  RETURN_IF_ERROR(Check(walk));
  EditContext edits(*parts_.ledger, context_);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  Doomed doomed;
  doomed.id = walk.last().id();
  doomed.path = path_;
  RecordOne(edits, doomed);
  *done = true;
  return OkStatus();
}

Status Deletion::Inspect(bool* needs_ufs, bool* is_directory) {
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path_);
  RETURN_IF_ERROR(Check(walk));
  *is_directory = walk.last().is_directory();
  *needs_ufs = !options_.alluxio_only &&
               MayBeInUfs(walk.last()) && !parts_.mounts->IsMountPoint(path_);
  if (!*needs_ufs) return OkStatus();
  return parts_.mounts->CheckUfsAllowed(*parts_.mounts->MountOf(path_), true);
}

std::vector<Doomed> Deletion::NextSlice(SubtreeWalk& walk) {
  std::vector<Doomed> slice;
  ReaderLock lock(parts_.tree->lock());
  walk.Next(*parts_.tree, parts_.settings.walk_slice, [&](InodeView inode, std::string_view at) {
    Doomed doomed;
    doomed.id = inode.id();
    doomed.path = std::string(at);
    doomed.is_directory = inode.is_directory();
    doomed.mount_point = parts_.mounts->IsMountPoint(at);
    // What lies below a mount point that is taken off stays in its under store.
    MountPointPtr mount = parts_.mounts->MountOf(at);
    bool foreign = mount->path != "/" && IsSameOrBelow(mount->path, path_);
    doomed.in_ufs = !options_.alluxio_only && !foreign && MayBeInUfs(inode);
    if (doomed.in_ufs && MayHaveStrayCopy(inode)) doomed.temporary = FormerTemporary(inode);
    if (inode.parent() && at != path_) {
      // To take something out of a directory one must be allowed to write it.
      doomed.refused = access_.CheckInode(inode.parent(), at, Bits::kWriteExecute);
    }
    slice.push_back(std::move(doomed));
    return true;
  });
  return slice;
}

bool Deletion::KeptBelow(const std::string& path) const {
  auto next = kept_.lower_bound(path + "/");
  return next != kept_.end() && IsSameOrBelow(*next, path);
}

void Deletion::Keep(const Doomed& doomed, const Status& why) {
  kept_.insert(doomed.path);
  if (reasons_.size() < 100) reasons_.push_back(doomed.path + " (" + why.message() + ")");
}

Status Deletion::RemoveFromUfs(const Doomed& doomed) {
  if (!doomed.in_ufs) return OkStatus();
  // First: the copy that goes next must not be made again out of it.
  if (!doomed.temporary.empty()) RETURN_IF_ERROR(DropTemporary(parts_, doomed.temporary));
  MountResolution at = parts_.mounts->Resolve(doomed.path);
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*at.mount));
  // Not recursive: an under-store directory with files the namespace does not know of stays.
  Status removed = doomed.is_directory
                       ? ufs->DeleteDirectory(at.key, options_.recursive && options_.unchecked)
                       : ufs->DeleteFile(at.key);
  if (doomed.is_directory && removed.Is(StatusCode::kFailedPrecondition)) {
    return FailedPrecondition("UFS dir not in sync. Sync UFS, or delete with unchecked flag.");
  }
  if (removed.ok() || removed.Is(StatusCode::kNotFound)) return OkStatus();
  // An answer may have got lost on its way.
  Status left = ufs->Stat(at.key).status();
  if (left.Is(StatusCode::kNotFound)) return OkStatus();
  // Nobody knows: the next access compares.
  if (!left.ok()) parts_.sync->MarkDirty(doomed.path, context_.NowMs());
  return removed;
}

void Deletion::RecordOne(EditContext& edits, const Doomed& doomed) {
  InodeView inode = parts_.tree->Find(doomed.id);
  if (!inode || (inode.is_directory() && inode.child_count() > 0)) {
    if (inode) Keep(doomed, FailedPrecondition("directory is not empty any more"));
    return;
  }
  if (inode.is_file()) {
    for (BlockId block : inode.block_ids()) blocks_.push_back(block);
  }
  if (doomed.mount_point && parts_.mounts->IsMountPoint(doomed.path)) {
    edits.Record(MountTable::DeleteEdit(doomed.path));
    DoneCounts::Get().paths_unmounted.Add();
  }
  DoneCounts::Get().paths_deleted.Add();
  InodeDelete deletion;
  deletion.id = doomed.id;
  deletion.time_ms = context_.NowMs();
  deletion.path = doomed.path;
  if (doomed.path == path_) {
    Edit outcome = DeleteEdit(deletion);
    if (begun_ != kNoInode) MarkEnd(std::exchange(begun_, kNoInode), &outcome);
    edits.RecordOutcome(std::move(outcome));
  } else {
    edits.Record(DeleteEdit(deletion));
  }
}

// Files at once, many together; then directories, which are empty only when what was below is gone.
void Deletion::RemoveCopies(std::vector<Doomed>& slice) {
  std::vector<Doomed*> files;
  for (Doomed& doomed : slice) {
    if (!doomed.is_directory && doomed.in_ufs && doomed.refused.ok()) files.push_back(&doomed);
  }
  ParallelCalls calls{.count = files.size(), .stop_at_error = false};
  // A local folder answers at once.
  calls.at_once = files.size() < kFewFiles ? 1 : parts_.settings.ufs_calls_at_once;
  LogIfError(RunCalls(calls,
                      [&](size_t i) {
                        files[i]->refused = RemoveFromUfs(*files[i]);
                        return OkStatus();
                      }),
             "deleting copies");
  for (Doomed& doomed : slice) {
    if (doomed.is_directory && KeptBelow(doomed.path)) {
      doomed.refused = FailedPrecondition("a child could not be deleted");
    }
    if (doomed.is_directory && doomed.refused.ok()) doomed.refused = RemoveFromUfs(doomed);
    if (!doomed.refused.ok()) Keep(doomed, doomed.refused);
  }
}

Status Deletion::RemoveSlice(std::vector<Doomed>& slice) {
  {
    // Once a copy is gone its inode has to go, whatever the journal says then.
    EditContext probe(*parts_.ledger, context_);
    RETURN_IF_ERROR(probe.CheckAdmitted());
  }
  RemoveCopies(slice);
  WriterLock lock(parts_.tree->lock());
  EditContext edits(*parts_.ledger, context_);
  for (const Doomed& doomed : slice) {
    if (doomed.refused.ok()) RecordOne(edits, doomed);
  }
  return OkStatus();
}

// A listing of the parent loads the deleted path again from the under store, or does not.
Status Deletion::MarkParent() {
  WriterLock lock(parts_.tree->lock());
  EditContext edits(*parts_.ledger, context_);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  WalkResult parent = parts_.tree->Walk(ParentPath(path_));
  if (!parent.found() || !parent.last().is_directory()) return OkStatus();
  DirectoryUpdate update;
  update.id = parent.last().id();
  update.children_loaded = !*options_.sync_parent_next_time;
  edits.Record(UpdateDirectoryEdit(update));
  return OkStatus();
}

Status Deletion::Begin(InodeId top) {
  StoreEdit edit;
  edit.inode = top;
  edit.kind = StoreEdit::Kind::kDelete;
  edit.path = path_;
  edit.user = context_.user();
  edit.operation = context_.operation_id();
  journal::Position position = 0;
  {
    WriterLock lock(parts_.tree->lock());
    EditContext edits(*parts_.ledger, context_);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    InodeUpdate nothing;
    nothing.id = top;
    Edit carrier = UpdateInodeEdit(nothing);
    MarkBegin(edit, &carrier);
    edits.Record(std::move(carrier));
    position = edits.last();
  }
  begun_ = top;
  return parts_.ledger->journal->WaitDurable(position);
}

// The directory itself stays.
void Deletion::EndInPlace() {
  WriterLock lock(parts_.tree->lock());
  InodeUpdate nothing;
  nothing.id = parts_.tree->Find(begun_) ? begun_ : kRootId;
  Edit carrier = UpdateInodeEdit(nothing);
  MarkEnd(std::exchange(begun_, kNoInode), &carrier);
  EditContext edits(*parts_.ledger, context_);
  edits.Record(std::move(carrier));
}

Status Deletion::Failure() const {
  if (kept_.empty()) return OkStatus();
  std::string text = "Failed to delete " + std::to_string(kept_.size()) +
                     " paths from the under file system: ";
  for (size_t i = 0; i < reasons_.size(); ++i) text += (i > 0 ? ", " : "") + reasons_[i];
  if (reasons_.size() < kept_.size()) text += ", ...";
  return FailedPrecondition(std::move(text));
}

Status Deletion::Run() {
  if (path_ == "/") {
    return PermissionDenied("Cannot delete path / which is or contains a mount point without "
                            "--deleteMountPoint/-m option specified");
  }
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  wish.interval_ms = options_.common.sync_interval_ms;
  bool done = false;
  RETURN_IF_ERROR(RemoveAtOnce(wish, &done));
  RETURN_IF_ERROR(done ? RemoveBlocks() : RemoveInSteps(wish));
  if (options_.delete_mount_point) parts_.sync->Forget();
  RETURN_IF_ERROR(Failure());
  bool mark = options_.alluxio_only && options_.sync_parent_next_time.has_value();
  return mark ? MarkParent() : OkStatus();
}

Status Deletion::RemoveInSteps(const SyncWish& wish) {
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, path_, wish));
  bool needs_ufs = false;
  bool is_directory = false;
  RETURN_IF_ERROR(Inspect(&needs_ufs, &is_directory));
  if (needs_ufs && !context_.may_block()) return WouldBlock();
  if (needs_ufs && is_directory && options_.recursive && !options_.unchecked) {
    // What is only in the under store goes too, so it has to be known, and may be refused.
    RETURN_IF_ERROR(parts_.sync->LoadSubtree(context_, path_));
  }
  PathClaim claim(parts_, context_, {{path_, PathLockKind::kTree}});
  RETURN_IF_ERROR(claim.TakeNow());
  if (!options_.alluxio_only) RETURN_IF_ERROR(NoteStrayParents(parts_, context_, path_));
  RETURN_IF_ERROR(Inspect(&needs_ufs, &is_directory));
  if (needs_ufs && !context_.may_block()) return WouldBlock();
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts_.tree->lock());
    top = parts_.tree->Walk(path_).last().id();
  }
  if (needs_ufs) RETURN_IF_ERROR(Begin(top));
  Status removed = RemoveAll(top);
  if (begun_ != kNoInode) EndInPlace();
  return removed;
}

Status Deletion::RemoveBlocks() {
  if (blocks_.empty()) return OkStatus();
  std::vector<BlockId> blocks = std::exchange(blocks_, {});
  return parts_.blocks->RemoveBlocks(context_, blocks);
}

Status Deletion::RemoveAll(InodeId top) {
  SubtreeWalk walk(top, path_, SubtreeWalk::Order::kChildrenFirst);
  std::vector<Doomed> slice = NextSlice(walk);
  // A large directory would hold a transport thread for long.
  if (!walk.done() && !context_.may_block()) return WouldBlock();
  while (true) {
    RETURN_IF_ERROR(RemoveSlice(slice));
    RETURN_IF_ERROR(RemoveBlocks());
    if (walk.done()) return OkStatus();
    RETURN_IF_ERROR(context_.CheckAlive());
    slice = NextSlice(walk);
  }
}

// Whether this very operation began the deletion, under a master that did not end it: that the path
// is gone is its doing then.
bool BegunBefore(const FsParts& parts, OpContext& context) {
  if (!context.operation_id()) return false;
  {
    ReaderLock lock(parts.tree->lock());
    for (const StoreEdit& edit : parts.store_edits->All()) {
      bool same = edit.kind == StoreEdit::Kind::kDelete && edit.operation == context.operation_id();
      if (!same) continue;
      context.SawPosition(parts.ledger->journal->appended());
      return true;
    }
  }
  return DoneBefore(parts, context).has_value();  // it may have been finished just now
}

}  // namespace

Status FsOperations::Delete(OpContext& context, const std::string& text,
                            const DeleteOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  if (DoneBefore(parts_, context)) return OkStatus();
  Status removed = Deletion(parts_, context, std::move(path), options, false).Run();
  bool begun = removed.Is(StatusCode::kNotFound) && BegunBefore(parts_, context);
  return begun ? OkStatus() : removed;
}

Status FsOperations::RemoveMounted(OpContext& context, const std::string& path,
                                   const DeleteOptions& options) {
  return Deletion(parts_, context, path, options, true, true).Run();
}

Status FsOperations::DeleteExpired(OpContext& context, const std::string& path,
                                   const DeleteOptions& options) {
  return Deletion(parts_, context, path, options, true).Run();
}

}  // namespace alluxio::master
