// ChildWatch: which names left a directory, and which inodes came into it by a rename, since the
// watch began. A long listing of an under store needs to know: what it read earlier is out of date
// for exactly these.
//
// Bounded: with too many to remember `overflowed` says so, and nothing may be concluded any more.
// Every member needs the tree lock; InodeTree::Watch and Unwatch need it exclusively.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "model/ids.h"

namespace alluxio::master {

struct ChildWatch {
  static constexpr size_t kMost = 100'000;

  InodeId directory = kNoInode;
  absl::flat_hash_set<std::string> gone;
  absl::flat_hash_set<InodeId> arrived;
  bool overflowed = false;

  void NoteGone(std::string_view name) {
    if (gone.size() < kMost) gone.emplace(name);
    else overflowed = true;
  }
  void NoteArrived(InodeId id) {
    if (arrived.size() < kMost) arrived.insert(id);
    else overflowed = true;
  }
};

}  // namespace alluxio::master
