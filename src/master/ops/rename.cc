// Rename: moves a file or directory inside one mount; the under store first.
//
// What is persisted is moved in the under store between two entries of the journal: the first says
// what is going to happen, the second is the rename itself. A master that ends in between, or an
// under store that fails half way, leaves an edit that Resume() finishes.
#include "base/log.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_before.h"
#include "master/ops/done_counts.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/ops/persist_progress.h"
#include "master/ops/persist_schedule.h"
#include "master/ops/store_move.h"
#include "master/ops/store_repairs.h"
#include "master/ops/stray_parents.h"
#include "master/ops/temporaries.h"
#include "master/ops/ufs_parents.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

class Renaming {
 public:
  Renaming(const FsParts& parts, OpContext& context, std::string from, std::string to,
           const RenameOptions& options)
      : parts_(parts),
        context_(context),
        from_(std::move(from)),
        to_(std::move(to)),
        options_(options),
        access_(parts, context),
        ufs_(parts, context) {}

  Status Run();
  // Goes on with an edit that ended half way; its paths are locked. OK when the edit is over.
  Status Resume(const StoreEdit& edit);

 private:
  Status CheckPaths() const;
  SyncWish Wish() const;
  Status Freshen();
  // A file that is in the cache alone, and replaces nothing, moves in one step, for which a look at
  // the path locks is enough. Where there is more to do `done` stays false and nothing has changed.
  Status MoveAtOnce(bool* done);
  Status Check(const WalkResult& from, const WalkResult& to);
  // One round under the tree lock; sets what the under store must do first.
  Status Round(PathClaim& claim, bool* done);
  void Begin(EditContext& edits, InodeView inode, bool replaces);
  Status RenameInUfs(PathClaim& claim);
  // The under store has moved the paths, or some of it: puts it back, or leaves it to be finished.
  // Returns what to answer.
  Status GiveUp(PathClaim& claim, const Status& why);
  void EndInPlace();
  Status DropStrayCopy();
  Status Record(const WalkResult& from, const WalkResult& to);

  const FsParts& parts_;
  OpContext& context_;
  const std::string from_;
  const std::string to_;
  const RenameOptions& options_;
  OpAccess access_;
  UfsParents ufs_;
  bool parents_ready_ = true;
  bool in_ufs_ = false;
  bool moved_in_ufs_ = false;
  bool replaces_ = false;
  std::optional<StoreEdit> begun_;
  journal::Position begun_at_ = 0;
  bool stray_copy_ = false;
  std::string stray_temporary_;  // what that copy could still be made from
  bool stray_dropped_ = false;
  std::vector<BlockId> old_blocks_;
};

Status Renaming::CheckPaths() const {
  if (from_ == "/") return InvalidArgument("The root directory cannot be renamed");
  if (to_ == "/") return InvalidArgument("Cannot rename a path to the root directory");
  MountPointPtr from = parts_.mounts->MountOf(from_);
  MountPointPtr to = parts_.mounts->MountOf(to_);
  if (parts_.mounts->IsMountPoint(to_)) {
    return InvalidArgument(to_ + " is a mount point and cannot be renamed onto");
  }
  if (from->id != to->id) {
    return InvalidArgument("Renaming " + from_ + " to " + to_ + " is a cross mount operation");
  }
  if (parts_.mounts->ContainsMountPoint(from_)) {
    return InvalidArgument("Renaming " + from_ + " to " + to_ + " is a cross mount operation");
  }
  if (from_ != to_ && IsSameOrBelow(to_, from_)) {
    return InvalidArgument("Cannot rename because " + from_ + " is a prefix of " + to_);
  }
  return OkStatus();
}

SyncWish Renaming::Wish() const {
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  wish.interval_ms = options_.common.sync_interval_ms;
  return wish;
}

