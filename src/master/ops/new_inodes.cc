#include "master/ops/new_inodes.h"

#include <algorithm>

#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_counts.h"
#include "master/ops/op_errors.h"
#include "master/sync/directory_id_supply.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {

InheritedAcl Inherit(const DefaultAcl& from, Mode wanted) {
  InheritedAcl inherited;
  // With named entries the mask is what the wanted group bits filter, not the group's own entry.
  uint16_t kept = from.extended.mask ? 0070 : 0;
  inherited.mode.bits = static_cast<uint16_t>(from.mode.bits & (wanted.bits | kept));
  inherited.acl = from.extended;
  if (inherited.acl.mask) {
    inherited.acl.mask = static_cast<Bits>(static_cast<uint8_t>(*inherited.acl.mask) &
                                           static_cast<uint8_t>(wanted.group()));
  }
  return inherited;
}

Status NewInodes::Freshen(const NewPath& path) {
  SyncWish wish;
  wish.interval_ms = path.sync_interval_ms;
  // What will reach the under store must not land on, or hide, what is there already. What is for
  // the cache alone only looks where it would fail otherwise.
  if (!path.cache_only()) wish.load = LoadMetadataType::kOnce;
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, path.path, wish));
  if (path.recursive || !path.cache_only()) return OkStatus();
  wish.load = LoadMetadataType::kOnce;
  return parts_.sync->Freshen(context_, std::string(ParentPath(path.path)), wish);
}

bool NewInodes::IsStale(const WalkResult& walk, const NewPath& path) const {
  SyncWish wish;
  wish.interval_ms = path.sync_interval_ms;
  int64_t now_ms = context_.NowMs();
  if (parts_.sync->Needed(walk, wish, now_ms)) return true;
  if (path.recursive) return false;
  wish.load = LoadMetadataType::kOnce;
  if (walk.parent_found()) return parts_.sync->ParentNeeded(walk, wish, now_ms);
  return parts_.sync->Needed(parts_.tree->Walk(ParentPath(path.path)), wish, now_ms);
}

Status NewInodes::CheckAncestors(const WalkResult& walk, const NewPath& path) {
  if (walk.file_in_the_way()) {
    parts_.tree->NoteRead(walk, context_);
    return FileInTheWay(walk);
  }
  RETURN_IF_ERROR(access_.CheckParent(walk, Bits::kWrite));
  if (path.check_bucket && walk.depth() > 1 && walk.inodes.size() < 2) {
    return NotFound("Bucket " + std::string(walk.component(0)) + " doesn't exist.");
  }
  if (!walk.found() && walk.missing_count() > 1 && !path.recursive) {
    size_t missing = walk.inodes.size();
    return NotFound("File " + path.path + " creation failed. Component " +
                    std::to_string(missing) + "(" + std::string(walk.component(missing - 1)) +
                    ") does not exist");
  }
  RETURN_IF_ERROR(parts_.mounts->CheckWritable(path.path));
  if (!path.through()) return OkStatus();
  return parts_.mounts->CheckUfsAllowed(*parts_.mounts->MountOf(path.path), true);
}

NewInode NewInodes::Start(InodeView parent, const std::string& path, Mode mode,
                          const NewInodeOptions& options) {
  NewInode inode;
  inode.parent_id = parent.id();
  inode.name = std::string(BaseName(path));
  inode.path = path;
  inode.pinned = parent.pinned();
  if (inode.pinned) inode.media = parent.media();
  inode.creation_time_ms = context_.NowMs();
  inode.modification_time_ms = inode.creation_time_ms;
  inode.access_time_ms = inode.creation_time_ms;
  inode.ttl_ms = options.ttl_ms;
  inode.ttl_action = options.ttl_action;
  inode.owner = access_.identity().user;
  inode.group = access_.identity().primary_group();
  inode.mode = mode;
  if (auto list = parent.default_acl()) {
    InheritedAcl inherited = Inherit(*list, mode);
    inode.mode = inherited.mode;
    inode.acl = std::move(inherited.acl);
  }
  if (parts_.mounts->MountOf(path)->shared) {
    auto owner = static_cast<uint16_t>(inode.mode.owner());
    inode.mode.bits = static_cast<uint16_t>(inode.mode.bits | (owner << 3) | owner);
  }
  if (options.persisted) inode.persistence = PersistenceState::kPersisted;
  return inode;
}

Status NewInodes::EnsureIds(size_t count) {
  return DirectoryIdSupply(*parts_.directory_ids, *parts_.blocks, *parts_.ledger)
      .Ensure(context_, count);
}

Result<InodeView> NewInodes::RecordDirectories(EditContext& edits, const WalkResult& walk,
                                               size_t count, const NewInodeOptions& options) {
  if (options.persisted) ufs_.RecordPersisted(edits, walk, count);
  size_t have = std::min(walk.inodes.size(), count);
  InodeId deepest = walk.inodes[have - 1].id();
  for (size_t i = have; i < count; ++i) {
    InodeView parent = parts_.tree->Find(deepest);
    if (i == have) TouchParent(edits, parent);
    ASSIGN_OR_RETURN(InodeView made,
                     RecordDirectory(edits, parts_.tree->Find(deepest),
                                     std::string(walk.prefix(i)), options.ancestor_xattr, options,
                                     false));
    deepest = made.id();
  }
  return parts_.tree->Find(deepest);
}

Result<InodeView> NewInodes::RecordDirectory(EditContext& edits, InodeView parent,
                                             const std::string& path,
                                             const std::map<std::string, std::string>& xattr,
                                             const NewInodeOptions& options, bool outcome) {
  NewDirectory directory;
  directory.inode = Start(parent, path, options.directory_mode, options);
  directory.inode.id = parts_.directory_ids->Next();
  directory.inode.xattr = xattr;
  directory.default_acl = parent.default_acl();
  directory.mount_point = options.mount_point;
  // What was created empty in the under store just now holds nothing to be loaded.
  directory.children_loaded = options.persisted && ufs_.Created(path);
  InodeId id = directory.inode.id;
  edits.Record(parts_.directory_ids->TakeEdit());
  if (outcome) {
    edits.RecordOutcome(NewDirectoryEdit(directory));
  } else {
    edits.Record(NewDirectoryEdit(directory));
  }
  DoneCounts::Get().directories_created.Add();
  parts_.sync->Appeared(path);
  return parts_.tree->Find(id);
}

void NewInodes::TouchParent(EditContext& edits, InodeView parent) {
  int64_t now_ms = context_.NowMs();
  if (parent.modification_time_ms() >= now_ms) return;
  InodeUpdate update;
  update.id = parent.id();
  update.modification_time_ms = now_ms;
  update.access_time_ms = now_ms;
  edits.Record(UpdateInodeEdit(update));
}

}  // namespace alluxio::master
