// GetMountTable: every mount with its options; secrets are not shown.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/state/edit_context.h"
#include "master/state/op_context.h"

namespace alluxio::master {

Result<std::map<std::string, MountPointInfo>> FsOperations::GetMountTable(OpContext& context,
                                                                          bool check_ufs) {
  if (check_ufs && !context.may_block()) return WouldBlock();
  std::map<std::string, MountPointInfo> table;
  const std::vector<MountPointPtr> mounts = parts_.mounts->List();
  // After the look: what it saw was appended before.
  context.SawPosition(parts_.ledger->journal->appended());
  for (const MountPointPtr& mount : mounts) {
    MountPointInfo info;
    info.ufs_uri = mount->ufs_uri;
    size_t scheme = mount->ufs_uri.find("://");
    info.ufs_type = scheme == std::string::npos ? "local" : mount->ufs_uri.substr(0, scheme);
    info.read_only = mount->read_only;
    info.shared = mount->shared;
    info.mount_id = mount->id;
    info.properties = RedactedProperties(*mount);
    if (check_ufs) {
      // An under store that does not answer leaves its numbers unknown, and the table readable.
      auto ufs = parts_.mounts->OpenUfs(*mount);
      if (ufs.ok()) {
        info.ufs_type = std::string((*ufs)->type());
        if (auto space = (*ufs)->Space(); space.ok()) {
          info.ufs_capacity_bytes = space->capacity_bytes;
          info.ufs_used_bytes = space->used_bytes;
        }
      }
    }
    table[mount->path] = std::move(info);
  }
  return table;
}

}  // namespace alluxio::master
