// GetFilePath: the path of an inode id.
#include "master/ops/fs_operations.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

Result<std::string> FsOperations::GetFilePath(OpContext& context, InodeId id) {
  ReaderLock lock(parts_.tree->lock());
  InodeView inode = parts_.tree->FindToShow(id, context);
  if (!inode) return NotFound("inodeId " + std::to_string(id) + " does not exist");
  return parts_.tree->PathOf(inode);
}

Result<std::vector<InodeId>> FsOperations::GetPinnedFileIds(OpContext&) {
  ReaderLock lock(parts_.tree->lock());
  const InodeIndexes& indexes = parts_.tree->indexes();
  std::vector<InodeId> ids(indexes.pinned_files().begin(), indexes.pinned_files().end());
  // A file that waits to be persisted must not lose its only copy.
  for (InodeId id : indexes.to_be_persisted()) {
    if (!indexes.pinned_files().contains(id)) ids.push_back(id);
  }
  return ids;
}

}  // namespace alluxio::master
