// UpdateUfsMode: takes an under store out of use, or makes it read-only, for maintenance.
#include "master/mount/mount_table.h"
#include "master/mount/ufs_uri.h"
#include "master/ops/fs_operations.h"
#include "master/state/edit_context.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

Status FsOperations::UpdateUfsMode(OpContext& context, const std::string& ufs_uri, UfsMode mode) {
  ASSIGN_OR_RETURN(UfsUri wanted, UfsUri::Parse(ufs_uri));
  ASSIGN_OR_RETURN(Edit edit, MountTable::ModeEdit(ufs_uri, mode));
  WriterLock lock(parts_.tree->lock());
  bool known = false;
  for (const MountPointPtr& mount : parts_.mounts->List()) {
    auto base = UfsUri::Parse(mount->ufs_uri);
    known = known || (base.ok() && base->root == wanted.root);
  }
  if (!known) return InvalidArgument("No mount of under store " + wanted.StoreText());
  EditContext edits(*parts_.ledger, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  edits.Record(std::move(edit));
  return OkStatus();
}

}  // namespace alluxio::master
