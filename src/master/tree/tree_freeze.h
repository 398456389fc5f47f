// TreeFreeze: forks a child that writes the tree out, of a tree that may be bounded.
//
//   TreeFreeze freeze(tree);
//   ... under the tree's lock, held exclusively:  freeze.Around(fork);
//   ... the lock is free again; the child is read to its end while `freeze` lives
//
// Owned by whoever waits for the child.
#pragma once

#include <functional>
#include <memory>

#include "base/status.h"
#include "master/tree/cold_image.h"

namespace alluxio::master {

class InodeTree;

class TreeFreeze {
 public:
  explicit TreeFreeze(InodeTree& tree) : tree_(tree) {}

  // Calls `fork`, unless the tree cannot be frozen: then status() says why.
  void Around(const std::function<void()>& fork);
  const Status& status() const { return status_; }

 private:
  InodeTree& tree_;
  std::unique_ptr<ColdImage> image_;
  Status status_;
};

}  // namespace alluxio::master
