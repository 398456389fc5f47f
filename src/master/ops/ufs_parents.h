// UfsParents: the directories of a path that must exist in the under store before an inode below
// them can be called persisted.
//
//   loop: lock tree; checks; if (parents.Plan(walk, n)) { record; done } unlock; parents.Make()
#pragma once

#include <map>
#include <string>
#include <vector>

#include "master/ops/fs_parts.h"
#include "master/state/edit_context.h"
#include "master/tree/inode_tree.h"
#include "model/mode.h"

namespace alluxio::master {

class UfsParents {
 public:
  UfsParents(const FsParts& parts, OpContext& context) : parts_(parts), context_(context) {}

  struct Owner {  // of directories that do not exist yet
    std::string user;
    std::string group;
    Mode mode;
  };

  // Looks at the first `count` prefixes of the walk, the root included. True when nothing has to
  // be made (any more). The caller holds the tree lock.
  bool Plan(const WalkResult& walk, size_t count, const Owner& owner);
  // Makes what Plan found, top down. WouldBlock() when the context may not; holds no lock.
  Status Make();
  // Records that the existing ones are persisted now. Tree lock, exclusively; after Plan said true.
  void RecordPersisted(EditContext& edits, const WalkResult& walk, size_t count) const;
  // True when Make created `path`, so that it is empty in the under store.
  bool Created(const std::string& path) const;

 private:
  struct Wanted {
    std::string path;
    Owner owner;
  };

  const FsParts& parts_;
  OpContext& context_;
  std::vector<Wanted> wanted_;
  std::map<std::string, bool> made_;  // path -> did not exist before
};

}  // namespace alluxio::master
