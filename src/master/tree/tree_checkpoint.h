// TreeCheckpoint: the INODE_TREE part of a checkpoint, in the form of Alluxio's HEAP metastore.
// Room-internal. Writing takes no lock and changes nothing.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "master/tree/inode_tree.h"
#include "master/tree/seen_keys.h"

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
  Status AddInodes(std::span<const ::alluxio::proto::meta::Inode> inodes);
  void Prefetch(const ::alluxio::proto::meta::Inode& inode) const;
  Status AddInode(const ::alluxio::proto::meta::Inode& inode);
  bool HasId(InodeId id);
  bool HasChild(uint32_t parent, std::string_view name);
  Status FillFile(uint32_t slot, const ::alluxio::proto::meta::Inode& inode);
  Status CheckRooted(uint32_t slot) const;
  Status LinkOrphans();

  InodeTree& tree_;
  // Of a bounded tree: what came before was mostly moved out to the disk, where to look for each
  // inode in vain would cost more than all the rest.
  SeenKeys seen_ids_;
  SeenKeys seen_places_;
  // Inodes that came before their parents.
  std::vector<std::pair<uint32_t, InodeId>> waiting_;
};

}  // namespace alluxio::master
