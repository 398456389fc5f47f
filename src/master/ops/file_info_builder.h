// FileInfoBuilder: everything a client is told about an inode.
#pragma once

#include <string_view>

#include "master/ops/fs_parts.h"
#include "master/tree/inode_view.h"
#include "model/file_info.h"
#include "model/fs_options.h"

namespace alluxio::master {

// Whether ufs_path and mount_id are filled in.
enum class MountInfo { kShown, kLeftOut };

inline MountInfo MountInfoOf(const ListStatusOptions& options) {
  return options.exclude_mount_info ? MountInfo::kLeftOut : MountInfo::kShown;
}

class FileInfoBuilder {
 public:
  explicit FileInfoBuilder(const FsParts& parts, MountInfo mount_info = MountInfo::kShown)
      : parts_(parts), mount_info_(mount_info) {}

  // The caller holds the tree lock; takes block and mount locks below it. A file has a block info
  // for each of its blocks, also for one that no worker has committed.
  FileInfo Build(InodeView inode, std::string_view path) const;

 private:
  void FillBlocks(InodeView inode, FileInfo* info) const;

  const FsParts& parts_;
  const MountInfo mount_info_;
};

}  // namespace alluxio::master