Status Renaming::MoveAtOnce(bool* done) {
  WriterLock lock(parts_.tree->lock());
  const PathLocks& locks = *parts_.locks;
  bool blocked = locks.Blocked(from_, PathLockKind::kTree) ||
                 locks.Blocked(to_, PathLockKind::kTree);
  if (blocked) return OkStatus();
  WalkResult from = parts_.tree->Walk(from_);
  WalkResult to = parts_.tree->Walk(to_);
  if (!from.found() || to.found() || !to.parent_found()) return OkStatus();
  InodeView inode = from.last();
  bool alone = inode.is_file() && inode.persistence() == PersistenceState::kNotPersisted &&
               !MayHaveStrayCopy(inode);
  if (!alone) return OkStatus();
  SyncWish wish = Wish();
  int64_t now_ms = context_.NowMs();
  bool fresh = !parts_.sync->Needed(from, wish, now_ms) &&
               !parts_.sync->ParentNeeded(to, wish, now_ms);
  wish.load = LoadMetadataType::kNever;
  if (!fresh || parts_.sync->Needed(to, wish, now_ms)) return OkStatus();
  RETURN_IF_ERROR(Check(from, to));
  {
    EditContext probe(*parts_.ledger, context_);
    RETURN_IF_ERROR(probe.CheckAdmitted());
  }
  *done = true;
  return Record(from, to);
}

Status Renaming::Freshen() {
  SyncWish wish = Wish();
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, from_, wish));
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, std::string(ParentPath(to_)), wish));
  bool persisted = false;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(from_);
    persisted = walk.found() && walk.last().persistence() != PersistenceState::kNotPersisted;
  }
  // Something that is or will be in the under store must not replace what is there already.
  if (!persisted) wish.load = LoadMetadataType::kNever;
  return parts_.sync->Freshen(context_, to_, wish);
}

Status Renaming::Check(const WalkResult& from, const WalkResult& to) {
  RETURN_IF_ERROR(access_.CheckTraverse(from));
  if (!from.found()) {
    parts_.tree->NoteRead(from, context_);
    return PathMissing(from_);
  }
  RETURN_IF_ERROR(access_.CheckParent(from, Bits::kWrite));
  RETURN_IF_ERROR(CheckOnly(options_.only_id, from.last(), from_));
  if (!to.found() && (to.missing_count() > 1 || to.last().is_file())) {
    RETURN_IF_ERROR(access_.CheckTraverse(to));
    return PathMissing(std::string(ParentPath(to_)));
  }
  RETURN_IF_ERROR(access_.CheckParent(to, Bits::kWrite));
  if (to.found()) {
    bool replaces = options_.overwrite && to.last().is_file() && from.last().is_file();
    if (!replaces) {
      return AlreadyExists("Cannot rename because destination already exists. src: " + from_ +
                           " dst: " + to_);
    }
  }
  RETURN_IF_ERROR(parts_.mounts->CheckWritable(from_));
  return parts_.mounts->CheckWritable(to_);
}

Status Renaming::Record(const WalkResult& from, const WalkResult& to) {
  EditContext edits(*parts_.ledger, context_);
  InodeView inode = from.last();
  InodeId new_parent = to.found() ? to.parent().id() : to.last().id();
  bool was_persisted = inode.persistence() == PersistenceState::kPersisted;
  if (was_persisted) ufs_.RecordPersisted(edits, to, to.depth());
  if (to.found()) {
    old_blocks_ = to.last().block_ids();
    InodeDelete deletion;
    deletion.id = to.last().id();
    deletion.time_ms = context_.NowMs();
    deletion.path = to_;
    edits.Record(DeleteEdit(deletion));
  }
  if (options_.persist && inode.is_file() && inode.completed() &&
      inode.persistence() == PersistenceState::kNotPersisted) {
    InodeUpdate update;
    update.id = inode.id();
    update.persistence = PersistenceState::kToBePersisted;
    parts_.persists->Release(inode.id());
    edits.Record(UpdateInodeEdit(update));
  }
  InodeRename rename;
  rename.id = inode.id();
  rename.new_parent_id = new_parent;
  rename.new_name = std::string(BaseName(to_));
  rename.time_ms = context_.NowMs();
  rename.path = from_;
  rename.new_path = to_;
  Edit outcome = RenameEdit(rename);
  if (begun_) MarkEnd(begun_->inode, &outcome);
  edits.RecordOutcome(std::move(outcome));
  DoneCounts::Get().paths_renamed.Add();
  parts_.sync->Appeared(to_);
  return OkStatus();
}

