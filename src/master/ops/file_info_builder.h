// FileInfoBuilder: everything a client is told about an inode.
#pragma once

#include <string_view>

#include "master/ops/fs_parts.h"
#include "master/tree/inode_view.h"
#include "model/file_info.h"

namespace alluxio::master {

class FileInfoBuilder {
 public:
  explicit FileInfoBuilder(const FsParts& parts) : parts_(parts) {}

  // The caller holds the tree lock; takes block and mount locks below it. A file has a block info
  // for each of its blocks, also for one that no worker has committed.
  FileInfo Build(InodeView inode, std::string_view path) const;

 private:
  void FillBlocks(InodeView inode, FileInfo* info) const;

  const FsParts& parts_;
};

}  // namespace alluxio::master
