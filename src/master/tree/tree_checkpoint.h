// TreeCheckpoint: the INODE_TREE part of a checkpoint, in the form of Alluxio's HEAP metastore.
// Room-internal. Writing takes no lock and changes nothing.
#pragma once

#include <utility>
#include <vector>

#include "base/status.h"
#include "master/tree/inode_tree.h"

namespace alluxio::journal {
class MessageWriter;
}

namespace alluxio::proto::meta {
class Inode;
}

namespace alluxio::master {

class TreeCheckpoint {
 public:
  explicit TreeCheckpoint(InodeTree& tree) : tree_(tree) {}

  static Status Write(const InodeTree& tree, journal::CheckpointSink& sink);
  // Into an empty tree. The indexes are rebuilt from the inodes, so the id lists are not needed.
  // Inodes that are not reachable from the root are left out, with a warning that counts them.
  Status Read(journal::CheckpointSource& source);

 private:
  static Status WriteCold(const InodeTree& tree, journal::MessageWriter& writer);
  Status ReadInodes(journal::CheckpointSource& source);
  Status AddInode(const ::alluxio::proto::meta::Inode& inode);
  Status FillFile(uint32_t slot, const ::alluxio::proto::meta::Inode& inode);
  Status CheckRooted(uint32_t slot) const;
  Status LinkOrphans();

  InodeTree& tree_;
  // Inodes that came before their parents.
  std::vector<std::pair<uint32_t, InodeId>> waiting_;
};

}  // namespace alluxio::master
