// SliceKeeper: the kept slices of one listing: takes them from the cache while what they show is
// what would be written, and keeps those that are asked for again.
//
//   if (KeptSlicePtr kept = keeper.Take(folder, path, after)) ... append it, go on behind its next
//   keeper.Begin(children);      // before the first of them is written
//   keeper.End(added, written, next);
//
// All in one hold of the tree lock, shared. A stamp that is taken before the writing begins is
// older than all that is written, so a change in between makes the slice useless, never wrong. What
// a power loss could take back is not kept: a reply that has a kept slice has nothing to wait for.
// Used by one thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "master/ops/file_info_builder.h"
#include "master/ops/fs_parts.h"
#include "master/ops/listing_cache.h"
#include "master/tree/inode_view.h"

namespace alluxio::master {

class SliceKeeper {
 public:
  SliceKeeper(const FsParts& parts, MountInfo mount_info)
      : parts_(parts), mount_info_(mount_info) {}

  KeptSlicePtr Take(InodeView folder, std::string_view path, std::string_view after);
  void Begin(std::span<const InodeView> children);
  // The first `added` of them are `written`; `next` as in KeptSlice.
  void End(size_t added, std::string_view written, std::string_view next);

 private:
  struct Draft {
    SliceKey key;
    std::shared_ptr<KeptSlice> slice;
    size_t children = 0;  // of the folder
    std::span<const InodeView> listed;
  };

  const FsParts& parts_;
  const MountInfo mount_info_;
  std::optional<Draft> draft_;  // of a slice that is worth keeping
};

}  // namespace alluxio::master
