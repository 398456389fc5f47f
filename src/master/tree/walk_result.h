// WalkResult: how far a path leads into the tree.
#pragma once

#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "master/tree/inode_view.h"

namespace alluxio::master {

struct WalkResult {
  // Clean path that was walked; the string_views below point into it.
  std::string path;
  // The inodes that exist along the path, root first; never empty.
  absl::InlinedVector<InodeView, 12> inodes;
  // Offsets into `path` where each component's name begins; component i is inodes[i + 1]'s.
  absl::InlinedVector<uint32_t, 12> starts;

  bool found() const { return inodes.size() == starts.size() + 1; }
  // The deepest inode that exists; the target itself when found().
  InodeView last() const { return inodes.back(); }
  // Parent of the target: exists when found() or when only the last component is missing. Root's
  // parent is no inode.
  InodeView parent() const;
  bool parent_found() const { return inodes.size() >= starts.size() && !starts.empty(); }
  size_t missing_count() const { return starts.size() + 1 - inodes.size(); }
  // True when the walk ended early because last() is a file.
  bool file_in_the_way() const { return !found() && last().is_file(); }

  size_t depth() const { return starts.size(); }
  std::string_view component(size_t i) const;
  // Path of inodes[i]: "/" for 0. Also names missing prefixes, up to i == depth().
  std::string_view prefix(size_t i) const;
  std::string_view base_name() const { return starts.empty() ? "" : component(depth() - 1); }
};

}  // namespace alluxio::master
