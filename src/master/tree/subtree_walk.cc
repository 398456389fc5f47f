#include "master/tree/subtree_walk.h"

#include <utility>

#include "model/path.h"

namespace alluxio::master {

SubtreeWalk::SubtreeWalk(InodeId top, std::string top_path, Order order)
    : order_(order), top_(top), path_(std::move(top_path)) {}

void SubtreeWalk::Next(const InodeTree& tree, size_t limit, const Visitor& visit) {
  for (size_t visited = 0; visited < limit && !done_;) {
    bool was_visit = false;
    bool go_on = Step(tree, visit, &was_visit);
    if (was_visit) ++visited;
    if (!go_on) return;
  }
}

void SubtreeWalk::SkipChildren() {
  if (entered_) LeaveLevel();
  entered_ = false;
}

void SubtreeWalk::LeaveLevel() {
  levels_.pop_back();
  path_.resize(levels_.empty() ? path_.size() : levels_.back().path_size);
  if (levels_.empty()) done_ = true;
}

// Comes upon an inode whose path is path_. Returns false when the visitor ended the slice.
bool SubtreeWalk::Meet(InodeView inode, const Visitor& visit, bool* visited) {
  bool enter = inode.is_directory();
  bool go_on = true;
  if (enter) levels_.push_back(Level{inode.id(), {}, path_.size()});
  entered_ = enter;
  if (order_ == Order::kParentsFirst || !enter) {
    *visited = true;
    go_on = visit(inode, path_);
  }
  if (!enter) {
    if (levels_.empty()) {
      done_ = true;
    } else {
      path_.resize(levels_.back().path_size);
    }
  }
  return go_on;
}

bool SubtreeWalk::Step(const InodeTree& tree, const Visitor& visit, bool* visited) {
  entered_ = false;
  if (!started_) {
    started_ = true;
    InodeView top = tree.Find(top_);
    if (top) return Meet(top, visit, visited);
    done_ = true;
    return true;
  }
  Level& level = levels_.back();
  InodeView directory = tree.Find(level.directory);
  if (directory) {
    std::vector<InodeView> next = tree.ChildrenAfter(directory, level.after, 1);
    if (!next.empty()) {
      level.after = std::string(next[0].name());
      path_ = JoinPath(path_, level.after);
      return Meet(next[0], visit, visited);
    }
  }
  // The directory is exhausted, or went away meanwhile.
  bool go_on = true;
  if (order_ == Order::kChildrenFirst && directory) {
    *visited = true;
    go_on = visit(directory, path_);
  }
  LeaveLevel();
  return go_on;
}

}  // namespace alluxio::master
