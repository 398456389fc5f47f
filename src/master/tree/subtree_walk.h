// SubtreeWalk: visits an inode and everything below it in slices, giving the tree lock up between.
//
//   SubtreeWalk walk(top, SubtreeWalk::Order::kChildrenFirst);
//   while (!walk.done()) {
//     ReaderLock lock(tree.lock());
//     walk.Next(tree, 1000, [&](InodeView inode, std::string_view path) { ... return true; });
//   }
//
// It remembers where it is by directory ids and names, so edits between slices are safe: what was
// there all the time is visited exactly once, what comes or goes meanwhile may or may not be.
// Under an exclusive lock the visitor may delete the inode it is given when children come first.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "master/tree/inode_tree.h"

namespace alluxio::master {

class SubtreeWalk {
 public:
  enum class Order : uint8_t { kParentsFirst, kChildrenFirst };
  // Return false to end the slice after this inode.
  using Visitor = std::function<bool(InodeView inode, std::string_view path)>;

  // `top_path` is the clean path of inode `top`.
  SubtreeWalk(InodeId top, std::string top_path, Order order);

  bool done() const { return done_; }
  // Visits up to `limit` inodes. The caller holds the tree lock for the call.
  void Next(const InodeTree& tree, size_t limit, const Visitor& visit);
  // Parents first only: do not go below the directory that was visited last.
  void SkipChildren();

 private:
  struct Level {
    InodeId directory;
    std::string after;  // children up to this name are done
    size_t path_size;   // of path_ when this level is the current one
  };
  bool Step(const InodeTree& tree, const Visitor& visit, bool* visited);
  bool Meet(InodeView inode, const Visitor& visit, bool* visited);
  void LeaveLevel();

  const Order order_;
  InodeId top_;
  std::string path_;
  std::vector<Level> levels_;
  bool started_ = false;
  bool entered_ = false;  // the inode met last is a directory whose level was begun
  bool done_ = false;
};

}  // namespace alluxio::master
