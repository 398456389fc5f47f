// Mount: a folder of an under store appears in the namespace.
#include "env/rng.h"
#include "master/mount/mount_table.h"
#include "master/mount/ufs_uri.h"
#include "master/ops/done_counts.h"
#include "master/ops/fs_operations.h"
#include "master/ops/new_inodes.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

class Mounting {
 public:
  Mounting(const FsParts& parts, OpContext& context, MountPoint mount)
      : parts_(parts),
        context_(context),
        mount_(std::move(mount)),
        access_(parts, context),
        ufs_(parts, context),
        creator_(parts, context, access_, ufs_) {}

  Status Run();

 private:
  Status Check(const WalkResult& walk);
  Status CheckShadow() const;
  Status Record(const ufs::UfsStatus& root);

  const FsParts& parts_;
  OpContext& context_;
  const MountPoint mount_;
  OpAccess access_;
  UfsParents ufs_;
  NewInodes creator_;
};

Status Mounting::Check(const WalkResult& walk) {
  RETURN_IF_ERROR(access_.CheckParent(walk, Bits::kWrite));
  if (walk.found()) {
    return InvalidArgument("Mount point target path " + mount_.path +
                           " already exists in Alluxio namespace. Try mounting to another path.");
  }
  RETURN_IF_ERROR(parts_.mounts->CheckNew(mount_.path, mount_.ufs_uri));
  if (walk.file_in_the_way()) return FileInTheWay(walk);
  if (!walk.parent_found()) {
    size_t missing = walk.inodes.size();
    return NotFound("Failed to mount " + mount_.ufs_uri + " at " + mount_.path + ":\nFile " +
                    mount_.path + " creation failed. Component " + std::to_string(missing) + "(" +
                    std::string(walk.component(missing - 1)) + ") does not exist");
  }
  return OkStatus();
}

// What the store above has at the path would be out of reach behind the mount.
Status Mounting::CheckShadow() const {
  MountResolution at = parts_.mounts->Resolve(mount_.path);
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*at.mount));
  Status there = ufs->Stat(at.key).status();
  if (there.Is(StatusCode::kNotFound)) return OkStatus();
  RETURN_IF_ERROR(there);
  return InvalidArgument("Mount path " + mount_.path + " shadows an existing path " + at.ufs_uri +
                         " in the parent underlying filesystem");
}

Status Mounting::Record(const ufs::UfsStatus& root) {
  WriterLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(mount_.path);
  RETURN_IF_ERROR(Check(walk));
  RETURN_IF_ERROR(creator_.EnsureIds(1));
  EditContext edits(*parts_.ledger, context_);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  NewInodeOptions options;
  options.directory_mode = root.mode;
  options.persisted = true;
  options.mount_point = true;
  InodeView parent = walk.last();
  creator_.TouchParent(edits, parent);
  ASSIGN_OR_RETURN(InodeView made,
                   creator_.RecordDirectory(edits, parent, mount_.path, {}, options, false));
  InodeUpdate update;
  update.id = made.id();
  update.owner = root.owner;
  update.group = root.group;
  if (mount_.shared) {
    auto owner = static_cast<uint16_t>(root.mode.owner());
    update.mode = Mode{static_cast<uint16_t>(root.mode.bits | (owner << 3) | owner)};
  }
  edits.Record(UpdateInodeEdit(update));
  edits.RecordOutcome(MountTable::AddEdit(mount_));
  DoneCounts::Get().paths_mounted.Add();
  return OkStatus();
}

Status Mounting::Run() {
  if (mount_.path == "/") return AlreadyExists("Mount point / already exists");
  SyncWish wish;
  wish.load = LoadMetadataType::kOnce;
  RETURN_IF_ERROR(
      parts_.sync->Freshen(context_, std::string(ParentPath(mount_.path)), wish));
  {
    ReaderLock lock(parts_.tree->lock());
    RETURN_IF_ERROR(Check(parts_.tree->Walk(mount_.path)));
  }
  if (!context_.may_block()) return WouldBlock();
  PathClaim claim(parts_, context_, {{mount_.path, PathLockKind::kTree}});
  RETURN_IF_ERROR(claim.Take());
  RETURN_IF_ERROR(CheckShadow());
  auto ufs = parts_.mounts->TryOpen(mount_);
  if (!ufs.ok()) return ufs.status().WithContext("Failed to mount " + mount_.ufs_uri);
  auto root = (*ufs)->Stat("");
  if (root.status().Is(StatusCode::kNotFound)) {
    return NotFound("Ufs path " + mount_.ufs_uri + " does not exist");
  }
  if (!root.ok()) {
    return UnknownError("Failed to mount " + mount_.ufs_uri + " at " + mount_.path + ": " +
                        root.status().message());
  }
  if (!root->is_directory) {
    return InvalidArgument("Ufs path " + mount_.ufs_uri + " is not a directory");
  }
  RETURN_IF_ERROR(Record(*root));
  parts_.sync->Forget();
  return OkStatus();
}

}  // namespace

Status FsOperations::Mount(OpContext& context, const std::string& text,
                           const std::string& ufs_uri, const MountOptions& options) {
  MountPoint mount;
  ASSIGN_OR_RETURN(mount.path, CleanPath(text));
  mount.ufs_uri = ufs_uri;
  while (mount.ufs_uri.size() > 1 && mount.ufs_uri.ends_with('/') &&
         !mount.ufs_uri.ends_with("://")) {
    mount.ufs_uri.pop_back();
  }
  mount.id = parts_.rng->NonNegativeId();
  mount.read_only = options.read_only || TakesNoWrites(mount.ufs_uri);
  mount.shared = options.shared;
  mount.properties = options.properties;
  RETURN_IF_ERROR(CheckOptions(mount));
  if (options.remount && parts_.mounts->IsMountPoint(mount.path)) {
    RETURN_IF_ERROR(Unmount(context, mount.path));
  }
  return Mounting(parts_, context, std::move(mount)).Run();
}

}  // namespace alluxio::master
