// SetAttribute: owner, group, mode, pin, time to live, replication, attributes; of one inode or of
// a tree.
#include "base/log.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_before.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/ops/persist_schedule.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

class AttributeChange {
 public:
  AttributeChange(const FsParts& parts, OpContext& context, std::string path,
                  const SetAttributeOptions& options)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        access_(parts, context) {}

  Status Run();

 private:
  struct Target {
    InodeId id = kNoInode;
    std::string path;
    bool in_ufs = false;
    std::string fingerprint;  // after the change in the under store; "" = unknown
  };

  bool ChangesUfs() const { return options_.owner || options_.group || options_.mode; }
  bool WholeTree() const { return options_.recursive || options_.pinned.has_value(); }
  Status CheckOptions() const;
  Status CheckOne(InodeView inode, std::string_view path);
  Status Collect(std::vector<Target>* targets);
  Status ChangeUfs(Target& target);
  Status Record(const std::vector<Target>& targets);
  // The edits of one inode, in order.
  std::vector<Edit> EditsOf(const Target& target);
  void AddReplication(InodeView file, std::vector<Edit>* edits);

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const SetAttributeOptions& options_;
  OpAccess access_;
};

Status AttributeChange::CheckOptions() const {
  if (options_.persisted && !*options_.persisted) {
    return InvalidArgument("set attributes of " + path_ +
                           ": a file cannot be made not persisted again");
  }
  if (options_.replication_max && *options_.replication_max < -1) {
    return InvalidArgument("set attributes of " + path_ + ": replicationMax must be -1 or more");
  }
  if (options_.replication_max && options_.replication_min && *options_.replication_max >= 0 &&
      *options_.replication_min > *options_.replication_max) {
    return InvalidArgument("set attributes of " + path_ +
                           ": replicationMin is larger than replicationMax");
  }
  return OkStatus();
}

Status AttributeChange::CheckOne(InodeView inode, std::string_view path) {
  if (options_.owner) {
    RETURN_IF_ERROR(parts_.access->CheckSuperuser(access_.identity()));
  } else if (options_.group || options_.mode) {
    RETURN_IF_ERROR(access_.CheckInodeOwner(inode, path));
    if (options_.group) {
      RETURN_IF_ERROR(parts_.access->CheckMember(access_.identity(), *options_.group));
    }
  } else {
    RETURN_IF_ERROR(access_.CheckInode(inode, path, Bits::kWrite));
  }
  if (!inode.is_file() || (!options_.replication_min && !options_.replication_max)) {
    return OkStatus();
  }
  int32_t max = options_.replication_max.value_or(inode.replication_max());
  int32_t min = options_.replication_min.value_or(inode.replication_min());
  if (max >= 0 && min > max) {
    return InvalidArgument("set attributes of " + std::string(path) + ": replicationMin " +
                           std::to_string(min) + " is larger than replicationMax " +
                           std::to_string(max));
  }
  return OkStatus();
}

Status AttributeChange::Collect(std::vector<Target>* targets) {
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path_);
    RETURN_IF_ERROR(access_.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context_);
    if (!walk.found()) return PathMissing(path_);
    RETURN_IF_ERROR(parts_.mounts->CheckWritable(path_));
    if ((options_.replication_min || options_.replication_max) && walk.last().is_directory() &&
        !options_.recursive) {
      return MustBeFile(path_);
    }
    top = walk.last().id();
  }
  SubtreeWalk walk(top, path_, SubtreeWalk::Order::kParentsFirst);
  Status refused;
  do {
    RETURN_IF_ERROR(context_.CheckAlive());
    ReaderLock lock(parts_.tree->lock());
    walk.Next(*parts_.tree, WholeTree() ? parts_.settings.walk_slice : 1,
              [&](InodeView inode, std::string_view at) {
                refused = CheckOne(inode, at);
                bool persisted = inode.persistence() == PersistenceState::kPersisted &&
                                 (inode.is_directory() || inode.completed());
                targets->push_back({inode.id(), std::string(at), persisted, ""});
                return refused.ok();
              });
    RETURN_IF_ERROR(refused);
    if (!walk.done() && WholeTree() && !context_.may_block()) return WouldBlock();
  } while (WholeTree() && !walk.done());
  return OkStatus();
}

