// KeyWalk: the keys below a folder of a disk in byte order of the whole key, page by page.
//
// Only names are kept between pages, never what a name stands for. Thread-compatible.
#pragma once

#include <queue>
#include <string>
#include <vector>

#include "env/disk.h"

namespace alluxio::ufs {

class KeyWalk {
 public:
  // `disk` outlives this. `root` is the path that keys are relative to.
  KeyWalk(Disk& disk, std::string root) : disk_(disk), root_(std::move(root)) {}

  // Adds the children of the folder `key` that come after `after`, or may have descendants that do.
  Status Enter(const std::string& key, const std::string& after);
  bool empty() const { return pending_.empty(); }
  // The smallest key that is left.
  std::string Next();

 private:
  Disk& disk_;
  const std::string root_;
  // The frontier: popping the smallest and adding its children keeps the order of whole keys,
  // which a depth-first walk does not ("a-b" sorts between "a" and "a/b").
  std::priority_queue<std::string, std::vector<std::string>, std::greater<>> pending_;
};

}  // namespace alluxio::ufs