Status Renaming::Round(PathClaim& claim, bool* done) {
  WriterLock lock(parts_.tree->lock());
  RETURN_IF_ERROR(claim.Check());
  WalkResult from = parts_.tree->Walk(from_);
  WalkResult to = parts_.tree->Walk(to_);
  if (from_ == to_ && from.found()) {
    *done = true;
    return access_.CheckParent(from, Bits::kWrite);
  }
  RETURN_IF_ERROR(Check(from, to));
  InodeView inode = from.last();
  in_ufs_ = inode.persistence() == PersistenceState::kPersisted;
  // What is there may be the copy of a file that it was created over.
  if (in_ufs_ && inode.is_file() && !inode.completed()) {
    return FailedPrecondition("Cannot rename " + from_ + ": it is still being written through");
  }
  if (in_ufs_ && !moved_in_ufs_) {
    RETURN_IF_ERROR(parts_.mounts->CheckUfsAllowed(*parts_.mounts->MountOf(from_), true));
    parents_ready_ = ufs_.Plan(to, to.depth(), {});
    if (!parents_ready_) return OkStatus();
    if (!context_.may_block()) return WouldBlock();
    EditContext edits(*parts_.ledger, context_);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    Begin(edits, inode, to.found());
    return OkStatus();
  }
  stray_copy_ = MayHaveStrayCopy(inode);
  // One that a worker is at is moved to where the file is then.
  if (stray_copy_ && inode.persist_job_id() == -1) stray_temporary_ = FormerTemporary(inode);
  if (stray_copy_ && !stray_dropped_) {
    return parts_.mounts->CheckUfsAllowed(*parts_.mounts->MountOf(from_), true);
  }
  EditContext probe(*parts_.ledger, context_);
  if (!moved_in_ufs_) RETURN_IF_ERROR(probe.CheckAdmitted());
  *done = true;
  return Record(from, to);
}

void Renaming::Begin(EditContext& edits, InodeView inode, bool replaces) {
  StoreEdit edit;
  edit.inode = inode.id();
  edit.kind = StoreEdit::Kind::kRename;
  edit.path = from_;
  edit.to = to_;
  edit.user = context_.user();
  edit.operation = context_.operation_id();
  InodeUpdate nothing;
  nothing.id = inode.id();
  Edit carrier = UpdateInodeEdit(nothing);
  MarkBegin(edit, &carrier);
  edits.Record(std::move(carrier));
  begun_at_ = edits.last();
  begun_ = std::move(edit);
  replaces_ = replaces;
}

Status Renaming::RenameInUfs(PathClaim& claim) {
  RETURN_IF_ERROR(parts_.ledger->journal->WaitDurable(begun_at_));
  MountResolution from = parts_.mounts->Resolve(from_);
  MountResolution to = parts_.mounts->Resolve(to_);
  auto ufs = parts_.mounts->OpenUfs(*from.mount);
  if (!ufs.ok()) {
    EndInPlace();
    return ufs.status();
  }
  StoreMove move(**ufs, from.key, to.key, parts_.settings.ufs_calls_at_once);
  Status moved = move.Run(false);
  moved_in_ufs_ = moved.ok();
  if (moved.ok()) return OkStatus();
  Status failed = UnknownError("Failed to rename " + from.ufs_uri + " to " + to.ufs_uri +
                               " in the under file system: " + moved.message());
  if (move.touched()) return GiveUp(claim, failed);
  EndInPlace();
  return failed;
}

Status Renaming::GiveUp(PathClaim& claim, const Status& why) {
  MountResolution from = parts_.mounts->Resolve(from_);
  MountResolution to = parts_.mounts->Resolve(to_);
  // What was replaced cannot be brought back, so that goes forward only.
  if (!replaces_) {
    auto ufs = parts_.mounts->OpenUfs(*from.mount);
    Status undone = ufs.status();
    if (ufs.ok()) {
      undone = StoreMove(**ufs, to.key, from.key, parts_.settings.ufs_calls_at_once).Run(true);
    }
    if (undone.ok()) {
      EndInPlace();
      return why;
    }
    LOG_ERROR("rename {} to {}: the under store could not be put back: {}", from_, to_,
              undone.ToString());
  }
  parts_.repairs->Add(*begun_, claim.GiveAway(), why.message());
  return Unavailable("Rename of " + from_ + " to " + to_ +
                     " ended half way and is being finished: " + why.message());
}

