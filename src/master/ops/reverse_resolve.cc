// ReverseResolve: where an under-store address is in the namespace.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"

namespace alluxio::master {

Result<std::string> FsOperations::ReverseResolve(OpContext&, const std::string& ufs_uri) {
  return parts_.mounts->ReverseResolve(ufs_uri);
}

}  // namespace alluxio::master