Status AttributeChange::ChangeUfs(Target& target) {
  MountResolution at = parts_.mounts->Resolve(target.path);
  RETURN_IF_ERROR(parts_.mounts->CheckUfsAllowed(*at.mount, true));
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*at.mount));
  if (ufs->is_object_store()) return OkStatus();  // It has neither owners nor modes.
  auto failed = [&](const char* call, const Status& why) {
    LOG_WARN("set attributes of {}: {}: {}", target.path, call, why.message());
    return PermissionDenied(std::string("Could not ") + call + " for UFS file " + at.ufs_uri +
                            " . Aborting the setAttribute operation in Alluxio.");
  };
  if (options_.owner || options_.group) {
    Status changed =
        ufs->SetOwner(at.key, options_.owner.value_or(""), options_.group.value_or(""));
    if (!changed.ok()) return failed("setOwner", changed);
  }
  if (options_.mode) {
    Status changed = ufs->SetMode(at.key, *options_.mode);
    if (!changed.ok()) return failed("setMode", changed);
  }
  auto status = ufs->Stat(at.key);
  if (status.ok()) target.fingerprint = ufs::Fingerprint(ufs->type(), *status);
  return OkStatus();
}

void AttributeChange::AddReplication(InodeView file, std::vector<Edit>* edits) {
  if (!options_.replication_min && !options_.replication_max) return;
  FileUpdate update;
  update.id = file.id();
  update.replication_min = options_.replication_min.value_or(file.replication_min());
  update.replication_max = options_.replication_max.value_or(file.replication_max());
  bool keep = *update.replication_min > 0;
  edits->push_back(UpdateFileEdit(update));
  if (options_.pinned || keep == file.pinned()) return;
  InodeUpdate pin;  // A file that must keep a copy is pinned.
  pin.id = update.id;
  pin.pinned = keep;
  edits->push_back(UpdateInodeEdit(pin));
}

std::vector<Edit> AttributeChange::EditsOf(const Target& target) {
  std::vector<Edit> edits;
  InodeView inode = parts_.tree->Find(target.id);
  if (!inode) return edits;
  InodeUpdate update;
  update.id = target.id;
  update.owner = options_.owner;
  update.group = options_.group;
  update.mode = options_.mode;
  update.pinned = options_.pinned;
  if (options_.pinned && *options_.pinned) update.media = options_.pinned_media;
  update.ttl_ms = options_.common.ttl_ms;
  if (options_.common.ttl_ms) update.ttl_action = options_.common.ttl_action;
  if (options_.xattr) {
    update.xattr = *options_.xattr;
    update.xattr_update = options_.xattr_update;
  }
  if (!target.fingerprint.empty() && inode.is_file()) update.ufs_fingerprint = target.fingerprint;
  update.modification_time_ms = context_.NowMs();
  if (options_.persisted && inode.is_file() && inode.completed() &&
      inode.persistence() == PersistenceState::kNotPersisted) {
    update.persistence = PersistenceState::kToBePersisted;
  }
  edits.push_back(UpdateInodeEdit(update));
  if (inode.is_file()) AddReplication(inode, &edits);
  if (inode.is_file() || !options_.children_loaded) return edits;
  DirectoryUpdate directory;
  directory.id = target.id;
  directory.children_loaded = options_.children_loaded;
  edits.push_back(UpdateDirectoryEdit(directory));
  return edits;
}

Status AttributeChange::Record(const std::vector<Target>& targets) {
  size_t slice = parts_.settings.walk_slice;
  for (size_t begin = 0; begin < targets.size(); begin += slice) {
    WriterLock lock(parts_.tree->lock());
    EditContext edits(*parts_.ledger, context_);
    RETURN_IF_ERROR(edits.CheckAdmitted());
    for (size_t i = begin; i < std::min(targets.size(), begin + slice); ++i) {
      std::vector<Edit> one = EditsOf(targets[i]);
      for (size_t n = 0; n < one.size(); ++n) {
        // The very last says that the operation is done: a repetition would set again what
        // somebody else has set since.
        bool last = i + 1 == targets.size() && n + 1 == one.size();
        last ? edits.RecordOutcome(std::move(one[n])) : edits.Record(std::move(one[n]));
      }
    }
  }
  return OkStatus();
}

Status AttributeChange::Run() {
  RETURN_IF_ERROR(CheckOptions());
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  wish.interval_ms = options_.common.sync_interval_ms;
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, path_, wish));
  PathClaim claim(parts_, context_,
                  {{path_, WholeTree() ? PathLockKind::kTree : PathLockKind::kWrite}});
  RETURN_IF_ERROR(claim.TakeNow());
  std::vector<Target> targets;
  RETURN_IF_ERROR(Collect(&targets));
  if (ChangesUfs()) {
    for (Target& target : targets) {
      if (!target.in_ufs) continue;
      if (!context_.may_block()) return WouldBlock();
      // What was changed already stays changed; the namespace follows only when all went well.
      RETURN_IF_ERROR(ChangeUfs(target));
    }
  }
  return Record(targets);
}

}  // namespace

Status FsOperations::SetAttribute(OpContext& context, const std::string& text,
                                  const SetAttributeOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  if (DoneBefore(parts_, context)) return OkStatus();
  return AttributeChange(parts_, context, std::move(path), options).Run();
}

}  // namespace alluxio::master
