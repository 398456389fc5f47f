// UpdateMount: new options for a mount that stays where it is.
#include "env/rng.h"
#include "master/mount/mount_table.h"
#include "master/mount/ufs_uri.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/state/edit_context.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {

Status FsOperations::UpdateMount(OpContext& context, const std::string& text,
                                 const MountOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  OpAccess access(parts_, context);
  MountPoint mount;
  {
    ReaderLock lock(parts_.tree->lock());
    RETURN_IF_ERROR(access.CheckParent(parts_.tree->Walk(path), Bits::kWrite));
    MountPointPtr current = parts_.mounts->Find(path);
    if (path == "/") {
      return InvalidArgument("Failed to update mount point at /. Please ensure the path is an " +
                             std::string("existing mount point and not root."));
    }
    if (current == nullptr) {
      return InvalidArgument("Failed to update mount properties for " + path +
                             ". Please ensure the path is an existing mount point.");
    }
    mount = *current;
  }
  // Workers open an under store once for each id: they must open this one again.
  mount.id = parts_.rng->NonNegativeId();
  mount.read_only = options.read_only || TakesNoWrites(mount.ufs_uri);
  mount.shared = options.shared;
  mount.properties = options.properties;
  RETURN_IF_ERROR(CheckOptions(mount));
  if (!context.may_block()) return WouldBlock();
  PathClaim claim(parts_, context, {{path, PathLockKind::kTree}});
  RETURN_IF_ERROR(claim.Take());
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->TryOpen(mount));
  auto root = ufs->Stat("");
  if (!root.ok()) return root.status().WithContext("update mount " + path);
  WriterLock lock(parts_.tree->lock());
  if (!parts_.mounts->IsMountPoint(path)) return PathMissing(path);
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  // One entry, which replaces the old one: a crash leaves the one mount or the other.
  edits.RecordOutcome(MountTable::AddEdit(mount));
  parts_.sync->Forget();
  return OkStatus();
}

}  // namespace alluxio::master