void Renaming::EndInPlace() {
  WriterLock lock(parts_.tree->lock());
  InodeUpdate nothing;
  // An inode that went meanwhile cannot carry the mark; the root can.
  nothing.id = parts_.tree->Find(begun_->inode) ? begun_->inode : kRootId;
  Edit carrier = UpdateInodeEdit(nothing);
  MarkEnd(begun_->inode, &carrier);
  EditContext edits(*parts_.ledger, context_);
  edits.Record(std::move(carrier));
}

Status Renaming::Resume(const StoreEdit& edit) {
  begun_ = edit;
  MountResolution from = parts_.mounts->Resolve(from_);
  MountResolution to = parts_.mounts->Resolve(to_);
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*from.mount));
  StoreMove move(*ufs, from.key, to.key, parts_.settings.ufs_calls_at_once);
  Status moved = move.Run(true);
  bool never_began = !moved.ok() && !ufs->is_object_store() && !move.touched();
  bool gone = moved.Is(StatusCode::kNotFound);
  if (!moved.ok() && !gone && !never_began) return moved;
  if (moved.ok()) {
    WriterLock lock(parts_.tree->lock());
    WalkResult source = parts_.tree->Walk(from_);
    WalkResult target = parts_.tree->Walk(to_);
    bool fits = source.found() && source.last().id() == edit.inode &&
                (target.found() ? target.last().is_file() && source.last().is_file()
                                : target.missing_count() == 1 && target.last().is_directory());
    if (fits) RETURN_IF_ERROR(Record(source, target));
    gone = !fits;
  }
  if (gone || never_began) {
    LOG_ERROR("rename {} to {} of an earlier run: not done: {}", from_, to_, moved.ToString());
    EndInPlace();
    parts_.sync->MarkDirty(from_, context_.NowMs());
    parts_.sync->MarkDirty(to_, context_.NowMs());
  }
  return old_blocks_.empty() ? OkStatus() : parts_.blocks->RemoveBlocks(context_, old_blocks_);
}

Status Renaming::DropStrayCopy() {
  if (!context_.may_block()) return WouldBlock();
  if (!stray_temporary_.empty()) RETURN_IF_ERROR(DropTemporary(parts_, stray_temporary_));
  MountResolution from = parts_.mounts->Resolve(from_);
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*from.mount));
  Status dropped = ufs->DeleteFile(from.key);
  if (!dropped.ok() && !dropped.Is(StatusCode::kNotFound)) return dropped;
  stray_dropped_ = true;
  return OkStatus();
}

Status Renaming::Run() {
  RETURN_IF_ERROR(CheckPaths());
  bool done = false;
  RETURN_IF_ERROR(MoveAtOnce(&done));
  if (done) return OkStatus();
  RETURN_IF_ERROR(Freshen());
  PathClaim claim(parts_, context_,
                  {{from_, PathLockKind::kTree}, {to_, PathLockKind::kTree}});
  RETURN_IF_ERROR(claim.Take());
  RETURN_IF_ERROR(NoteStrayParents(parts_, context_, from_));
  while (true) {
    Status round = Round(claim, &done);
    if (!round.ok() && moved_in_ufs_) return GiveUp(claim, round);
    RETURN_IF_ERROR(round);
    if (done) break;
    if (stray_copy_) {
      RETURN_IF_ERROR(DropStrayCopy());
    } else if (!parents_ready_) {
      RETURN_IF_ERROR(ufs_.Make());
    } else {
      RETURN_IF_ERROR(RenameInUfs(claim));
    }
  }
  return old_blocks_.empty() ? OkStatus() : parts_.blocks->RemoveBlocks(context_, old_blocks_);
}

}  // namespace

Status FsOperations::Rename(OpContext& context, const std::string& from_text,
                            const std::string& to_text, const RenameOptions& options) {
  ASSIGN_OR_RETURN(std::string from, CleanPath(from_text));
  ASSIGN_OR_RETURN(std::string to, CleanPath(to_text));
  if (DoneBefore(parts_, context)) return OkStatus();
  Status renamed = Renaming(parts_, context, std::move(from), std::move(to), options).Run();
  return UnlessDoneMeanwhile(parts_, context, std::move(renamed));
}

Status FsOperations::FinishRename(OpContext& context, const StoreEdit& edit) {
  return Renaming(parts_, context, edit.path, edit.to, {}).Resume(edit);
}

}  // namespace alluxio::master
