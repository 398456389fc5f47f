// SetAcl: changes the access control list of one inode, or of a tree.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

Status CheckEntries(const std::string& path, SetAclAction action,
                    const std::vector<AclEntry>& entries) {
  bool base[3] = {false, false, false};
  bool access = false;
  for (const AclEntry& entry : entries) {
    bool named = entry.type == AclEntryType::kNamedUser || entry.type == AclEntryType::kNamedGroup;
    // The subject of an entry that is not named means nothing; clients send the owner's name.
    if (named && entry.subject.empty()) {
      return InvalidArgument("set acl of " + path + ": an entry has no subject");
    }
    if (entry.is_default) continue;
    access = true;
    if (entry.type == AclEntryType::kOwner) base[0] = true;
    if (entry.type == AclEntryType::kOwningGroup) base[1] = true;
    if (entry.type == AclEntryType::kOther) base[2] = true;
    bool is_base = !named && entry.type != AclEntryType::kMask;
    if (action == SetAclAction::kRemove && is_base) {
      return InvalidArgument("set acl of " + path +
                             ": the entries of owner, owning group and other cannot be removed");
    }
  }
  if (action == SetAclAction::kReplace && access && !(base[0] && base[1] && base[2])) {
    return InvalidArgument("Replacing ACL must contain all the base entries, but is missing: " +
                           std::string(base[0] ? "" : "OWNER ") + (base[1] ? "" : "OWNING_GROUP ") +
                           (base[2] ? "" : "OTHER"));
  }
  return OkStatus();
}

// The mode an access list would have after the change, for the under store; only base entries
// matter there.
Mode ModeAfter(Mode mode, SetAclAction action, const std::vector<AclEntry>& entries) {
  if (action != SetAclAction::kReplace && action != SetAclAction::kModify) return mode;
  for (const AclEntry& entry : entries) {
    if (entry.is_default) continue;
    int shift = entry.type == AclEntryType::kOwner         ? 6
                : entry.type == AclEntryType::kOwningGroup ? 3
                : entry.type == AclEntryType::kOther       ? 0
                                                           : -1;
    if (shift < 0) continue;
    mode.bits = static_cast<uint16_t>((mode.bits & ~(7 << shift)) |
                                      (static_cast<uint16_t>(entry.bits) << shift));
  }
  return mode;
}

struct Target {
  InodeId id = kNoInode;
  std::string path;
  bool is_directory = false;
  std::optional<Mode> ufs_mode;  // to be set in the under store
};

Status Collect(const FsParts& parts, OpContext& context, OpAccess& access, const std::string& path,
               SetAclAction action, const std::vector<AclEntry>& entries, bool recursive,
               std::vector<Target>* targets) {
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts.tree->lock());
    WalkResult walk = parts.tree->Walk(path);
    RETURN_IF_ERROR(access.CheckTraverse(walk));
    parts.tree->NoteRead(walk, context);
    if (!walk.found()) return PathMissing(path);
    RETURN_IF_ERROR(parts.mounts->CheckWritable(path));
    bool has_default = action == SetAclAction::kRemoveDefault;
    for (const AclEntry& entry : entries) has_default = has_default || entry.is_default;
    if (walk.last().is_file() && has_default && action != SetAclAction::kRemoveDefault) {
      return UnknownError("Can not set default ACL for a file");
    }
    top = walk.last().id();
  }
  SubtreeWalk walk(top, path, SubtreeWalk::Order::kParentsFirst);
  Status refused;
  do {
    RETURN_IF_ERROR(context.CheckAlive());
    ReaderLock lock(parts.tree->lock());
    walk.Next(*parts.tree, recursive ? parts.settings.walk_slice : 1,
              [&](InodeView inode, std::string_view at) {
                refused = access.CheckInodeOwner(inode, at);
                Target target{inode.id(), std::string(at), inode.is_directory(), {}};
                Mode after = ModeAfter(inode.mode(), action, entries);
                bool in_ufs = inode.persistence() == PersistenceState::kPersisted &&
                              (inode.is_directory() || inode.completed());
                if (in_ufs && !(after == inode.mode())) target.ufs_mode = after;
                targets->push_back(std::move(target));
                return refused.ok();
              });
    RETURN_IF_ERROR(refused);
    if (recursive && !walk.done() && !context.may_block()) return WouldBlock();
  } while (recursive && !walk.done());
  return OkStatus();
}

Status SetModeInUfs(const FsParts& parts, const Target& target) {
  MountResolution at = parts.mounts->Resolve(target.path);
  RETURN_IF_ERROR(parts.mounts->CheckUfsAllowed(*at.mount, true));
  ASSIGN_OR_RETURN(auto ufs, parts.mounts->OpenUfs(*at.mount));
  if (ufs->is_object_store()) return OkStatus();
  return ufs->SetMode(at.key, *target.ufs_mode).WithContext("set acl of " + at.ufs_uri);
}

}  // namespace

Status FsOperations::SetAcl(OpContext& context, const std::string& text, SetAclAction action,
                            const std::vector<AclEntry>& entries, const SetAclOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  RETURN_IF_ERROR(CheckEntries(path, action, entries));
  OpAccess access(parts_, context);
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  wish.interval_ms = options.common.sync_interval_ms;
  RETURN_IF_ERROR(parts_.sync->Freshen(context, path, wish));
  PathClaim claim(parts_, context,
                  {{path, options.recursive ? PathLockKind::kTree : PathLockKind::kWrite}});
  RETURN_IF_ERROR(claim.TakeNow());
  std::vector<Target> targets;
  RETURN_IF_ERROR(
      Collect(parts_, context, access, path, action, entries, options.recursive, &targets));
  for (const Target& target : targets) {
    if (!target.ufs_mode) continue;
    if (!context.may_block()) return WouldBlock();
    RETURN_IF_ERROR(SetModeInUfs(parts_, target));
  }
  for (size_t begin = 0; begin < targets.size(); begin += parts_.settings.walk_slice) {
    WriterLock lock(parts_.tree->lock());
    EditContext edits(*parts_.ledger, context);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    size_t end = std::min(targets.size(), begin + parts_.settings.walk_slice);
    for (size_t i = begin; i < end; ++i) {
      if (!parts_.tree->Find(targets[i].id)) continue;
      AclChange change;
      change.id = targets[i].id;
      change.time_ms = context.NowMs();
      change.action = action;
      for (const AclEntry& entry : entries) {
        // A recursive change with default entries means the directories.
        if (!entry.is_default || targets[i].is_directory) change.entries.push_back(entry);
      }
      edits.Record(SetAclEdit(change));
    }
  }
  return OkStatus();
}

}  // namespace alluxio::master
