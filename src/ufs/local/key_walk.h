// KeyWalk: the keys below a folder of a disk in byte order of the whole key, page by page.
//
// Only names are kept between pages, never what a name stands for. Thread-compatible.
#pragma once

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
  bool empty() const { return folders_.empty(); }
  // The smallest key that is left.
  std::string Next();

 private:
  struct Folder {
    std::string key;
    std::vector<std::string> names;  // the smallest last
    std::string head;                // the key of the last name
  };
  static bool Later(const Folder& left, const Folder& right) { return left.head > right.head; }

  Disk& disk_;
  const std::string root_;
  // The frontier, a heap with the smallest head in front: taking the smallest key of all folders
  // entered and adding its children keeps the order of whole keys, which a depth-first walk does
  // not ("a-b" sorts between "a" and "a/b").
  std::vector<Folder> folders_;
};

}  // namespace alluxio::ufs
