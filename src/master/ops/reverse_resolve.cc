// ReverseResolve: where an under-store address is in the namespace.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/state/edit_context.h"
#include "master/state/op_context.h"

namespace alluxio::master {

Result<std::string> FsOperations::ReverseResolve(OpContext& context,
                                                 const std::string& ufs_uri) {
  Result<std::string> path = parts_.mounts->ReverseResolve(ufs_uri);
  context.SawPosition(parts_.ledger->journal->appended());
  return path;
}

}  // namespace alluxio::master
